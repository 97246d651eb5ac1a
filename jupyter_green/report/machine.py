"""Fills the status report from a session: this machine's sources, place and ledger as they are now."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from ..emissions import emissions
from ..energy import Energy
from ..metering_session import Session
from ..power.detect import detect_rapl
from ..power.source import Source
from ..version import __version__
from . import budget_words, cross_checks, live_service, quantities
from .better_figures import suggestions
from .outlook import outlook
from .remote_status import remote_status
from .status import SourceStatus, StatusReport
from .surroundings import look_around
from .work_status import work_status


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
        SourceStatus(s.component, s.name, s.label, s.method, s.spread, failing.get(s.name), tuple(_remarks(s)))
        for s in hardware.sources
    )
    absent = (SourceStatus(s.component, s.name, s.label, s.method, None, s.because) for s in hardware.absent)
    session.settle_place()
    place, pue, ledger = session.place, session.pue, session.ledger
    service = session.electricity.live
    trouble = None if ledger is None or ledger.health == "ok" else ledger.health
    better = suggestions(
        hardware.sources,
        hardware.absent,
        look_around(),
        place.intensity,
        pue,
        now_readable=live and _now_readable(session),
    )
    if live:
        checks = cross_checks.of_session(hardware, session.meter.power()[1] if session.metering else math.nan)
    else:
        checks = cross_checks.of_command(hardware)
    return StatusReport(
        version=__version__,
        metering=session.metering if live else None,
        sources=(*used, *absent),
        intensity=session.electricity.present,
        place_from=place.found,
        service=None if service is None else live_service.sentence(service.state),
        pue=pue.value,
        pue_from=pue.because,
        ledger=None if ledger is None else str(ledger.path),
        ledger_trouble=trouble,
        cells=len(session.cells),
        overhead=session.hook_seconds if live else None,
        remote=remote_status(session.remote, wanted=session.config.remote) if live else None,
        cross_checks=tuple(check.text for check in checks),
        better=tuple(better),
        work=work_status(session.probes) if live else (),
        budgets=tuple(budget_words.standing(allowance, live=live) for allowance in session.allowances.now()),
        forecast=_forecast(session) if live else None,
        notes=tuple(_notes(session)),
    )


def _notes(session: Session) -> Iterator[str]:
    """Yield what went wrong in metering and advice themselves; no cell noticed."""
    if session.trouble is not None:
        yield f"metering had a problem of its own: {session.trouble}"
    for who, why in session.advisory.adviser.trouble.items():
        yield f"advice ({who}) had a problem of its own, and says nothing: {' '.join(why.split())}"


def _forecast(session: Session) -> str | None:
    """Say what is foretold of the cell that was looked at last: it runs, or ran for longer than a moment."""
    told = session.outlook.told
    if told is None:
        return None
    if told.why_not is not None:
        return f"none for the last long cell: {told.why_not}"
    energy = Energy(told.joules, told.low, told.high)
    grams = emissions(energy, session.place.intensity, session.pue.value).grams
    said = outlook(energy, told.seconds_left, grams=grams, at_least=told.at_least)
    return f"the last long cell, as last seen: {said}"


_REMARKS = {
    "cpu-smt": "two threads share a core here: one alone draws between half of its power and all of it",
    "cpu-hybrid-cores": "fast and efficient cores are alike to the model, which widens its range",
    "no-machine-split": "this container hides how busy its machine is: only its own CPU time is modelled",
}


def _remarks(source: Source) -> Iterator[str]:
    """Yield what a model takes the hardware to draw, and what its flags mean."""
    idle, full = source.idle_watts, getattr(source, "full_watts", None)
    if idle is not None:
        busy = "at all times" if full is None else f"idle and {quantities.power(full)} fully busy"
        yield f"taken to draw {quantities.power(idle)} {busy}"
    for flag in getattr(source, "flags", ()):
        if flag in _REMARKS:
            yield _REMARKS[flag]


def _now_readable(session: Session) -> bool:
    """Whether access to the processor's counter was granted since the session began, whose sources are fixed."""
    if session.hardware.load.scope == "cgroup" or not any(a.name == "rapl" for a in session.hardware.absent):
        return False
    return any(s.name == "rapl" for s in detect_rapl(session.clock, Path(session.config.powercap)).sources)
