r"""The statement as LaTeX, to be read by ``\input``: it needs no package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...version import __version__
from ..footnote_latex import escaped
from .statement import notes

if TYPE_CHECKING:
    from .bundle import Bundle


def render(bundle: Bundle) -> str:
    """Return the bundle's statement as LaTeX."""
    items = [rf"\item[{escaped(note.term)}] {_set(note.text)}" for note in notes(bundle)]
    return "\n".join(
        [
            f"% jupyter-green {__version__}",
            r"\paragraph{Compute and carbon}",
            r"\begin{description}",
            *items,
            r"\end{description}",
            "",
        ]
    )


def _set(text: str) -> str:
    return escaped(text.replace('"', "”").replace("'", "’"))  # the straight ones are not in pdfTeX's default font
