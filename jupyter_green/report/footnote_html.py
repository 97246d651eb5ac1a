"""The footnote as HTML, without any script: for a page, for slides, for print.

Labels and names come from a notebook that anybody may have written. They are escaped here, and MathJax is told to
leave them alone. nbconvert passes this through Markdown, which takes HTML as it is up to the first blank line and looks
for TeX before that: so there is no blank line, and no backslash or dollar but as a character reference.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from .footnote_markdown import code, plain
from .footnote_table import Line, columns, lines
from .footnote_text import Form, lead, notes, partial, short_print

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .footnote import Footnote

_PRE_TITLE, _PRE_BAR = 28, 8  # keep a line of plain text within the page
_MEASURED, _MODELLED = "■", "□"
_KEY = f"{_MEASURED} measured {_MODELLED} modelled"
_REFERENCES = str.maketrans({"\\": "&#92;", "$": "&#36;", "`": "&#96;", "*": "&#42;", "_": "&#95;"})

# Colours are the page's own, so that the note suits a dark theme and paper; the bar's green is legible on both.
# In print a closed <details> is opened where the browser knows how; the short form stands outside of it in any case.
_STYLE = """
.jp-green-footnote{border-top:1px solid currentColor;margin:2.5em 0 1em;padding-top:.6em;font-size:.9em;line-height:1.45;max-width:60em}
.jp-green-footnote p{margin:.3em 0!important}
.jp-green-footnote .jp-green-small,.jp-green-footnote dl{font-size:.9em;opacity:.85}
.jp-green-footnote summary{cursor:pointer;margin:.5em 0}
.jp-green-footnote table{border-collapse:collapse;border:none;margin:.8em 0 .4em!important;width:100%;font-size:1em;table-layout:auto}
.jp-green-footnote tr{background:none!important;break-inside:avoid}
.jp-green-footnote th,.jp-green-footnote td{border:none;border-bottom:1px solid rgba(128,128,128,.35);padding:.25em 0 .25em 1em;background:none;color:inherit;text-align:right!important;vertical-align:middle;white-space:nowrap;font-variant-numeric:tabular-nums;max-width:none}
.jp-green-footnote th{font-weight:600;border-bottom:1px solid currentColor}
.jp-green-footnote th:first-child,.jp-green-footnote td:first-child{text-align:left!important;padding-left:0;white-space:normal;overflow-wrap:anywhere}
.jp-green-footnote td code{background:none;padding:0;color:inherit;font-size:.92em}
.jp-green-footnote .jp-green-bar{width:24%;min-width:6em;font-weight:400!important}
.jp-green-footnote th.jp-green-bar{padding-right:1.6em}
.jp-green-footnote td code{margin-left:.3em}
.jp-green-footnote svg{display:block;width:100%;height:.8em;overflow:visible}
.jp-green-footnote .jp-green-key{display:inline;width:.8em}
.jp-green-measured{fill:#4f9a46;stroke:#4f9a46}
.jp-green-modelled{fill:#4f9a46;fill-opacity:.15;stroke:#4f9a46}
.jp-green-footnote dl{display:grid;grid-template-columns:max-content 1fr;gap:.25em 1em;margin:.8em 0 0}
.jp-green-footnote dt{font-weight:600;margin:0;float:none;width:auto}
.jp-green-footnote dd{margin:0;padding:0}
.jp-green-slide{font-size:.55em;border:none;margin:0;max-width:none}
.jp-green-slide table{font-size:1em!important}
@media print{.jp-green-footnote{font-size:.78em}.jp-green-footnote details::details-content{content-visibility:visible;display:block;height:auto}.jp-green-footnote summary{display:none}}
"""  # noqa: E501


def page_note(footnote: Footnote, form: Form = "long", *, printed: bool = False) -> str:
    """Return the footnote for a page; for one that is *printed*, where nothing can be opened, all stands open."""
    short = f'<p class="jp-green-small">{_text(f"¹ {short_print(footnote)}")}</p>'
    if form == "short":
        return _aside([_lead(footnote), short])
    long = [*_table(footnote), *_notes(footnote)]
    if printed:
        return _aside([_lead(footnote), *long])
    summary = "<summary>Energy by cell, and how the figures were obtained</summary>"
    return _aside([_lead(footnote), short, "<details>", summary, *long, "</details>"])


def slide_note(footnote: Footnote, form: Form = "long") -> str:
    """Return the footnote for a slide: the short form, in the long one with a chart."""
    table = _table(footnote) if form == "long" else []
    small = f'<p class="jp-green-small">{_text(f"¹ {short_print(footnote)}")}</p>'
    return _aside([_lead(footnote), *table, small], " jp-green-slide")


def sanitised_note(footnote: Footnote, form: Form = "long") -> str:
    """Return the footnote in the few HTML elements that nbconvert's *sanitize HTML* lets through.

    It would print the ``<p>``, ``<th>`` and ``<tbody>`` of a Markdown table as text, so the table is one of plain text.
    """
    first = " ".join(filter(None, [f"<strong>Footprint.</strong> {_text(lead(footnote))}", _text(partial(footnote))]))
    if form == "short":
        return f"<div>{first}</div>\n<div>{_text(f'¹ {short_print(footnote)}')}</div>"
    rows: list[tuple[str, ...]] = [(*columns(footnote), "")]
    rows += [(_pre_title(line), *line.figures, _pre_bar(line)) for line in lines(footnote)]
    small = [
        f"<strong>{'¹ ' * (not n)}{note.term}.</strong> {_text(note.text)}" for n, note in enumerate(notes(footnote))
    ]
    return "\n".join(
        [
            f"<div>{first}</div>",
            f"<pre>{_escaped(_aligned(rows))}\n{_KEY}</pre>",
            *(f"<div>{note}</div>" for note in small),
        ]
    )


def _aside(parts: Iterable[str], kind: str = "") -> str:
    inside = "\n".join(parts)
    classes = f"jp-green-footnote{kind} mathjax_ignore tex2jax_ignore"
    return f'<aside role="note" aria-label="Footprint" class="{classes}">\n<style>{_STYLE}</style>\n{inside}\n</aside>'


def _lead(footnote: Footnote) -> str:
    said = " ".join(filter(None, [_text(lead(footnote)), _text(partial(footnote))]))
    return f"<p><strong>Footprint.</strong> {said}</p>"


def _table(footnote: Footnote) -> list[str]:
    key = f"{_key('measured')} measured {_key('modelled')} modelled"
    cell, *others = columns(footnote)
    heads = [f"<th>{cell}</th>", f'<th class="jp-green-bar">{key}</th>', *(f"<th>{column}</th>" for column in others)]
    return [
        "<table>",
        f"<thead><tr>{''.join(heads)}</tr></thead>",
        "<tbody>",
        *(_row(line) for line in lines(footnote)),
        "</tbody></table>",
    ]


def _row(line: Line) -> str:
    title = f"{_text(line.title)} <code>{_escaped(line.code)}</code>" if line.code else _text(line.title)
    figures = "".join(f"<td>{_text(figure)}</td>" for figure in line.figures)
    return f'<tr><td>{title}</td><td class="jp-green-bar">{_bar(line)}</td>{figures}</tr>'


def _bar(line: Line) -> str:
    """Draw a line's energy; the figures beside it say the same, so a screen reader is spared it."""
    bars = [("measured", 0.0, line.measured), ("modelled", line.measured, line.modelled)]
    drawn = [
        f'<rect class="jp-green-{kind}" x="{start:.2%}" y="10%" width="{width:.2%}" height="80%"></rect>'
        for kind, start, width in bars
        if width > 0
    ]
    return f'<svg aria-hidden="true">{"".join(drawn)}</svg>'


def _key(kind: str) -> str:
    square = f'<rect class="jp-green-{kind}" x="8%" y="10%" width="84%" height="80%"></rect>'
    return f'<svg class="jp-green-key" aria-hidden="true">{square}</svg>'


def _notes(footnote: Footnote) -> list[str]:
    said = [
        f"<dt>{'¹ ' * (not n)}{note.term}</dt><dd>{_text(note.text)}</dd>" for n, note in enumerate(notes(footnote))
    ]
    return ["<dl>", *said, "</dl>"]


def _text(text: str) -> str:
    return _escaped(plain(text))


def _escaped(text: str) -> str:
    return html.escape(text).translate(_REFERENCES)


def _pre_title(line: Line) -> str:
    title = f"{line.title} {code(line.code)}" if line.code else line.title
    return title if len(title) <= _PRE_TITLE else f"{title[: _PRE_TITLE - 1]}…"


def _pre_bar(line: Line) -> str:
    measured = round(line.measured * _PRE_BAR)
    return _MEASURED * measured + _MODELLED * (round((line.measured + line.modelled) * _PRE_BAR) - measured)


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """Align the first column and the bars to the left, the figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    last = len(widths) - 1
    return "\n".join(
        "  ".join(
            text.ljust(width) if n in (0, last) else text.rjust(width)
            for n, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
