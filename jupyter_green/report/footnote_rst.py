"""The footnote as reStructuredText.

Every sign of a name that could begin markup stands behind a backslash, which makes it text wherever it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .footnote_table import Line, columns, lines
from .footnote_text import Form, lead, notes, partial, short_print

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .footnote import Footnote

_MARKUP = re.compile(r"[*:<>@\[\\\]_`{|}]")
"""What begins inline markup, a link or an address; the rest is markup at a line's beginning only."""
_WIDTHS = {5: "46 14 12 14 14", 6: "34 13 11 13 12 17"}


def rst(footnote: Footnote, form: Form = "long") -> str:
    """Return the footnote as reStructuredText."""
    first = " ".join(filter(None, [f"**Footprint.** {_text(lead(footnote))}", _text(partial(footnote))]))
    if form == "short":
        return f"{first}\n\n{_text(f'¹ {short_print(footnote)}')}"
    table = [".. list-table::", "   :header-rows: 1", f"   :widths: {_WIDTHS[len(columns(footnote))]}", ""]
    table += _row(columns(footnote))
    for line in lines(footnote):
        table += _row([_title(line), *map(_text, line.figures)])
    small = [f"- **{'¹ ' * (not n)}{note.term}.** {_text(note.text)}" for n, note in enumerate(notes(footnote))]
    return "\n".join([first, "", *table, "", *small])


def _row(cells: Iterable[str]) -> list[str]:
    return [f"   {'-' if n else '* -'} {cell}".replace("   -", "     -", 1) for n, cell in enumerate(cells)]


def _title(line: Line) -> str:
    # "``" cannot end before its time where no backquote is; a literal takes backslashes as they are
    return f"{_text(line.title)} ``{line.code.replace('`', chr(39))}``" if line.code else _text(line.title)


def _text(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", text)
