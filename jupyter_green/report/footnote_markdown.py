"""The footnote as Markdown, which a notebook shows wherever it is read.

Labels and names come from a notebook that anybody may have written. They must stay text in everything that reads the
cell: JupyterLab, GitHub, nbconvert's HTML (which scans for TeX before Markdown, and MathJax after it), pandoc, MyST.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .footnote_table import Line, columns, lines
from .footnote_text import Form, lead, notes, partial, short_print

if TYPE_CHECKING:
    from .footnote import Footnote

_RULE = "|:------------------------|--------:|-------:|---------:|-------:|"  # pandoc's relative widths, too
_RULE_OF_WORK = "------------:|"
_PUNCTUATION = re.compile(r"[*_{}\[\]<>&#~^@!]|\.(?=[A-Za-z])|:(?=/)")
_TEX = re.compile(r"\\|\$(?=\$)")


def markdown(footnote: Footnote, form: Form = "long") -> str:
    """Return the footnote as Markdown."""
    first = " ".join(filter(None, [f"**Footprint.** {escaped(lead(footnote))}", escaped(partial(footnote))]))
    if form == "short":
        return f"{first}\n\n¹ {escaped(short_print(footnote))}"
    head = columns(footnote)
    table = [f"| {' | '.join(head)} |", _RULE + _RULE_OF_WORK * (len(head) - 5)]
    table += [f"| {' | '.join((_title(line), *map(escaped, line.figures)))} |" for line in lines(footnote)]
    small = [f"**{'¹ ' * (not n)}{note.term}.** {escaped(note.text)}" for n, note in enumerate(notes(footnote))]
    return "\n".join([first, "", *table, "", "\n".join(f"- {note}" for note in small)])


def plain(text: str) -> str:
    """Leave out what MathJax would look for in the page, whatever stands around it, and what ends a table's cell."""
    return re.sub(r"[\\$`|]", " ", text)


def code(label: str) -> str:
    """Make a label safe inside a code span: no end of it, no table cell's end, no TeX delimiter."""
    return _TEX.sub(r"\g<0> ", label.replace("`", "'").replace("|", "¦"))


def escaped(text: str) -> str:
    """Escape for Markdown, links by bare address included."""
    return _PUNCTUATION.sub(r"\\\g<0>", plain(text))


def _title(line: Line) -> str:
    return f"{escaped(line.title)} `{code(line.code)}`" if line.code else escaped(line.title)
