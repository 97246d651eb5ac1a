"""Scripts that train, as their users write them, each run once in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Run a script and return what it tells on its last line, JSON by situation; its ledger is in ``folder``."""

    def run(name):
        folder = tmp_path_factory.mktemp(name)
        surroundings = {
            **os.environ,
            "JUPYTER_GREEN_LEDGER": str(folder / "ledger.sqlite3"),
            "JUPYTER_GREEN_POWERCAP": str(folder / "none"),  # modelled, whatever this machine has
            "HF_HUB_OFFLINE": "1",
            "DS_ACCELERATOR": "cpu",
            "OMP_NUM_THREADS": "1",
        }
        done = subprocess.run(
            [sys.executable, str(_SCRIPTS / f"{name}.py")],
            env=surroundings,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=200,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return {"folder": folder, **json.loads(done.stdout.splitlines()[-1])}

    return run
