"""A real kernel on the stub's GPUs: what is said of one that is kept awake, or that runs at its limit."""

import pytest
from rig.gpu import StubGpu, StubNvml, steady
from rig.kernel import Kernel

OPEN = {"JUPYTER_GREEN_ADVICE_THRESHOLD": "0"}
ANOTHER = 2**22 + 7  # beyond the largest PID

# The kernel's time may be put forward; nobody has to wait for it.
CLOCK = """
from jupyter_green.clock import SystemClock

class Ahead:
    seconds = 0.0

def ahead(read):
    return lambda clock: read(clock) + round(Ahead.seconds * 1e9)

SystemClock.boottime, SystemClock.monotonic = ahead(SystemClock.boottime), ahead(SystemClock.monotonic)
"""
FORWARD = """
import os
sampler = __import__("jupyter_green").session().meter.sampler
with sampler._condition:  # no sample between the two
    Ahead.seconds += 40
    os.replace("later/gpus.txt", "gpus.txt")
    sampler._condition.notify_all()  # it waits by real time
"""
STATE = "next(iter(__import__('jupyter_green').session().meter.sampler.gpus.values()))"


class Idle:
    """A kernel that is left alone, on a GPU at 75 W."""

    def __init__(self, tmp_path, clock, processes):
        self.clock = clock
        gpu = StubGpu(steady(75.0, clock=clock), processes=processes)
        (tmp_path / "later").mkdir()
        self.later = StubNvml(tmp_path / "later", gpu, clock=clock)
        self.kernel = Kernel(tmp_path, {**StubNvml(tmp_path, gpu, clock=clock).environment, **OPEN})
        self.kernel.run(CLOCK, store_history=False)

    def wait(self, looks):
        """Let 40 s pass for each look."""
        for _ in range(looks):
            before = self.kernel.value(f"{STATE}.done.at")
            self.clock.advance(40)
            self.later.write()
            self.kernel.run(FORWARD, store_history=False)
            while self.kernel.value(f"{STATE}.done.at") < before + 39e9:
                self.kernel.listen(0.05)

    def told(self):
        suggestions = "__import__('jupyter_green').suggestions(every=True)"
        return dict(self.kernel.value(f"[(s.rule, s.evidence) for s in {suggestions}]"))


@pytest.fixture
def idle(tmp_path, fake_clock):
    started = []

    def start(processes):
        started.append(Idle(tmp_path, fake_clock, processes))
        return started[-1]

    yield start
    for each in started:
        each.kernel.__exit__()


def test_an_idle_kernel_that_keeps_a_gpu_awake_is_told_when_somebody_asks(idle):
    notebook = idle({"caller": 0})
    notebook.kernel.run("x = 1")
    feed = len(notebook.kernel.feed)
    notebook.wait(3)
    assert len(notebook.kernel.feed) <= feed + 1  # of the cell; an idle kernel says nothing
    told = notebook.told()
    assert "held GPU 0" in told["R20"]
    watts = float(told["R20"].split("it drew ")[1].split(" W")[0])
    assert watts == pytest.approx(75, rel=0.1)  # real seconds pass, too, that the stub does not know of
    shown = notebook.kernel.run("%carbon suggest").text
    assert "Shut the kernel down" in shown


def test_a_gpu_that_others_use_is_not_kept_awake_by_us(idle):
    notebook = idle({"caller": 0, ANOTHER: 0})
    notebook.kernel.run("x = 1")
    notebook.wait(3)
    assert "R20" not in notebook.told()


def test_a_gpu_that_goes_on_working_is_used(idle):
    notebook = idle({"caller": 30})
    notebook.kernel.run("x = 1")
    notebook.wait(3)
    assert "R20" not in notebook.told()


@pytest.mark.parametrize(("watts", "share", "speaks"), [(650.0, 100, True), (300.0, 100, False), (650.0, 20, False)])
def test_a_gpu_at_its_limit(tmp_path, watts, share, speaks):
    stub = StubNvml(tmp_path, StubGpu(steady(watts), processes={"caller": share}))
    with Kernel(tmp_path, {**stub.environment, **OPEN}) as kernel:
        kernel.run("import time\ntime.sleep(3)")
        told = kernel.value("[[s.rule, s.evidence] for s in __import__('jupyter_green').suggestions(every=True)]")
    assert ("R21" in dict(told)) is speaks
    if speaks:
        assert "drew 650 W of its limit of 700 W" in dict(told)["R21"]
