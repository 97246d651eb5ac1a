"""Examples run in processes of their own: probes are put into libraries, and PyTorch does not go well with forks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_TESTS = Path(__file__).parent.parent


def in_a_process(module: str, *arguments: str) -> list[str]:
    """Run a module of these tests and return the lines that it prints."""
    surroundings = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(_TESTS), os.environ.get("PYTHONPATH", "")]),
        "JUPYTER_GREEN_LEDGER": "none",
        "HF_HUB_OFFLINE": "1",
        "KERAS_BACKEND": "torch",
        "TOKENIZERS_PARALLELISM": "false",
        "DS_BUILD_OPS": "0",
        "DS_ACCELERATOR": "cpu",
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], env=surroundings, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout.splitlines()


def counted(library: str) -> dict:
    """Run the examples of one library and return what :mod:`work.count` tells of them."""
    told = [line for line in in_a_process("work.count", library) if line.startswith("COUNTED ")]
    return json.loads(told[-1].removeprefix("COUNTED "))


@pytest.fixture(scope="session")
def examples():
    """Return the outcome of a library's examples, each library once."""
    outcomes: dict[str, dict] = {}

    def outcome(library: str) -> dict:
        if library not in outcomes:
            outcomes[library] = counted(library)
        return outcomes[library]

    return outcome
