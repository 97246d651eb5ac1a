"""What ``jupyter green regions`` says: the energy of all kernels in the ledger on other grids."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..energy import Energy
from ..grid import UnknownRegion, locate, lookup
from ..ledger import LedgerError
from .problem import Problem
from .regions import regions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from ..emissions import Intensity
    from ..ledger import Reader


def ledger_regions(ledger: Reader, begin: datetime, region: str | None, others: Sequence[str]) -> str:
    """Return the comparison for the cells in a ledger.

    Parameters
    ----------
    ledger, begin
        Cells from a moment on.
    region
        As configured; ``None`` for the grid that the cells ran on.
    others
        Grids to set beside it; none for a choice of them.

    Raises
    ------
    Problem
        When there is nothing to compare, in one line.
    """
    try:
        inner = {row["boot"] for row in ledger.sessions(begin.timestamp()) if row["inside"] is not None}
        rows = [row for row in ledger.since(begin.timestamp()) if row["boot"] not in inner and row["joules"]]
    except LedgerError as error:
        raise Problem(str(error)) from error
    if not rows:
        raise Problem(f"The ledger holds no energy since {begin:%Y-%m-%d %H:%M}.")
    energy = Energy(*(math.fsum(row[end] or 0.0 for row in rows) for end in ("joules", "low", "high")))
    pue = math.fsum(row["joules"] * row["pue"] for row in rows) / energy.joules
    here = _grid(rows) if region is None else lookup(region)
    cloud = None if region is None else locate(region).cloud
    return regions(energy, pue, here, cloud, others, whose=f"The cells since {begin:%Y-%m-%d %H:%M}")


def _grid(rows: Sequence[dict[str, Any]]) -> Intensity:
    """Return the annual mean of the one grid that all cells ran on."""
    zones = sorted({row["zone"] for row in rows})
    mend = "say which to compare with JUPYTER_GREEN_REGION"
    if len(zones) > 1:
        raise Problem(f"These cells ran on several grids ({', '.join(zones)[:80]}): {mend}.")
    try:
        return lookup(zones[0])
    except UnknownRegion:
        raise Problem(f"These cells ran on a grid that no table has ({zones[0]!r}): {mend}.") from None
