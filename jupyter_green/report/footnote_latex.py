r"""The footnote as LaTeX, with what nbconvert's own template loads: ``longtable``, ``booktabs``, ``array``, ``xcolor``.

Whatever a name holds, no character of it is left that TeX would act upon; ``tests/export`` sets it with xelatex.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .footnote_table import Line, columns, lines
from .footnote_text import Form, lead, notes, partial, short_print

if TYPE_CHECKING:
    from .footnote import Footnote

_BAR = 26.0
"""Length of the longest bar, mm."""
_UNIT = re.compile(r"(?<=\d) (?=(?:[kmµ]?(?:Wh|g)|[kmµn]?J|s|min|h|d)\b|\\%)")
"""The space between a figure and its unit, where no line may end."""
_CHARACTERS = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': r"\textquotedbl{}",
        "'": r"\textquotesingle{}",
        "`": r"\textasciigrave{}",
        "-": r"{-}",  # no dash out of two, and no ligature with what follows
        "[": r"{[}",  # no optional argument after a line's end
        "]": r"{]}",
        "*": r"{*}",
        "?": r"{?}",
        "!": r"{!}",
        ",": r"{,}",
        "–": "--",
        "…": r"\ldots{}",
        "“": "``",
        "”": "''",
        "×": r"\ensuremath{\times}",
        "÷": r"\ensuremath{\div}",
        "±": r"\ensuremath{\pm}",
        "µ": r"\ensuremath{\mu}",
        "¹": r"\textsuperscript{1}",
        "₂": r"\textsubscript{2}",
        "¦": r"\textbar{}",
    }
)


def latex(footnote: Footnote, form: Form = "long") -> str:
    """Return the footnote as LaTeX."""
    first = " ".join(filter(None, [rf"\textbf{{Footprint.}} {escaped(lead(footnote))}", escaped(partial(footnote))]))
    head = [r"\par\bigskip\noindent\rule{\linewidth}{0.4pt}\par", rf"\noindent {first}\par"]
    if form == "short":
        body = [rf"{{\footnotesize\noindent {escaped(f'¹ {short_print(footnote)}')}\par}}"]
    else:
        body = [*_table(footnote), *_notes(footnote)]
    return "\n".join([*head, *body])


def _table(footnote: Footnote) -> list[str]:
    cell, *others = map(escaped, columns(footnote))
    first, figures = (0.3, "rrrr") if len(others) == 4 else (0.2, "rrrrr")  # of the line's width
    key = rf"{_rule('measured', 2.5)}~measured {_rule('modelled', 2.5)}~modelled"
    return [
        r"{\small\setlength{\LTpre}{6pt}\setlength{\LTpost}{6pt}\setlength{\LTleft}{0pt}\setlength{\LTright}{0pt}",
        r"\begin{longtable}{@{}>{\raggedright\arraybackslash}"
        rf"p{{{first}\linewidth}}@{{\extracolsep{{\fill}}}}l{figures}@{{}}}}",
        r"\toprule",
        rf"{cell} & {{\footnotesize {key}}} & {' & '.join(others)} \\",
        r"\midrule\endhead",
        *(rf"{_title(line)} & {_bar(line)} & {' & '.join(map(escaped, line.figures))} \\" for line in lines(footnote)),
        r"\bottomrule",
        r"\end{longtable}}",
    ]


def _notes(footnote: Footnote) -> list[str]:
    said = [
        rf"\noindent\textbf{{{escaped('¹ ' * (not n) + note.term)}.}} {escaped(note.text)}\par"
        for n, note in enumerate(notes(footnote))
    ]
    return [r"{\footnotesize\setlength{\parskip}{2pt}", *said, "}"]


def _bar(line: Line) -> str:
    return _rule("measured", line.measured * _BAR) + _rule("modelled", line.modelled * _BAR)


def _rule(kind: str, length: float) -> str:
    """Draw a part of a bar: measured is dark, modelled pale, on a printer without colours too."""
    if length <= 0:
        return ""
    colour = {"measured": "0.31,0.60,0.27", "modelled": "0.80,0.90,0.79"}[kind]
    return rf"\textcolor[rgb]{{{colour}}}{{\rule{{{length:.2f}mm}}{{1.3ex}}}}"


def _title(line: Line) -> str:
    # A label is one long word to TeX: it may end a line behind any sign but a backslash.
    code = "".join(
        escaped(char) if char.isalnum() or char == "\\" else rf"{escaped(char)}\allowbreak{{}}"
        for char in line.code or ""
    )
    return f"{escaped(line.title)} {{\\footnotesize\\texttt{{{code}}}}}" if code else escaped(line.title)


def escaped(text: str) -> str:
    """Return a text without any character that TeX would act upon."""
    return _UNIT.sub("~", text.translate(_CHARACTERS))
