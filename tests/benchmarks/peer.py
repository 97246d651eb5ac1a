"""CodeCarbon in an environment of its own, so that neither tool's dependencies meet the other's."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

VERSION = "3.3.2"


def python(cache: Path) -> Path:
    """Return the interpreter of CodeCarbon's environment under *cache*; make the environment if it is not there."""
    major, minor = sys.version_info[:2]
    home = cache / f"codecarbon-{VERSION}-py{major}{minor}"
    interpreter = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    complete = home / "complete"
    if not complete.exists():
        # Debian's Python cannot put pip into an environment; ours serves.
        subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(home)], check=True)
        pip = [sys.executable, "-m", "pip", "--python", str(interpreter), "install", "--quiet"]
        subprocess.run([*pip, f"codecarbon=={VERSION}", "ipykernel"], check=True)
        complete.touch()
    return interpreter
