"""Scenarios of a process tree, each run in a process of its own: ``python processes_worker.py SCENARIO``.

The tests' own process has children (a browser, servers) whose CPU time would count.
"""

import os
import signal
import subprocess
import sys
import time

import pytest

from jupyter_green.power.processes import ProcessTree

BURN = """
import time
while time.process_time() < {seconds}: pass
"""


def burn(seconds, tail=""):
    return subprocess.Popen([sys.executable, "-S", "-c", BURN.format(seconds=seconds) + tail], stdout=subprocess.PIPE)


def wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def scenario_our_own_threads_and_calls_count():
    tree = ProcessTree()
    before, clock = tree.cpu_seconds(), time.process_time()
    while time.process_time() - clock < 0.1:
        pass
    used = time.process_time() - clock
    assert tree.cpu_seconds() - before == pytest.approx(used, abs=0.005)


def scenario_short_subprocesses_that_no_sample_sees_count_once_they_are_reaped():
    tree = ProcessTree()
    before = tree.cpu_seconds()
    for _ in range(5):
        burn(0.1).communicate()
    assert tree.cpu_seconds() - before == pytest.approx(0.5, rel=0.25)


def scenario_ten_children_reaped_at_once_count_once_though_they_were_seen_alive():
    tree = ProcessTree()
    before = tree.cpu_seconds()
    children = [burn(0.1) for _ in range(10)]
    while any(child.poll() is None for child in children):
        tree.cpu_seconds()
        time.sleep(0.005)
    assert tree.cpu_seconds() - before == pytest.approx(1.0, rel=0.25)


def scenario_a_living_child_counts_and_goes_on_counting_after_it_was_killed():
    tree = ProcessTree()
    before = tree.cpu_seconds()
    child = burn(60)
    wait_until(lambda: tree.cpu_seconds() - before > 0.2)
    assert child.pid in tree.pids
    child.send_signal(signal.SIGKILL)
    child.communicate()
    after = tree.cpu_seconds() - before
    assert 0.2 < after < 2.0
    assert tree.cpu_seconds() - before == pytest.approx(after, abs=0.05)


def scenario_a_child_that_nobody_reaps_keeps_its_last_value_and_is_not_counted_twice():
    script = """
import signal, subprocess, sys, time
sys.path[:0] = {path!r}
from jupyter_green.power.processes import ProcessTree
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
tree = ProcessTree()
before = tree.cpu_seconds()
child = subprocess.Popen([sys.executable, "-S", "-c", {burn!r}])
seen = 0.0
while (used := tree.cpu_seconds() - before) < 0.25:
    seen = used
    time.sleep(0.002)
while child.pid in tree.pids:
    tree.cpu_seconds()
    time.sleep(0.002)
print(tree.cpu_seconds() - before)
"""
    code = script.format(path=sys.path, burn=BURN.format(seconds=0.3))
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 0.25 < float(output.stdout) < 0.6


def scenario_a_grandchild_orphaned_while_it_was_watched_goes_on_counting():
    middle = (
        "import subprocess, sys\n"
        f"p = subprocess.Popen([sys.executable, '-S', '-c', {BURN.format(seconds=0.5)!r}])\n"
        "print(p.pid, flush=True)\nsys.stdin.readline()\nimport os\nos._exit(0)\n"
    )
    tree = ProcessTree()
    before = tree.cpu_seconds()
    parent = subprocess.Popen(
        [sys.executable, "-S", "-c", middle], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    orphan = int(parent.stdout.readline())
    wait_until(lambda: tree.cpu_seconds() - before > 0.1 and orphan in tree.pids)
    parent.communicate("go\n")
    wait_until(lambda: (tree.cpu_seconds(), orphan not in tree.pids)[1])
    assert tree.cpu_seconds() - before == pytest.approx(0.55, rel=0.3)


def scenario_a_background_job_whose_shell_has_gone_counts_once_it_was_looked_for():
    os.setsid() if os.getsid(0) != os.getpid() else None
    tree = ProcessTree()
    before = tree.cpu_seconds()
    script = f"{sys.executable} -S -c '{BURN.format(seconds=0.6)}' &"
    subprocess.run(["sh", "-c", script], check=True)
    tree.survey()
    assert len(tree.pids) == 2
    wait_until(lambda: (tree.cpu_seconds(), len(tree.pids) == 1)[1])
    assert tree.cpu_seconds() - before == pytest.approx(0.6, rel=0.3)
    assert tree.lost == 1  # what it used after the last look is missing, and that is known


def scenario_nothing_is_lost_where_children_are_waited_for():
    tree = ProcessTree()
    children = [burn(0.1) for _ in range(3)]
    while any(child.poll() is None for child in children):
        tree.cpu_seconds()
    tree.survey()
    tree.cpu_seconds()
    assert tree.lost == 0


def scenario_it_never_decreases():
    tree = ProcessTree()
    values = []
    children = [burn(0.05) for _ in range(3)]
    while any(child.poll() is None for child in children):
        values.append(tree.cpu_seconds())
    values.append(tree.cpu_seconds())
    assert values == sorted(values)


def scenario_memory_of_the_tree_counts_a_childs_private_pages():
    tree = ProcessTree()
    before = tree.memory_bytes()
    child = subprocess.Popen(
        [sys.executable, "-c", "x = bytearray(60_000_000); print('up', flush=True); input()"],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "up\n"
    tree.cpu_seconds()
    assert tree.memory_bytes() - before > 55_000_000
    child.communicate("\n")


if __name__ == "__main__":
    globals()[sys.argv[1]]()
