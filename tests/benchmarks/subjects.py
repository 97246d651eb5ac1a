"""Everybody who measures, side by side: jupyter-green in a real kernel, and each peer in a process of its own."""

from __future__ import annotations

import os
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import window
from .kernels import Kernel, environment
from .peers import PEERS, Peer, PeerError, PeerProcess, python

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PUBLISHED, SETTLED = "green-published", "green-settled"
LOAD = "from tests.benchmarks import probe, window; probe.load_green(); probe.bracket()"
SETTLES_WITHIN = 5.0
PAUSE = 0.3  # s between two windows in one process: the ramp down, and a new phase of every refresh

Joules = dict[str, float]


@dataclass(frozen=True)
class Rig:
    """Hardware with a known truth.

    Attributes
    ----------
    truth
        Joules by component between two times, ns since boot.
    variables
        By which our kernel and the stub library find it.
    powercap
        The class folder, which peers see mounted.
    """

    truth: Callable[[int, int], Joules]
    variables: Mapping[str, str]
    powercap: Path | None = None


@dataclass(frozen=True)
class Reading:
    """One window: when it was, and what was said of it, by tool.

    Attributes
    ----------
    covered
        Whether the stated range of each component covers its truth, where there is a range.
    """

    start: int
    end: int
    truth: Joules
    joules: Mapping[str, Joules]
    covered: Mapping[str, dict[str, bool]] = field(default_factory=dict)


