"""Records as the meter makes them, for the ledger's tests and the processes that they start."""

from jupyter_green.emissions import Intensity
from jupyter_green.energy import Estimate
from jupyter_green.footprint import Component, Footprint
from jupyter_green.record import Record, SessionTotal

FRANCE = Intensity(44.18, "FR", "France", 2024, "lifecycle", "Ember", "annual", 38.4, 50.8)
STARTED = 1_795_446_245.0  # 2026-11-23


def footprint(joules, *, started=STARTED, duration=2.0, settled=True, label="train()", flags=()):
    part = Component(Estimate(joules, 1.0, 0.1), None, "counter", "package-0")
    machine = {"cpu": Estimate(joules * 3)}
    return Footprint({"cpu": part}, machine, duration, started, FRANCE, 1.2, label, flags=flags, settled=settled)


def record(n, *, boot="boot-1", joules=36.0, settled=True, label="train()", flags=()):
    cell = footprint(joules, started=STARTED + n, settled=settled, label=label, flags=flags)
    session = SessionTotal(footprint(100.0 * n + joules, duration=n + 2.0), n, 10.0 * n)
    return Record(f"{boot}-{n}", boot, n, cell, session)
