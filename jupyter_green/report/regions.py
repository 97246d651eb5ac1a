"""What ``%carbon regions`` and ``jupyter green regions`` say: the same energy on other grids, and what that allows."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from ..grid import UnknownRegion, compare
from . import quantities, wording
from .problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..emissions import Intensity
    from ..energy import Energy
    from ..grid import CloudRegion, Comparison, Elsewhere

_WIDTH = 100
_MOST_REGIONS = 2
_LIMITS = (
    "Annual means rank grids. They say nothing about the time of day, nor what moving work would avoid: location-based,"
    " use phase only. Where no difference is given, it is smaller than the figures' ranges."
)


def regions(
    energy: Energy,
    pue: float,
    here: Intensity,
    region: CloudRegion | None = None,
    others: Sequence[str] = (),
    *,
    whose: str = "This session's energy",
    below: str | None = None,
) -> str:
    """Return the table with its sentences.

    Parameters
    ----------
    energy, pue, here, region, others
        As for :func:`jupyter_green.grid.compare`.
    whose
        What the energy is of.
    below
        A further paragraph, such as when to begin.

    Raises
    ------
    Problem
        When there is nothing to compare, in one line.
    """
    if not energy.known or energy.joules <= 0:
        raise Problem("No energy is known yet that could be compared; run a cell first.")
    try:
        found = compare(energy, pue, here, region, others)
    except UnknownRegion as error:
        raise Problem(str(error)) from None
    return "\n".join(_lines(found, energy, pue, whose, below))


def _lines(found: Comparison, energy: Energy, pue: float, whose: str, below: str | None) -> Iterator[str]:
    own = found.own.intensity
    same = "" if pue == 1 else f", everywhere with {wording.pue(pue)}"
    yield from textwrap.wrap(
        f"{whose}, {quantities.energy(energy.joules, 3)}, on other grids{same}; {wording.counted(own)} "
        f"({'; '.join(dict.fromkeys(row.intensity.source for row in found.rows))}).",
        _WIDTH,
    )
    yield ""
    yield from _table(found)
    if found.left_out:
        yield f"  Left out: {wording.count(found.left_out, 'more grid')}, none of them among the cleanest."
    yield ""
    yield from textwrap.wrap(f"{_claim(found)} {_LIMITS}", _WIDTH)
    if below:
        yield ""
        yield from textwrap.wrap(below, _WIDTH)


def _table(found: Comparison) -> Iterator[str]:
    lines = [("", "grid", "mean of", "g CO₂e/kWh", "this energy", "mean against here")]
    lines += [_cells(row) for row in found.rows]
    widths = [max(len(line[column]) for line in lines) for column in range(6)]
    for line in lines:
        mark, grid, *figures, change = line
        right = "  ".join(text.rjust(width) for text, width in zip(figures, widths[2:5], strict=True))
        yield f"{mark or ' '} {grid:<{widths[1]}}  {right}  {change}".rstrip()


def _cells(row: Elsewhere) -> tuple[str, str, str, str, str, str]:
    mean = row.intensity
    served = ", ".join(row.regions[:_MOST_REGIONS]) + (" …" if len(row.regions) > _MOST_REGIONS else "")
    name = f"{mean.name} ({served})" if served else mean.name
    change = "here" if row.own else "" if row.change is None else _change(row.change)
    return (
        "▸" if row.own else "",
        name,
        str(mean.year or ""),
        wording.intensity_figure(mean.value),
        quantities.mass(row.grams),
        change,
    )


def _change(change: float) -> str:
    """Return ``30 % lower``, ``20 % higher``, ``2.4 times as high``; ratios beyond ten are not that well known."""
    if change < 0:
        return f"{min(round(-100 * change), 99)} % lower"
    if change < 1:
        return f"{round(100 * change)} % higher"
    return f"{1 + change:.2g} times as high" if change < 9 else "more than 10 times as high"


def _claim(found: Comparison) -> str:
    """Say of the cleanest grid what may be said."""
    best = found.rows[0]
    own = found.own.intensity
    if best.own:
        return f"None of these grids is cleaner than {own.name}'s."
    if best.change is None:
        return f"None of these grids is cleaner than {own.name}'s by more than the figures' ranges."
    against = "" if best.intensity.year == own.year else f" than {own.name}'s of {own.year}"
    claim = f"{best.intensity.name}'s {best.intensity.year} mean is {_change(best.change)}{against}"
    return f"{claim}; same energy assumed."
