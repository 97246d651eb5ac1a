"""The page of ``advice.py``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Figures = dict[str, Any]

_TEXT = """# Advice

Each rule in a real kernel on small notebooks of its own: *positives*, on which it has to speak, and *look-alikes*, on
which it has to be silent ([the notebooks](../../advice/cases)). What following it saves is measured by the product's
own trials, in that kernel: {rounds} blocks of A, B, B, A, a 95 % interval of Student's t on the logarithm of the ratio.
There is no counter here, so it is CPU time per run: negative means that following the advice costs more, as it should
where a look-alike has a figure. What R16 and R25 save is the energy of a machine that waits, and not CPU time: here
their figures say what they cost. R07 is about accuracy, and per sample a smaller batch costs more. Gates of size are
open, as the notebooks are tiny. A blank: no trial is possible, or needs a GPU, which this machine has not; rules that
need one are tested on stated evidence (`tests/unit/advice`).

{date} · {cores} cores of {cpu}, {system}, Python {python} · `python -m tests.benchmarks.advice`

Over all notebooks: precision {precision}, recall {recall}.
One suggestion a cell, as shown: precision {shown_precision}, recall {shown_recall}.
"""


def page(figures: Figures, rules: Sequence[tuple[str, str, str]]) -> str:
    """Return the results as Markdown."""
    rows = figures["rows"]
    every, shown = _scores(rows, "spoke"), _scores(rows, "shown")
    lines = [
        _TEXT.format(
            rounds=figures["rounds"],
            date=figures["date"],
            **figures["machine"],
            precision=every[0],
            recall=every[1],
            shown_precision=shown[0],
            shown_recall=shown[1],
        ),
        "| rule | effect | positives that fired | look-alikes silent | saving measured |",
        "| --- | --- | ---: | ---: | --- |",
    ]
    for identity, title, effect in rules:
        own = [row for row in rows if row["rule"] == identity]
        positives = [row for row in own if row["fires"]]
        look_alikes = [row for row in own if not row["fires"]]
        lines.append(
            f"| {identity} {title} | {effect} | {_of(positives, spoke=True)} | {_of(look_alikes, spoke=False)} | "
            f"{_range(positives)} |"
        )
    lines += [
        "",
        "## Each notebook",
        "",
        "| rule | notebook | has to speak | spoke | saving |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row['rule']} | {row['name']} | {_yes(row['fires'])} | {_yes(row['spoke'])}"
        f"{' (also ' + ', '.join(row['others']) + ')' if row['others'] else ''} | {_saving(row)} |"
        for row in rows
    ]
    return "\n".join([*lines, ""])


def _scores(rows: Sequence[Figures], key: str) -> tuple[str, str]:
    """Return precision and recall; a rule that speaks where it was not asked for is a false positive, too."""
    right = sum(row["fires"] and row[key] for row in rows)
    wrong = sum(not row["fires"] and row[key] for row in rows) + sum(len(row["others"]) for row in rows)
    positives = sum(row["fires"] for row in rows)
    return _share(right, right + wrong), _share(right, positives)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f} ({part} of {whole})" if whole else "–"


def _of(rows: Sequence[Figures], *, spoke: bool) -> str:
    return f"{sum(row['spoke'] is spoke for row in rows)} of {len(rows)}" if rows else ""


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _range(rows: Sequence[Figures]) -> str:
    """Return the savings of a rule's positives, the largest first."""
    known = [row for row in rows if row["measured"] and row["measured"]["ratio"] is not None]
    return "; ".join(map(_saving, sorted(known, key=lambda row: row["measured"]["ratio"])))


def _saving(row: Figures) -> str:
    measured = row["measured"]
    if not measured:
        return ""
    if measured["ratio"] is None:
        return measured["reason"].replace("|", "¦")
    low, high = sorted(1 - measured[end] for end in ("low", "high"))
    return f"{1 - measured['ratio']:.0%} ({low:.0%} … {high:.0%})".replace("-", "−").replace("%", " %")
