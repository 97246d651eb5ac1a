"""The footnote in every export: a preprocessor for nbconvert.

It reaches ``jupyter nbconvert`` by ``jupyter_nbconvert_config.py`` and JupyterLab's *Save and Export Notebook As* by
:mod:`jupyter_green.server`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbconvert.exporters import (
    ASCIIDocExporter,
    HTMLExporter,
    LatexExporter,
    NotebookExporter,
    PythonExporter,
    QtPDFExporter,
    QtPNGExporter,
    RSTExporter,
    ScriptExporter,
    SlidesExporter,
    WebPDFExporter,
)
from nbconvert.preprocessors import Preprocessor
from traitlets import Enum, default

from . import footnote_asciidoc, footnote_html, footnote_latex, footnote_markdown, footnote_rst
from .annotate import chosen
from .footnote import MOST_ROWS, Footnote, footnote
from .footnote_cell import markdown_cell, put, raw_cell, take_out
from .plain_formula import write_plainly
from .record_removal import strip_records
from .records import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbformat import NotebookNode

    from .footnote_text import Chosen, Form

_PRINTED = (WebPDFExporter, QtPDFExporter, QtPNGExporter)
_SLIDE_ROWS = 6
_RAW: tuple[tuple[type, Callable[[Footnote, Form], str], str], ...] = (
    (LatexExporter, footnote_latex.latex, "latex"),
    (RSTExporter, footnote_rst.rst, "rst"),
    (ASCIIDocExporter, footnote_asciidoc.asciidoc, "asciidoc"),
)
"""Exporters that take a raw cell in their own markup, and a word of the name by which they know it."""


class FootnotePreprocessor(Preprocessor):
    """Append the notebook's footprint as its last cell.

    A notebook without a record is returned as it is, and so is one for a script. For a notebook (``--to notebook``)
    the records stay in their outputs; everywhere else they are taken out, as the footnote says what they say. An
    earlier footnote is replaced. Nothing in a notebook can make an export fail here: what is wrong is logged.
    """

    form = Enum(["long", "short", "none"], help="How much the footnote says.").tag(config=True)

    @default("form")
    def _form_default(self) -> str:
        return chosen()

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:  # noqa: ANN401 - nbconvert's own
        """Return the notebook with its footnote."""
        if not isinstance(self.parent, (ScriptExporter, PythonExporter)):
            try:
                self._annotate(nb)
            except Exception:  # an export is worth more than its footnote
                self.log.warning("jupyter-green: no footnote, this notebook could not be understood", exc_info=True)
        return nb, resources

    def _annotate(self, nb: NotebookNode) -> None:
        exporter = self.parent
        rows = _SLIDE_ROWS if isinstance(exporter, SlidesExporter) else MOST_ROWS
        note = footnote(read(nb, labels=not getattr(exporter, "exclude_input", False)), rows)
        to_notebook = isinstance(exporter, NotebookExporter)
        form: Chosen = self.form  # type: ignore[assignment] # an Enum's values
        if note is not None and form != "none":
            put(nb, cell_for(exporter, note, form))
        elif note is not None and not to_notebook:
            take_out(nb)
        if not to_notebook:
            strip_records(nb)
        if note is not None and isinstance(exporter, LatexExporter):
            write_plainly(nb)


def cell_for(exporter: object, note: Footnote, form: Form) -> NotebookNode:
    """Return the footnote's cell in the form that *exporter* sets best: Markdown where nothing is better."""
    if isinstance(exporter, HTMLExporter):
        return _html_cell(exporter, note, form)
    for kind, markup, word in _RAW:
        if isinstance(exporter, kind) and not getattr(exporter, "exclude_raw", False):
            # Each spells its own differently, a user may have set them, and an empty one stands for any.
            accepted = list(getattr(exporter, "raw_mimetypes", ()))
            own = [mime_type for mime_type in accepted if word in mime_type or not mime_type]
            if own:
                return raw_cell(markup(note, form), own[0])
    return markdown_cell(footnote_markdown.markdown(note, form))


def _html_cell(exporter: HTMLExporter, note: Footnote, form: Form) -> NotebookNode:
    """Return a Markdown cell, which may hold HTML: nbconvert sanitises a raw one in any case."""
    slides = isinstance(exporter, SlidesExporter)
    if getattr(exporter, "sanitize_html", False):
        source = footnote_html.sanitised_note(note, form)
    elif slides:
        source = footnote_html.slide_note(note, form)
    else:
        source = footnote_html.page_note(note, form, printed=isinstance(exporter, _PRINTED))
    cell = markdown_cell(source)
    if slides:
        cell.metadata["slideshow"] = {"slide_type": "slide"}
    return cell
