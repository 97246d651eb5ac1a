"""Where work is counted, and where it cannot be: what ``%carbon status`` says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..work.probes import NOTICED, PROBES

if TYPE_CHECKING:
    from ..work import Probes


def work_status(probes: Probes) -> tuple[str, ...]:
    """Return a line on the libraries in which work is counted, and one on each in which it is not, with the reason."""
    if not probes.installed:
        return ("not counted while metering is off; --units states it",)
    counted = [name for name in probes.probed if name not in probes.trouble and name not in NOTICED]
    later = [name for name in _known() if name not in probes.probed and name not in probes.trouble]
    parts = [
        f"counted in {', '.join(counted)}" if counted else "",
        f"{'also ' if counted else 'counted '}once imported: {', '.join(later)}" if later else "",
    ]
    whole = "; ".join(part for part in parts if part)
    troubles = (
        f"{'only partly' if name in probes.probed else 'not'} counted in {name}: {' '.join(why.split())}"
        for name, why in probes.trouble.items()
    )
    return (*([whole] if whole else []), *troubles)


def _known() -> list[str]:
    return [name for name in dict.fromkeys(module.partition(".")[0] for module in PROBES) if name not in NOTICED]
