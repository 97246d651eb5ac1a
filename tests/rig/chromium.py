"""The system's Chromium where programs look for playwright's own: nbconvert's ``webpdf`` takes no other."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

_LAUNCH = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    playwright.chromium.launch()
"""


def as_playwrights_own(folder: Path) -> Path:
    """Make a folder for ``PLAYWRIGHT_BROWSERS_PATH``; where in it the browser is sought depends on the version."""
    environment = {**os.environ, "PLAYWRIGHT_BROWSERS_PATH": str(folder)}
    sought = subprocess.run(
        [sys.executable, "-c", _LAUNCH], env=environment, capture_output=True, text=True, check=False
    )
    found = re.search(r"Executable doesn't exist at (\S+)", sought.stderr)
    assert found, sought.stderr
    place = Path(found[1])
    place.parent.mkdir(parents=True)
    place.symlink_to(str(shutil.which("chromium")))
    return folder
