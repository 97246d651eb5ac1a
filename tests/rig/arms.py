"""Instruments for trials without a session: this process's own CPU time, and a machine that nobody else uses."""

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
