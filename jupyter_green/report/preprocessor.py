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
from nbformat import NotebookNode
from traitlets import Enum, default

from . import footnote_asciidoc, footnote_html, footnote_latex, footnote_markdown, footnote_rst
from .footnote import MOST_ROWS, Footnote, footnote
from .footnote_cell import markdown_cell, put, raw_cell, take_out
from .records import is_record_type, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from .footnote_text import Form

_PRINTED = (WebPDFExporter, QtPDFExporter, QtPNGExporter)
_SLIDE_ROWS = 6
_RAW: tuple[tuple[type, Callable[[Footnote, Form], str], str], ...] = (
    (LatexExporter, footnote_latex.latex, "latex"),
    (RSTExporter, footnote_rst.rst, "rst restructuredtext"),
    (ASCIIDocExporter, footnote_asciidoc.asciidoc, "asciidoc"),
)
"""Exporters that take a raw cell in their own markup, and by which words they name that."""


class FootnotePreprocessor(Preprocessor):
    """Append the notebook's footprint as its last cell.

    A notebook without a record is returned as it is, and so is one for a script. For a notebook (``--to notebook``)
    the records stay in their outputs; everywhere else they are taken out, as the footnote says what they say. An
    earlier footnote is replaced. Nothing in a notebook can make an export fail here: what is wrong is logged.
    """

    form = Enum(["long", "short", "none"], help="How much the footnote says.").tag(config=True)

    @default("form")
    def _form_default(self) -> str:
        from ..config import load

        config, complaints = load()
        for line in complaints:
            self.log.warning(line)
        return str(config.footnote)

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
        if note is not None and self.form != "none":
            put(nb, cell_for(exporter, note, self.form))
        elif note is not None and not to_notebook:
            take_out(nb)
        if not to_notebook:
            strip_records(nb)


def cell_for(exporter: object, note: Footnote, form: Form) -> NotebookNode:
    """Return the footnote's cell in the form that *exporter* sets best: Markdown where nothing is better."""
    if isinstance(exporter, HTMLExporter):
        return _html_cell(exporter, note, form)
    for kind, markup, words in _RAW:
        if isinstance(exporter, kind) and not getattr(exporter, "exclude_raw", False):
            # Exporters spell these differently, and a user may have set them.
            accepted = (
                mime for mime in getattr(exporter, "raw_mimetypes", ()) if any(w in mime for w in words.split())
            )
            mime_type = next(accepted, None)
            if mime_type is not None:
                return raw_cell(markup(note, form), mime_type)
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


def strip_records(nb: NotebookNode) -> None:
    """Take the records out of all outputs, and with each the line of text that stands for it."""
    for cell in nb.cells:
        if cell.get("cell_type") == "code" and isinstance(cell.get("outputs"), list):
            cell.outputs = [kept for kept in map(_without_record, cell.outputs) if kept is not None]


def _without_record(output: NotebookNode) -> NotebookNode | None:
    """Return an output without its record; ``None`` when nothing of somebody else's is left."""
    data = output.get("data")
    if not isinstance(data, dict) or not any(map(is_record_type, data)):
        return output
    others = {mime_type: value for mime_type, value in data.items() if not is_record_type(mime_type)}
    if others.keys() <= {"text/plain"}:
        return None
    output.data = NotebookNode(others)  # type: ignore[no-untyped-call]
    return output
