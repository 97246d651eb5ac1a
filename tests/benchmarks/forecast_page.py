"""The page of ``forecast.py``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Figures = dict[str, Any]

_TEXT = """# Forecasts

What a running cell was forecast to need, at a part of its work, against what it needed. {runs} runs of each workload
under the fake clock, drawn by chance ([how](../../rig/workloads.py)); {real} of each as Python loops with tqdm's bars,
shortened to 6 s. The estimator was designed on other seeds. *Told*: the share of runs in which there was a forecast; of
the others, `%carbon status` says why not. *In range*: the outcome lay in the stated range, whose half width is *±*, as
part of the forecast. *Carbontracker's rule*: the energy of the first unit, times their number.

{date} · {cores} cores of {cpu}, {system}, Python {python} · `python -m tests.benchmarks.forecast`
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
            date=figures["date"],
            **figures["machine"],
        )
    ]
    for title, part, source in (
        ("At 25 % of the work", "0.25", simulated),
        ("At 10 %", "0.1", simulated),
        ("At 50 %", "0.5", simulated),
        ("Python loops with tqdm, at 25 %", "0.25", real),
    ):
        lines += [f"## {title}", "", *_table(source, part, simulated), ""]
    return "\n".join(lines)


def _table(source: Figures, part: str, simulated: Figures) -> list[str]:
    rows = [_line(_HEAD), "| --- |" + " ---: |" * (len(_HEAD) - 1)]
    for name, parts in source.items():
        rule = simulated[name]["carbontracker"]
        rows.append(_row(name, parts[part], f"{_percent(rule['median'])} ({_percent(rule['worst'])})"))
    every = [parts[part] for parts in source.values()]
    errors = sorted(error for each in every for error in each["errors"])
    whole = {
        "runs": sum(each["runs"] for each in every),
        "told": len(errors),
        "median": errors[len(errors) // 2] if errors else None,
        "worst": errors[-1] if errors else None,
        "covered": sum(each["covered"] for each in every),
        "half_range": None,
        "widest": max((each["widest"] for each in every if each["widest"] is not None), default=None),
    }
    return [*rows, _row("**all**", whole, "")]


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
