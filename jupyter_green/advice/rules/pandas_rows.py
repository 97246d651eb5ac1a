"""R27: going through a frame row by row makes a new object of each row; whole columns need none."""

from __future__ import annotations

from ...work.pandas_frames import RowLoop
from ..evidence import Evidence, Notebook
from ..gates import Gates
from ..rows.by_columns import is_by_columns
from ..rows.row_patch import row_patch
from ..rows.row_places import row_places
from ..rule import Rule
from ..suggestion import Finding

_ROWS = 100  # fewer are as quick one by one
_SHARE = 0.2  # of the cell's time; below, rows are not what it is about


def see(cell: Evidence, notebook: Notebook, gates: Gates) -> Finding | None:
    """Speak where most of a cell's time went by over rows, and columns could do what was done with them."""
    seen = [each for each in cell.seen(RowLoop) if each.rows >= _ROWS]
    seconds = sum(each.seconds for each in seen)
    if not seen or not cell.duration > 0 or seconds / cell.duration < _SHARE:
        return None
    most = max(seen, key=lambda each: each.seconds)
    places = [place for place in row_places(cell, notebook) if place.kind == most.kind]
    if not places or not all(is_by_columns(place, notebook) for place in places):
        return None
    called = "iterrows" if most.kind == "iterrows" else "apply(axis=1)"
    share = min(1.0, seconds / cell.duration)
    rows, part = sum(each.rows for each in seen), f"{share:.0%}".replace("%", " %")
    return Finding(
        f"{called} went through {rows:,} rows one by one: {seconds:.2g} s, {part} of the cell's time, "
        "for what columns can do at once.",
        patch=row_patch(places[0], most, notebook) if len(places) == 1 and len({*seen}) == 1 else None,
        share=share,
    )


RULE = Rule(
    id="R27",
    title="Compute with whole columns instead of rows",
    effect="same result",
    saving=(0.90, 0.996),
    source="measured: 98 to 99.6 % less CPU time for arithmetic on rows (pandas 3 on a CPU)",
    see=see,
    needs=("pandas",),
)
