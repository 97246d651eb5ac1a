"""A machine without counters: a sleeping kernel, one busy core and two, in a real kernel."""

import json
from itertools import permutations

import pytest
from rig.kernel import Kernel

from jupyter_green.power.load import ProcLoad

SECONDS = 4
OWN = "sum(__import__('os').times()[:4])"
BURN = """%%carbon
import subprocess, sys, time
code = "import time\\nend = time.monotonic() + {seconds}\\nwhile time.monotonic() < end: pass"
workers = [subprocess.Popen([sys.executable, "-S", "-c", code]) for _ in range({cores})]
time.sleep({seconds})
for worker in workers: worker.wait()
"""


@pytest.fixture(scope="module")
def unmetered_machine(tmp_path_factory):
    """A kernel that finds no counter."""
    folder = tmp_path_factory.mktemp("modelled")
    with Kernel(folder, {"JUPYTER_GREEN_POWERCAP": str(folder / "none")}) as kernel:
        yield kernel


def test_sleep_is_less_than_one_core_is_less_than_two(unmetered_machine):
    load = ProcLoad()
    records, busy, own = [], [], []
    for cores in (0, 1, 2):
        before, own_before = load.busy_seconds(), unmetered_machine.value(OWN)
        records.append(unmetered_machine.run(BURN.format(seconds=SECONDS, cores=cores), timeout=120).record)
        busy.append((load.busy_seconds() - before) / records[-1]["duration_s"])
        own.append(unmetered_machine.value(OWN) - own_before)
    machine = [record["machine_energy"]["joules"] / record["duration_s"] for record in records]
    # Neighbours on a busy machine count too: whichever run found it busier by a quarter of a core drew more.
    for left, right in permutations(range(3), 2):
        if busy[left] + 0.25 < busy[right]:
            assert machine[left] < machine[right]
    active = [record["components"]["cpu"]["joules"] - record["components"]["cpu"]["idle_joules"] for record in records]
    assert active[0] < 0.25 * min(active[1:])
    assert active[2] / active[1] == pytest.approx(own[2] / own[1], rel=0.15)
    for record in records:
        cpu = record["components"]["cpu"]
        assert cpu["method"] == "modelled"
        assert cpu["low"] <= cpu["joules"] / 1.4
        assert record["energy"]["measured_share"] == 0
        assert record["machine_energy"]["joules"] >= record["energy"]["joules"]


def test_watts_that_the_user_states_are_what_the_machine_is_said_to_draw(tmp_path):
    stated = {"JUPYTER_GREEN_CPU_POWER_MODEL": "idle=100,full=100", "JUPYTER_GREEN_POWERCAP": str(tmp_path / "none")}
    with Kernel(tmp_path, stated) as kernel:
        record = kernel.run("%%carbon\nimport time\ntime.sleep(1)").record
    watts = record["machine_energy"]["components"]["cpu"] / record["duration_s"]
    threads = kernel_threads(record["components"]["cpu"]["source"])
    assert watts == pytest.approx(100 * threads[0] / threads[1], rel=0.02)


def kernel_threads(label):
    """Threads shown and threads of the package, from ``power as configured, 2 of 8 threads``."""
    words = label.rpartition(", ")[2].split()
    return (int(words[0]), int(words[2])) if "of" in words else (1, 1)


def test_a_setting_that_cannot_be_understood_costs_one_line(tmp_path):
    environment = {"JUPYTER_GREEN_CPU_POWER_MODEL": "very hot"}
    with Kernel(tmp_path, environment, metered=False) as kernel:
        loaded = kernel.run("%load_ext jupyter_green")
        assert loaded.status == "ok"
        assert loaded.text.count("\n") == 1
        assert json.dumps("very hot")[1:-1] in loaded.text
        assert kernel.run("%%carbon\nsum(range(10**6))").record["components"]["cpu"]["method"] == "modelled"
