"""Examples run in processes of their own: probes are put into libraries, and PyTorch does not go well with forks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_TESTS = Path(__file__).parent.parent
# Those that build on the same libraries share a process: it takes longer to import them than to run the examples.
GROUPS = (
    ("torch_loops", "language_models", "lightning_loops", "diffusion"),
    ("keras_fits", "deepspeed_loops"),
    ("sklearn_fits", "progress_bars"),
)
SURROUNDINGS = {
    "JUPYTER_GREEN_LEDGER": "none",
    "HF_HUB_OFFLINE": "1",
    "KERAS_BACKEND": "torch",
    "TOKENIZERS_PARALLELISM": "false",
    "DS_BUILD_OPS": "0",
    "DS_ACCELERATOR": "cpu",
    "OMP_NUM_THREADS": "1",
}


def in_a_process(module: str, *arguments: str) -> list[str]:
    """Run a module of these tests and return the lines that it prints."""
    path = os.pathsep.join([str(_TESTS), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env={**os.environ, **SURROUNDINGS, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout.splitlines()


def counted(group: tuple[str, ...]) -> dict:
    """Run the examples of some libraries and return what :mod:`work.count` tells of them."""
    told = [line for line in in_a_process("work.count", *group) if line.startswith("COUNTED ")]
    return json.loads(told[-1].removeprefix("COUNTED "))


@pytest.fixture(scope="session")
def outcomes():
    """Return what a group's process tells; each is run once."""
    told: dict[tuple[str, ...], dict] = {}

    def outcome(group: tuple[str, ...]) -> dict:
        if group not in told:
            told[group] = counted(group)
        return told[group]

    return outcome


@pytest.fixture(scope="session")
def examples(outcomes):
    """Return what one library's examples were found to do, by example."""

    def results(library: str) -> dict:
        (group,) = [group for group in GROUPS if library in group]
        return outcomes(group)["results"][library]

    return results
