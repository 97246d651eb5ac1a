"""Where the page goes: into a file, or below a cell."""

from __future__ import annotations

from html import escape
from pathlib import Path

from ..problem import Problem

_SUFFIXES = (".html", ".htm")

# A frame follows the colour scheme of the element that holds it; notebooks say theirs on the body.
_FRAME = """<style>
iframe.jp-green-report {{
  width: 100%; height: 640px; resize: vertical; box-sizing: border-box; border: 1px solid #8886; color-scheme: light;
}}
body[data-jp-theme-light="false"] iframe.jp-green-report, body.vscode-dark iframe.jp-green-report {{
  color-scheme: dark;
}}
</style>
<iframe class="jp-green-report" title="Energy and carbon report" sandbox="allow-scripts allow-downloads allow-modals"
  srcdoc="{page}"></iframe>"""


def framed(page: str) -> str:
    """Return the page in a frame of its own, from which its scripts cannot reach the notebook."""
    return _FRAME.format(page=escape(page))


def write(page: str, path: Path) -> None:
    """Write the page.

    Raises
    ------
    Problem
        When it cannot be written, or the name is not an HTML file's: it might be a notebook's.
    """
    if path.suffix.lower() not in _SUFFIXES:
        raise Problem(f"{path}: the report is a page, its name must end in .html")
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise Problem(f"{path}: {error.strerror or error}") from None
