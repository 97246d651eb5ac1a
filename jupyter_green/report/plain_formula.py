"""CO₂e in printed text, for fonts that have no small two: TeX's own for code leave it out without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

_SMALL, _PLAIN = "CO₂e", "CO2e"


def write_plainly(nb: NotebookNode) -> None:
    """Write CO2e for CO₂e in what cells printed and in results that are shown as plain text."""
    for cell in nb.cells:
        for output in cell.get("outputs", ()) if cell.get("cell_type") == "code" else ():
            if isinstance(output.get("text"), str):
                output["text"] = output["text"].replace(_SMALL, _PLAIN)
            data = output.get("data")
            if isinstance(data, dict) and isinstance(data.get("text/plain"), str):
                data["text/plain"] = data["text/plain"].replace(_SMALL, _PLAIN)
