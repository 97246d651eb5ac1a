"""The page of ``forecast.py``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Figures = dict[str, Any]

_TEXT = """# Forecasts

What a running cell was forecast to need, at a part of its work, against what it needed. {runs} runs of each workload
under the fake clock, drawn by chance ([how](../../rig/workloads.py)); {real} of each as Python loops, shortened to
20 s, six at once on a machine that others used as well. The estimator was designed on other seeds. *Told*: the share of
runs in which there was a forecast; of the others, `%carbon status` says why not. *In range*: the outcome lay in the
stated range, whose half width is *±*, as part of the forecast. *Carbontracker's rule*: the energy of the first unit,
times their number.

A hyperparameter grid costs [what scikit-learn's searches were measured to](../../rig/grids.py), half of them in order,
half drawn by chance. The search says what it is going to try; while a parameter has had one value only, as the
outermost of a grid in order has for the first half or third, there is no forecast. A bar that does not go through the
grid itself shows times and nothing else (*{unplanned}*, not part of *all*), and where the later part of a
grid is dearer, they mislead.

{date} · {cores} cores of {cpu}, {system}, Python {python} · `python -m tests.benchmarks.forecast`
"""
_LOOKS = """## What a look costs

Once a second while a cell runs, less often in long ones, on the sampling thread: CPU time. No loop is hooked for it.
"""
_HEAD = ("workload", "told", "error, median", "worst", "in range", "±, median", "±, widest", "Carbontracker's rule")


def page(figures: Figures) -> str:
    """Return the results as Markdown."""
    simulated, real = figures["simulated"], figures["real"]
    one = next(iter(simulated.values()))["0.25"]
    lines = [
        _TEXT.format(
            runs=one["runs"],
            real=next(iter(real.values()))["0.25"]["runs"],
            unplanned=next(name for name in simulated if name not in real),
            date=figures["date"],
            **figures["machine"],
        )
    ]
    for title, part, source in (
        ("At 25 % of the work", "0.25", simulated),
        ("At 10 %", "0.1", simulated),
        ("At 50 %", "0.5", simulated),
        ("Python loops, at 25 %", "0.25", real),
    ):
        lines += [f"## {title}", "", *_table(source, part, simulated), ""]
    lines += [_LOOKS, _line(("loop", "median", "99 of 100")), "| --- | ---: | ---: |"]
    lines += [
        _line((name, _microseconds(each["median"]), _microseconds(each["most"])))
        for name, each in figures["looks"].items()
    ]
    return "\n".join([*lines, ""])


def _table(source: Figures, part: str, simulated: Figures) -> list[str]:
    rows = [_line(_HEAD), "| --- |" + " ---: |" * (len(_HEAD) - 1)]
    for name, parts in source.items():
        rule = simulated[name].get("carbontracker")
        said = f"{_percent(rule['median'])} ({_percent(rule['worst'])})" if rule else ""
        rows.append(_row("**all**" if name == "all" else name, parts[part], said))
    return rows


def _microseconds(seconds: float) -> str:
    return f"{seconds * 1e6:,.0f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.1f} ms"


def _row(name: str, each: Figures, rule: str) -> str:
    told = each["told"]
    cells = (
        name,
        _percent(told / each["runs"]),
        _percent(each["median"]),
        _percent(each["worst"]),
        _percent(each["covered"] / told if told else None),
        _percent(each["half_range"]),
        _percent(each["widest"]),
        rule,
    )
    return _line(cells)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _percent(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value * 100:.1f} %" if value < 0.0995 else f"{value * 100:,.0f} %"
