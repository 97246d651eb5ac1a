"""The notebooks that we ship, executed headless as a user would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def execute(name: str, folder: Path) -> Path:
    """Run one by ``jupyter green run``, without any configuration of the user; return the executed notebook."""
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    source = next(path for path in NOTEBOOKS if path.stem == name)
    target = folder / source.name
    done = subprocess.run(
        [sys.executable, "-m", "jupyter_green.cli", "run", str(source), "-o", str(target)],
        env={
            **os.environ,
            **{place: str(folder / place.lower()) for place in places},
            "TZ": "Europe/Paris",
            "DS_ACCELERATOR": "cpu",  # DeepSpeed, where it is installed, would say that it finds no other
        },
        capture_output=True,
        text=True,
        timeout=270,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return target
