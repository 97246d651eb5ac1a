"""The statement as Markdown, for a model card, a README or an appendix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...version import __version__
from ..footnote_markdown import escaped
from .statement import notes

if TYPE_CHECKING:
    from .bundle import Bundle


def render(bundle: Bundle) -> str:
    """Return the bundle's statement as Markdown."""
    lines = [f"- **{note.term}:** {escaped(note.text)}" for note in notes(bundle)]
    return "\n".join([f"<!-- jupyter-green {__version__} -->", "**Compute and carbon**", "", *lines, ""])
