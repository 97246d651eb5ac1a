"""Fills the status report from a session: this machine's sources, place and ledger as they are now."""

from __future__ import annotations

from pathlib import Path

from ..metering_session import Session
from ..power.detect import detect_rapl
from ..version import __version__
from .better_figures import suggestions
from .status import SourceStatus, StatusReport
from .surroundings import look_around


def machine_status(session: Session, *, live: bool = True) -> StatusReport:
    """Return the state of a session.

    Parameters
    ----------
    session
        Whose hardware and settings are reported.
    live
        False where no kernel is behind it (the command line).
    """
    hardware = session.hardware
    failing = session.meter.sampler.failing
    used = (
        SourceStatus(s.component, s.name, s.label, s.method, s.spread, failing.get(s.name)) for s in hardware.sources
    )
    absent = (SourceStatus(s.component, s.name, s.label, s.method, None, s.because) for s in hardware.absent)
    place, ledger = session.place, session.ledger
    trouble = None if ledger is None or ledger.health == "ok" else ledger.health
    better = suggestions(
        hardware.sources,
        hardware.absent,
        look_around(),
        place.intensity,
        session.config.pue,
        now_readable=live and _now_readable(session),
    )
    return StatusReport(
        version=__version__,
        metering=session.metering if live else None,
        sources=(*used, *absent),
        intensity=place.intensity,
        place_from=place.found,
        pue=session.config.pue,
        ledger=None if ledger is None else str(ledger.path),
        ledger_trouble=trouble,
        cells=len(session.cells),
        overhead=session.hook_seconds if live else None,
        better=tuple(better),
        notes=() if session.trouble is None else (f"metering had a problem of its own: {session.trouble}",),
    )


def _now_readable(session: Session) -> bool:
    """Whether access to the processor's counter was granted since the session began, whose sources are fixed."""
    if session.hardware.load.scope == "cgroup" or not any(a.name == "rapl" for a in session.hardware.absent):
        return False
    return any(s.name == "rapl" for s in detect_rapl(session.clock, Path(session.config.powercap)).sources)
