"""The footnote as a notebook cell: marked up, and put in its place.

Labels and names come from a notebook that anybody may have written. They must stay text in everything that reads the
cell: JupyterLab, nbconvert's HTML (which scans for TeX before Markdown, and MathJax after it), pandoc.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from nbformat.v4 import new_markdown_cell

from ..version import __version__
from .footnote_text import COLUMNS, Line, lead, lines, small_print

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

    from .footnote import Footnote

TAG = "jupyter-green-footnote"
_RULE = "|:------------------------|--------:|-------:|---------:|-------:|"  # pandoc's relative widths, too
_PRE_TITLE = 42  # keeps a line of plain text within the page
_PUNCTUATION = re.compile(r"[*_{}\[\]<>&#~^@!]|\.(?=[A-Za-z])|:(?=/)")
_TEX = re.compile(r"\\|\$(?=\$)")


def markdown(footnote: Footnote) -> str:
    """Return the footnote as Markdown."""
    table = [f"| {' | '.join(COLUMNS)} |", _RULE]
    table += [f"| {' | '.join((_markdown_title(line), *map(_text, line.figures)))} |" for line in lines(footnote)]
    return "\n".join([f"**Footprint.** {_text(lead(footnote))}", "", *table, "", _text(_small_print(footnote))])


def sanitised_html(footnote: Footnote) -> str:
    """Return the footnote in the few HTML elements that nbconvert's *sanitize HTML* lets through.

    It would print the ``<p>``, ``<th>`` and ``<tbody>`` of a Markdown table as text, so the table is one of plain text.
    """
    rows = [COLUMNS, *((_title(line), *line.figures) for line in lines(footnote))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = "\n".join(
        "  ".join(
            [row[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    )
    return "\n".join(
        [
            f"<div><strong>Footprint.</strong> {_html(lead(footnote))}</div>",
            f"<pre>{html.escape(table)}</pre>",
            f"<div>{_html(_small_print(footnote))}</div>",
        ]
    )


def put(notebook: NotebookNode, source: str) -> None:
    """Put the footnote's text into a notebook as its last cell, in place of any earlier footnote."""
    kept = [cell for cell in notebook.cells if not is_footnote(cell)]
    cell: Any = new_markdown_cell(source, metadata={"tags": [TAG]})  # type: ignore[no-untyped-call]
    if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
        del cell["id"]
    elif TAG not in {other.get("id") for other in kept}:
        cell["id"] = TAG  # the same each time, so that nothing changes in git
    notebook.cells = [*kept, cell]


def is_footnote(cell: Mapping[str, Any]) -> bool:
    """Tell whether a cell is a footnote of ours."""
    tags = cell.get("metadata", {}).get("tags")
    return cell.get("cell_type") == "markdown" and isinstance(tags, list) and TAG in tags


def _small_print(footnote: Footnote) -> str:
    return f"¹ {small_print(footnote, __version__)}"


def _plain(text: str) -> str:
    """Leave out what MathJax would look for in the page, whatever stands around it, and what ends a table's cell."""
    return re.sub(r"[\\$`|]", " ", text)


def _text(text: str) -> str:
    """Escape for Markdown, links by bare address included."""
    return _PUNCTUATION.sub(r"\\\g<0>", _plain(text))


def _html(text: str) -> str:
    return html.escape(_plain(text))


def _code(label: str) -> str:
    """Make a label safe inside a code span: no end of it, no table cell's end, no TeX delimiter."""
    return _TEX.sub(r"\g<0> ", label.replace("`", "'").replace("|", "¦"))


def _markdown_title(line: Line) -> str:
    return f"{_text(line.title)} `{_code(line.code)}`" if line.code else _text(line.title)


def _title(line: Line) -> str:
    title = f"{line.title} {_code(line.code)}" if line.code else line.title
    return title if len(title) <= _PRE_TITLE else f"{title[: _PRE_TITLE - 1]}…"
