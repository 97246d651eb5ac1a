"""Processes that a cell starts, in the ways that notebooks do. Runs inside a kernel; standard library only."""

import contextlib
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import time

BURN = "import time\nend = time.process_time() + {}\nwhile time.process_time() < end: pass"


def _burner(seconds):
    return subprocess.Popen([sys.executable, "-I", "-S", "-c", BURN.format(seconds)])


def _burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def ten_short():
    for _ in range(10):
        _burner(0.05).wait()


def ten_reaped_at_once():
    processes = [_burner(0.05) for _ in range(10)]
    for process in processes:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    for process in processes:
        process.wait()


def pool():
    made = multiprocessing.get_context("fork").Pool(2)
    made.map(_burn, [0.25, 0.25])
    return made.terminate


def killed():
    with _burner(60) as process:
        time.sleep(1.0)
        process.kill()


def daemonised():
    """A double fork in a session of its own, as daemons are made; a sample sees it alive."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(0.1)  # until init is its parent
            _burn(2.5)
        os._exit(0)
    os.wait()
    time.sleep(5.0)  # nothing tells us when it ends


def ignored():
    """Nobody reaps: SIGCHLD is ignored; a sample sees the child alive."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    pid = os.fork()
    if pid == 0:
        _burn(2.5)
        os._exit(0)
    with contextlib.suppress(ChildProcessError):  # its end is all that is told
        os.waitpid(pid, 0)
    signal.signal(signal.SIGCHLD, before)


CASES = {f.__name__: f for f in (ten_short, ten_reaped_at_once, pool, killed, daemonised, ignored)}


def run(name, usage_file):
    """Run a case; return the CPU seconds that our process tree, and the reference, counted for it.

    The reference is a control group's file, or what was used by this process and its reaped children.
    """
    from jupyter_green import session

    tree = session().hardware.tree
    ours, theirs = tree.cpu_seconds(), _reference(usage_file)
    finish = CASES[name]()
    found = tree.cpu_seconds() - ours
    if usage_file:
        reference = _reference(usage_file) - theirs
    if finish is not None:
        finish()
    return found, reference if usage_file else _reference("") - theirs


def _reference(usage_file):
    if not usage_file:
        used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(usage.ru_utime + usage.ru_stime for usage in used)
    with open(usage_file, encoding="ascii") as file:
        content = file.read().split()
    return int(content[content.index("usage_usec") + 1]) * 1e-6 if "usage_usec" in content else int(content[0]) * 1e-9
