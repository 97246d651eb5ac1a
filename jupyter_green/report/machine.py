"""Fills the status report from a session: this machine's sources, place and ledger as they are now."""

from __future__ import annotations

from ..metering_session import Session
from ..version import __version__
from .status import SourceStatus, StatusReport


def machine_status(session: Session, *, live: bool = True) -> StatusReport:
    """Return the state of a session.

    Parameters
    ----------
    session
        Whose hardware and settings are reported.
    live
        False where no kernel is behind it (the command line).
    """
    failing = session.meter.sampler.failing
    used = (
        SourceStatus(s.component, s.name, s.label, s.method, s.spread, failing.get(s.name))
        for s in session.hardware.sources
    )
    absent = (SourceStatus(s.component, s.name, s.label, s.method, None, s.because) for s in session.hardware.absent)
    place, ledger = session.place, session.ledger
    trouble = None if ledger is None or ledger.health == "ok" else ledger.health
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
        notes=() if session.trouble is None else (f"metering had a problem of its own: {session.trouble}",),
    )
