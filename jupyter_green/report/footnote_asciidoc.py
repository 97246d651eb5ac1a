"""The footnote as AsciiDoc.

Every sign of a name that could be markup stands as a character reference, which AsciiDoc passes on untouched.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .footnote_table import Line, columns, lines
from .footnote_text import Form, lead, notes, partial, short_print

if TYPE_CHECKING:
    from .footnote import Footnote

_MARKUP = re.compile(r"[#$&*+:<=>@\[\\\]^_`{|}~]|\((?=[(CRT])|\.(?=\.)|-(?=-)|(?<=-)-")


def asciidoc(footnote: Footnote, form: Form = "long") -> str:
    """Return the footnote as AsciiDoc."""
    first = " ".join(filter(None, [f"*Footprint.* {_text(lead(footnote))}", _text(partial(footnote))]))
    if form == "short":
        return f"{first}\n\n{_text(f'¹ {short_print(footnote)}')}"
    head = columns(footnote)
    table = [f'[%header,cols="<5{",>2" * (len(head) - 1)}"]', "|===", _row(*head)]
    table += [_row(_title(line), *map(_text, line.figures)) for line in lines(footnote)]
    small = [f"* *{'¹ ' * (not n)}{note.term}.* {_text(note.text)}" for n, note in enumerate(notes(footnote))]
    return "\n".join([first, "", *table, "|===", "", *small])


def _row(*cells: str) -> str:
    return " ".join(f"|{cell}" for cell in cells)


def _title(line: Line) -> str:
    return f"{_text(line.title)} `{_text(line.code)}`" if line.code else _text(line.title)


def _text(text: str) -> str:
    return _MARKUP.sub(lambda sign: f"&#{ord(sign[0])};", text)
