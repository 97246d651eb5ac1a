"""Scenarios of a process tree, each run in a process of its own: ``python processes_worker.py SCENARIO``.

The tests' own process has children (a browser, servers) whose CPU time would count.
"""

import ctypes
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
    assert tree.lost <= 1  # what it used after the last look is missing where init reaps it at once


def daemonise(work):
    """Fork twice, in a session of its own; return the PID of the process that does the work."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(writing, str(os.getpid()).encode())
            work()
        os._exit(0)
    os.wait()
    return int(os.read(reading, 20))


def burn_here(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def ended(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def of_others(tree):
    """CPU seconds of the tree less our own: waiting costs some."""
    return tree.cpu_seconds() - time.process_time()


def scenario_a_daemon_is_found_by_where_its_memory_lies():
    tree = ProcessTree()
    before = of_others(tree)
    pid = daemonise(lambda: burn_here(1.0))
    wait_until(lambda: pid in tree.pids)  # nobody asks: the fork itself told
    wait_until(lambda: ended(pid))
    wait_until(lambda: pid not in tree.pids)
    assert of_others(tree) - before == pytest.approx(1.0, abs=0.1)
    assert tree.lost <= 1  # not at all where init is slow to reap it


def scenario_a_daemon_that_is_reaped_at_once_loses_little_and_that_is_known():
    if os.environ.pop("REAPED_AT_ONCE", None) is None:
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: we are the daemon's init,
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # and the system reaps for us
        environment = {**os.environ, "REAPED_AT_ONCE": "1"}
        inner = subprocess.Popen([sys.executable, *sys.argv], env=environment, stdout=subprocess.PIPE, text=True)
        assert inner.stdout.read() == "passed"
        return
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    tree = ProcessTree()
    before = of_others(tree)
    pid = daemonise(lambda: burn_here(1.0))
    wait_until(lambda: ended(pid))
    wait_until(lambda: pid not in tree.pids)
    assert of_others(tree) - before == pytest.approx(1.0, abs=0.1)
    assert tree.lost == 1
    sys.stdout.write("passed")


def scenario_a_program_in_a_session_of_its_own_is_found_by_the_variables_of_our_kernel():
    script = """
import os, subprocess, sys, time
sys.path[:0] = {path!r}
from jupyter_green.power.processes import ProcessTree
tree = ProcessTree()
def start(environment):
    code = "import os, time; print(os.getpid(), flush=True); os.close(1); time.sleep(30)"
    shell = f"setsid {{sys.executable}} -S -c '{{code}}' &"
    return int(subprocess.run(shell, shell=True, stdout=subprocess.PIPE, env=environment).stdout)
ours, other = start(dict(os.environ)), start({{**os.environ, "JPY_SESSION_NAME": "another.ipynb"}})
tree.survey()
print(ours in tree.pids, other in tree.pids)
for pid in (ours, other):
    os.kill(pid, 9)
"""
    environment = {**os.environ, "JPY_PARENT_PID": "4711", "JPY_SESSION_NAME": "a.ipynb"}
    code = script.format(path=sys.path)
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


def scenario_kernels_forked_from_one_process_do_not_take_each_others_daemons():
    script = """
import os, sys, time
sys.path[:0] = {path!r}
from jupyter_green.power.processes import ProcessTree
reading, writing = os.pipe()
back, there = os.pipe()
if os.fork() == 0:  # one kernel, whose daemon the other one must not count
    if os.fork() == 0:
        os.setsid()
        os.write(writing, str(os.getpid()).encode())
        time.sleep(30)
    os._exit(0)
os.wait()
if os.fork() == 0:
    daemon = int(os.read(reading, 20))
    tree = ProcessTree()
    if os.fork() == 0:
        os._exit(0)
    os.wait()
    tree.survey()
    tree.survey()
    print(daemon in tree.pids, flush=True)
    os.kill(daemon, 9)
    os._exit(0)
os.wait()
"""
    code = script.format(path=sys.path)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]


def scenario_children_of_an_orphan_count_once():
    def parent_of_one():
        if os.fork() == 0:
            burn_here(0.6)
            os._exit(0)
        os.wait()
        time.sleep(0.3)

    tree = ProcessTree()
    before = of_others(tree)
    pid = daemonise(parent_of_one)
    wait_until(lambda: len(tree.pids) == 3)
    wait_until(lambda: ended(pid))
    wait_until(lambda: tree.cpu_seconds() and len(tree.pids) == 1)
    tree.survey()
    assert of_others(tree) - before == pytest.approx(0.6, abs=0.08)


def scenario_while_sigchld_is_ignored_the_figure_is_a_lower_bound():
    tree = ProcessTree()
    before = of_others(tree)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    pid = os.fork()
    if pid == 0:
        burn_here(1.0)
        os._exit(0)
    assert tree.lost == 1
    wait_until(lambda: ended(pid))
    assert of_others(tree) - before == pytest.approx(1.0, abs=0.1)
    lost = tree.lost
    tree.survey()
    assert tree.lost > lost


def scenario_a_fork_in_a_child_is_the_childs_own():
    tree = ProcessTree()
    reading, writing = os.pipe()
    if os.fork() == 0:
        if os.fork() == 0:
            os._exit(0)
        os.wait()
        threads = len(os.listdir("/proc/self/task"))
        os.write(writing, str(threads).encode())
        os._exit(0)
    os.wait()
    assert int(os.read(reading, 20)) == 1
    wait_until(lambda: len(os.listdir("/proc/self/task")) == 1)  # and our watch ends
    assert tree.lost == 0


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