class Bench:
    """One run's settings, its scratch folder, and which peers can be run.

    Parameters
    ----------
    scratch, cache
        Temporary; and where the peers' environments are kept.
    quick
        Whether a fifth of the repetitions will do.
    wanted
        Keys of the peers.
    """

    def __init__(self, scratch: Path, cache: Path, *, quick: bool, wanted: Sequence[str]) -> None:
        self.scratch = scratch
        self.quick = quick
        self.interpreters: dict[Peer, Path] = {}
        self.missing: dict[str, str] = {}
        self._numbers = iter(range(10**6))
        for peer in PEERS:
            if peer.key not in wanted:
                self.missing[peer.key] = "left out on request"
                continue
            try:
                self.interpreters[peer] = python(cache, peer)
            except PeerError as error:
                self.missing[peer.key] = str(error)
        (scratch / "bin").mkdir(exist_ok=True)
        stand_in = scratch / "bin" / "nvidia-smi"  # CodeCarbon looks for it before it looks for a GPU
        stand_in.write_text("#!/bin/sh\n")
        stand_in.chmod(0o755)

    def times(self, count: int) -> int:
        """Return how many repetitions this run makes instead of *count*."""
        return max(2, count // 5) if self.quick else count

    def folder(self, name: str) -> Path:
        """Return a new folder."""
        made = self.scratch / f"{name}-{next(self._numbers)}"
        made.mkdir()
        return made


class GreenKernel:
    """jupyter-green: marked cells of a real kernel."""

    def __init__(self, bench: Bench, rig: Rig) -> None:
        self.rig = rig
        self.lead_seconds = 0.005
        self.kernel = Kernel(Path(sys.executable), bench.scratch, rig.variables)
        self.kernel.run(LOAD)
        self.kernel.run("%%carbon\nwindow.work(0.05)")  # the first one has costs of its own, for everybody
        self._request = ""

    def ask(self, seconds: float) -> None:
        """Let a cell begin."""
        self._request = self.kernel.begin(f"%%carbon\nwindow.work({seconds})")

    def answer(self) -> Reading:
        """Return what the record in the notebook said at once, and what settled."""
        self.kernel.finish(self._request)
        (record,) = self.kernel.published
        settled = self.settled()
        start, end = self.kernel.ask("(probe.edges['start'], probe.edges['end'])")  # type: ignore[misc]
        truth = self.rig.truth(start, end)
        published = {name: record["machine_energy"]["components"].get(name) for name in truth}
        return Reading(
            start,
            end,
            truth,
            {
                PUBLISHED: {name: joules for name, joules in published.items() if joules is not None},
                SETTLED: {name: settled["machine"][name]["joules"] for name in truth},
            },
            {
                PUBLISHED: _covered(record["components"], truth, ("gpu",)),
                SETTLED: _covered(settled["machine"], truth, tuple(truth)),
            },
        )

    def settled(self) -> dict[str, Any]:
        """Return the last cell's settled figures."""
        deadline = time.monotonic() + SETTLES_WITHIN
        while time.monotonic() < deadline:
            if (found := self.kernel.ask("probe.settled()")) is not None:
                return found  # type: ignore[return-value]
            time.sleep(0.1)
        raise TimeoutError("the cell did not settle")

    def stop(self) -> None:
        """End the kernel."""
        self.kernel.stop()


class PeerSubject:
    """A peer, asked as the kernel is."""

    def __init__(self, bench: Bench, peer: Peer, rig: Rig, components: str) -> None:
        self.key = peer.key
        self.rig = rig
        variables = environment(bench.scratch, rig.variables)
        variables["PATH"] = f"{bench.scratch / 'bin'}{os.pathsep}{variables.get('PATH', os.defpath)}"
        variables.pop("PYTHONPATH", None)
        self._process = PeerProcess(
            peer, bench.interpreters[peer], bench.folder(peer.key), variables, rig.powercap, components
        )
        self.wait_until_ready = self._process.wait_until_ready
        self.ask = self._process.ask
        self.stop = self._process.stop

    @property
    def lead_seconds(self) -> float:
        """How long it took to begin the last window."""
        return self._process.lead_seconds

    def answer(self) -> Reading:
        """Return what it said."""
        start, end, joules = self._process.answer()
        return Reading(start, end, self.rig.truth(start, end), {self.key: joules})


class Contest:
    """All subjects at work; a context manager.

    Parameters
    ----------
    bench
        The run.
    rig
        Returns the rig of one subject, by its key; they may share one.
    components
        What the rig has: ``gpu``, ``cpu`` or ``all``.
    """

    def __init__(self, bench: Bench, rig: Callable[[str], Rig], components: str) -> None:
        self.failed: dict[str, str] = {}
        self._peers: list[PeerSubject] = []
        for peer in bench.interpreters:
            try:
                self._peers.append(PeerSubject(bench, peer, rig(peer.key), components))
            except PeerError as error:
                self.failed[peer.key] = str(error)
        self.green = GreenKernel(bench, rig("green"))
        for subject in list(self._peers):
            self._guard(subject, subject.wait_until_ready)

    def __enter__(self) -> Contest:
        return self

    def __exit__(self, *_: object) -> None:
        self.green.stop()
        for subject in self._peers:
            subject.stop()

    def alone(self, seconds: float) -> list[Reading]:
        """Measure one window after the other, in a new order each time."""
        order: list[GreenKernel | PeerSubject] = [self.green, *self._peers]
        random.shuffle(order)
        readings = []
        for subject in order:
            time.sleep(PAUSE * random.uniform(0.5, 1.0))
            readings += self._measured([(subject, 0.0)], seconds)
        return readings

    def together(self, seconds: float, at: Callable[[float], float] | None = None) -> list[Reading]:
        """Measure in all at once: the CPU sleeps, so that they do not disturb each other.

        Parameters
        ----------
        seconds
            Length of the window.
        at
            Returns the s to wait so that a window begins as wanted, given the s that beginning takes.
        """
        time.sleep(PAUSE * random.uniform(0.5, 1.0))
        subjects: list[GreenKernel | PeerSubject] = [self.green, *self._peers]
        return self._measured([(s, at(s.lead_seconds) if at else 0.0) for s in subjects], seconds)

    def _measured(self, plan: list[tuple[GreenKernel | PeerSubject, float]], seconds: float) -> list[Reading]:
        begun = window.now()
        for subject, wait in sorted(plan, key=lambda entry: entry[1]):
            window.sleep_until(begun + round(wait * 1e9))
            subject.ask(seconds)
        found = (self._guard(subject, subject.answer) for subject, _ in plan)
        return [reading for reading in found if reading is not None]

    def _guard(self, subject: GreenKernel | PeerSubject, action: Callable[[], Any]) -> Any:
        """Leave a peer out once it has failed; we may not fail."""
        if not isinstance(subject, PeerSubject):
            return action()
        try:
            return action()
        except PeerError as error:
            self.failed[subject.key] = str(error)
            self._peers.remove(subject)
            subject.stop()
            return None


def _covered(said: Mapping[str, Any], truth: Joules, names: Sequence[str]) -> dict[str, bool]:
    return {name: said[name]["low"] <= truth[name] <= said[name]["high"] for name in names if name in truth}
