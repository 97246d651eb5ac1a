"""Instruments for trials without a session, on a machine that nobody else uses: by this process's own CPU time, or by
work that is counted, so that a ratio does not depend on what else runs on the machine."""

from __future__ import annotations

import time

from jupyter_green.advice.trial import Instruments


class OwnTree:
    pids: frozenset[int] = frozenset()
    lost = 0

    def cpu_seconds(self) -> float:
        return time.process_time()

    def memory_bytes(self) -> int:
        return 0

    def survey(self) -> None:
        pass


class QuietLoad:
    cpus = 1
    scope = "machine"

    def busy_seconds(self) -> float:
        return time.process_time()


def instruments() -> Instruments:
    return Instruments(OwnTree(), QuietLoad())


class CountedWork:
    """Work whose CPU time is what is said of it: a millisecond for 10,000 rounds.

    Attributes
    ----------
    seconds
        Done so far.
    """

    __module__ = "jupyter_green.of_the_rig"  # a trial does not look into it, so that no run's work is put back

    def __init__(self) -> None:
        self.seconds = 0.0

    def spin(self, amount: int) -> int:
        """Do so many rounds."""
        self.seconds += amount * 1e-7
        return amount

    def instruments(self) -> Instruments:
        """Return instruments that see this work alone."""
        tree, load = OwnTree(), QuietLoad()
        tree.cpu_seconds = load.busy_seconds = lambda: self.seconds
        return Instruments(tree, load)
