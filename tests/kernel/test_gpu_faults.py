"""What a driver may do wrong in the middle of a cell: the cell's result stays, and its record says what happened."""

import pytest
from rig.gpu import FOREVER, StubGpu, StubNvml, delay, fault, steady
from rig.kernel import Kernel

ENERGY = "nvmlDeviceGetTotalEnergyConsumption"
SECOND = 10**9
SESSION = "__import__('jupyter_green').session()"
WORK = "%%carbon\nimport time\nbegan = time.monotonic()\ntime.sleep({seconds})\ntook = time.monotonic() - began\n'done'"


@pytest.fixture
def machine(tmp_path):
    stub = StubNvml(tmp_path, StubGpu(steady(300.0)))
    with Kernel(tmp_path, stub.environment) as kernel:
        kernel.run("import time, threading")
        kernel.listen(1.2)
        yield stub, kernel


def schedule(stub, *events):
    stub.events = list(events)
    stub.write()


def worked(outcome):
    assert (outcome.status, outcome.result, outcome.text) == ("ok", "'done'", "")
    return outcome.record


def settled(kernel, published):
    """A cell's record, once its figures are final."""
    for _ in range(20):
        kernel.listen(0.5)
        (record,) = kernel.value(f"[r.to_json() for r in {SESSION}.cells if r.id == {published['id']!r}]")
        if record["settled"]:
            return record
    raise AssertionError("the record did not settle")


@pytest.mark.parametrize("when", ["in the middle", "at the beginning", "at the end"])
def test_a_driver_that_stalls_does_not_delay_the_cell(machine, when):
    stub, kernel = machine
    now = stub.clock.boottime()
    start = {"in the middle": now + SECOND, "at the beginning": now, "at the end": now + 1_900_000_000}[when]
    # Calls that begin within a second or so stall, for 3 s each: that is one, as another one is only made after it.
    schedule(stub, delay(3000, ENERGY, start_ns=start, end_ns=start + 1_050_000_000))
    before = stub.clock.boottime()
    record = worked(kernel.run(WORK.format(seconds=2)))
    round_trip = (stub.clock.boottime() - before) / SECOND
    assert record["duration_s"] == pytest.approx(kernel.value("took"), abs=0.25)
    assert round_trip < 3  # the stall alone is as long
    final = settled(kernel, record)
    assert {"gpu-partial", "sampling-gap"} & set(final["flags"])
    assert final["components"]["gpu"]["joules"] == pytest.approx(300.0 * final["duration_s"], rel=0.05)


def test_a_driver_that_stalls_when_the_record_is_published_is_named_in_it(machine):
    stub, kernel = machine
    now = stub.clock.boottime()
    schedule(stub, delay(3000, ENERGY, start_ns=now + SECOND, end_ns=now + 2 * SECOND))
    record = worked(kernel.run(WORK.format(seconds=3)))
    assert "gpu-partial" in record["flags"]


def test_a_lost_gpu_comes_back(machine):
    stub, kernel = machine
    now = stub.clock.boottime()
    schedule(stub, fault("GPU_IS_LOST", start_ns=now + SECOND, end_ns=now + 2 * SECOND))
    record = worked(kernel.run(WORK.format(seconds=6)))
    record = settled(kernel, record)
    assert "gpu-partial" in record["flags"]
    # What it used while it was lost is missing, not guessed; what it used before and after is there.
    assert 300.0 * 1.5 < record["components"]["gpu"]["joules"] < 300.0 * record["duration_s"] * 0.9
    assert kernel.value(f"{SESSION}.meter.sampler.failing") == {}


@pytest.mark.parametrize("error", ["NOT_SUPPORTED", "GPU_IS_LOST", "UNKNOWN"])
def test_a_counter_that_ceases_to_answer(machine, error):
    stub, kernel = machine
    schedule(stub, fault(error, ENERGY, start_ns=stub.clock.boottime() + SECOND, end_ns=FOREVER))
    record = worked(kernel.run(WORK.format(seconds=2.5)))
    assert "gpu-partial" in record["flags"]
    assert "NVIDIA H200" in kernel.value(f"{SESSION}.meter.sampler.failing['nvml:0']")
    assert "gpu-partial" in settled(kernel, record)["flags"]


@pytest.mark.parametrize("millijoules", [-4_000_000, 10**12], ids=["backwards", "absurd jump"])
def test_garbage_makes_no_spike(machine, millijoules):
    _, kernel = machine
    kernel.run(
        "def spoil():\n"
        "    import os, pathlib\n"
        "    script = pathlib.Path(os.environ['JUPYTER_GREEN_STUB'])\n"
        "    text = script.read_text().replace('base 5000000', f'base {5000000 + millijoules}')\n"
        "    fresh = script.with_suffix('.other')\n"
        "    fresh.write_text(text)\n"
        "    fresh.replace(script)\n"
        f"millijoules = {millijoules}"
    )
    record = worked(kernel.run("%%carbon\nthreading.Timer(1, spoil).start()\ntime.sleep(5)\n'done'"))
    assert record["components"]["gpu"]["joules"] < 300.0 * record["duration_s"] * 1.05
    final = settled(kernel, record)
    assert "gpu-partial" in final["flags"]
    # The slice of the reset is missing, and no other.
    assert 300.0 * 3.9 < final["components"]["gpu"]["joules"] < 300.0 * 4.1


def test_a_driver_that_vanishes(machine):
    _, kernel = machine
    kernel.run(
        "def vanish():\n"
        "    import os\n"
        "    os.rename(os.environ['JUPYTER_GREEN_STUB'], os.environ['JUPYTER_GREEN_STUB'] + '.away')\n"
    )
    record = worked(kernel.run("%%carbon\nthreading.Timer(1, vanish).start()\ntime.sleep(2.5)\n'done'"))
    assert "gpu-partial" in record["flags"]
    assert "gpu-partial" in settled(kernel, record)["flags"]
    again = kernel.run("%%carbon\n'done'")
    assert worked(again)["energy"]["joules"] is not None
