"""Fixtures that every test may use; the rig behind them is in ``rig/``."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import sync_playwright
from rig.clock import FakeClock
from rig.gpu import StubGpu, StubNvml
from rig.lab import chromium
from rig.powercap import PowercapTree
from rig.shipped import execute

# What the building adds follows from the machine; on one in a known cloud every gram would be another.
os.environ.setdefault("JUPYTER_GREEN_PUE", "1.0")

# What a shell runs in the background ignores Ctrl-C, and so does all that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("busy-machine", deadline=None)  # other work on two cores must not fail an example
settings.load_profile("busy-machine")


@pytest.fixture(scope="session")
def browser():
    """The system's Chromium, one for all tests."""
    with sync_playwright() as playwright:
        started = chromium(playwright)
        yield started
        started.close()


@pytest.fixture(scope="session")
def executed(tmp_path_factory):
    """Execute a notebook of ours, once however many tests ask for it; return where it is."""
    done: dict[str, Path] = {}

    def run(name: str) -> Path:
        if name not in done:
            done[name] = execute(name, tmp_path_factory.mktemp(name))
        return done[name]

    return run


@pytest.fixture
def fake_clock():
    return FakeClock()


@pytest.fixture
def powercap(tmp_path: Path) -> Callable[..., PowercapTree]:
    """Make a powercap tree; the arguments are those of ``PowercapTree`` after the root."""

    def make(*args, **options):
        return PowercapTree(tmp_path / "powercap" / "class", *args, **options)

    return make


@pytest.fixture
def stub_nvml(tmp_path: Path) -> Callable[..., StubNvml]:
    """Make a machine with these GPUs; pass its ``environment`` to the process that is to see them."""

    def make(*gpus: StubGpu, clock: FakeClock | None = None):
        folder = tmp_path / "nvml"
        folder.mkdir(exist_ok=True)
        return StubNvml(folder, *gpus, clock=clock)

    return make
