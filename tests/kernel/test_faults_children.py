"""Children that end badly, or that nobody waits for, in a running kernel: their CPU seconds count all the same."""

import pytest

SESSION = "__import__('jupyter_green').session()"
TREE = f"{SESSION}.hardware.tree"
DEFINE = f"""
import os, signal, subprocess, sys, time
from pathlib import Path
tree = {TREE}
def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end: pass
def others():
    return tree.cpu_seconds() - time.process_time()
def gone(pid):
    try:
        return Path(f"/proc/{{pid}}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
BURN = "import time\\nwhile time.process_time() < {{}}: pass"
"""
KILLED = """%%carbon
before = others()
child = subprocess.Popen([sys.executable, "-I", "-S", "-c", BURN.format(60)])
time.sleep(1.0)
used = time.clock_gettime((~child.pid << 3) | 2)
child.send_signal(signal.SIGKILL)
status = child.wait()
counted = others() - before
'done'"""
DAEMON = """%%carbon
before = others()
reading, writing = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(writing, str(os.getpid()).encode())
        burn(1.5)
    os._exit(0)
_ = os.wait()
pid = int(os.read(reading, 20))
while not gone(pid): time.sleep(0.01)
counted = others() - before
'done'"""
IGNORED = """%%carbon
before = others()
handler = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
pid = os.fork()
if pid == 0:
    burn(1.5)
    os._exit(0)
while not gone(pid): time.sleep(0.01)
_ = signal.signal(signal.SIGCHLD, handler)
counted = others() - before
'done'"""


@pytest.fixture
def ready(kernel):
    assert kernel.run(DEFINE).status == "ok"
    return kernel


def run(kernel, code):
    """Run a cell; return its settled record."""
    outcome = kernel.run(code)
    assert (outcome.status, outcome.result, outcome.text) == ("ok", "'done'", "")
    for _ in range(20):
        kernel.listen(0.3)
        (record,) = kernel.value(f"[r.to_json() for r in {SESSION}.cells if r.id == {outcome.record['id']!r}]")
        if record["settled"]:
            return record
    raise AssertionError("the record did not settle")


def test_a_child_killed(ready):
    record = run(ready, KILLED)
    assert ready.value("int(status)") == -9
    used = ready.value("used")
    assert used > 0.2
    assert ready.value("counted") == pytest.approx(used, rel=0.05, abs=0.05)
    assert "cpu-lower-bound" not in record["flags"]
    assert record["components"]["cpu"]["joules"] > 0


def test_a_daemon(ready):
    record = run(ready, DAEMON)
    # Init may take seconds to reap it, until when its end tells exactly what it used.
    assert ready.value("counted") == pytest.approx(1.5, rel=0.1)
    assert record["components"]["cpu"]["joules"] > 0


def test_a_child_that_nobody_reaps_is_a_lower_bound_and_says_so(ready):
    record = run(ready, IGNORED)
    assert ready.value("counted") == pytest.approx(1.5, rel=0.1)
    assert "cpu-lower-bound" in record["flags"]
    assert "cpu-lower-bound" in ready.value(f"{SESSION}.total.footprint.flags")
