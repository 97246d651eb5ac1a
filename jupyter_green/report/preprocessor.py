"""The footnote in every export: a preprocessor for nbconvert.

It reaches ``jupyter nbconvert`` by ``jupyter_nbconvert_config.py`` and JupyterLab's *Save and Export Notebook As* by
:mod:`jupyter_green.server`.
"""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import NotebookExporter, PythonExporter, ScriptExporter, SlidesExporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from . import footnote_cell
from .footnote import footnote
from .records import is_record_type, read


class FootnotePreprocessor(Preprocessor):
    """Append the notebook's footprint as its last cell.

    A notebook without a record is returned as it is, and so is one for a script. For a notebook (``--to notebook``)
    the records stay in their outputs; everywhere else they are taken out, as the footnote says what they say. An
    earlier footnote is replaced. Nothing in a notebook can make an export fail here: what is wrong is logged.
    """

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
        document = read(nb, labels=not getattr(exporter, "exclude_input", False))
        note = footnote(document)
        if note is not None:
            sanitised = getattr(exporter, "sanitize_html", False)
            footnote_cell.put(nb, footnote_cell.sanitised_html(note) if sanitised else footnote_cell.markdown(note))
            if isinstance(exporter, SlidesExporter):
                nb.cells[-1].metadata["slideshow"] = {"slide_type": "slide"}
        if not isinstance(exporter, NotebookExporter):
            strip_records(nb)


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
