"""Programs that open what an export wrote."""

from __future__ import annotations

import subprocess
from pathlib import Path


def output_of(*command: object, stdin: Path | None = None, text: str | None = None) -> str:
    """Run a program that must succeed, and return what it printed; its input is a file or a text."""
    given = stdin.read_text() if stdin is not None else text
    done = subprocess.run([*map(str, command)], input=given, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def pdf_text(path: Path) -> str:
    """Return the text of a PDF as ``pdftotext`` reads it, line by line of the page."""
    return output_of("pdftotext", "-layout", path, "-")
