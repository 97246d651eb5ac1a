"""Processes that a cell starts, in the ways that notebooks do. Runs inside a kernel; standard library only."""

import contextlib
import functools
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import threading
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


def daemonised(seconds):
    """A double fork in a session of its own, as daemons are made; return its PID."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(writing, str(os.getpid()).encode())
            time.sleep(0.1)  # until init is its parent
            _burn(seconds)
        os._exit(0)
    os.wait()
    pid = int(os.read(reading, 20))
    os.close(reading), os.close(writing)
    _wait_for_end_of(pid)
    return pid


def job(seconds):
    """A background job of a shell that has ended, in a session of its own; return its PID."""
    code = f"import os\nprint(os.getpid(), flush=True)\nos.close(1)\n{BURN.format(seconds)}"
    script = f"setsid '{sys.executable}' -I -S -c '{code}' &"
    pid = int(subprocess.run(script, shell=True, check=True, stdout=subprocess.PIPE).stdout)
    _wait_for_end_of(pid)
    return pid


def ignored(seconds):
    """A forked child that nobody reaps: SIGCHLD is ignored; return its PID."""
    with _unreaped():
        pid = os.fork()
        if pid == 0:
            _burn(seconds)
            os._exit(0)
        _wait_for_end_of(pid)
    return pid


def ignored_program(seconds):
    """A program that nobody reaps; return its PID."""
    with _unreaped():
        process = _burner(seconds)
        _wait_for_end_of(process.pid)
        process.wait()
    return process.pid


@contextlib.contextmanager
def _unreaped():
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGCHLD, before)


def _wait_for_end_of(pid):
    while os.path.exists(f"/proc/{pid}"):
        time.sleep(0.01)


PLAIN = {case.__name__: case for case in (ten_short, ten_reaped_at_once, pool, killed)}
AWKWARD = {
    f"{case.__name__} {seconds}": functools.partial(case, seconds)
    for case in (daemonised, job, ignored, ignored_program)
    for seconds in (2.5, 0.2)
}
CASES = {**PLAIN, **AWKWARD}


def run(name, usage_file):
    """Run a case.

    Returns the CPU seconds that our process tree, and the reference, counted for it, and whether we saw the process
    whose PID the case returned. The reference is a control group's file, or what was used by this process and its
    reaped children.
    """
    from jupyter_green import session

    tree = session().hardware.tree
    ours, theirs = tree.cpu_seconds(), _reference(usage_file)
    with _noting_pids(tree) as seen:
        done = CASES[name]()
    found = tree.cpu_seconds() - ours
    if usage_file:
        reference = _reference(usage_file) - theirs
    if callable(done):
        done()
    return found, reference if usage_file else _reference("") - theirs, done in seen if name in AWKWARD else None


@contextlib.contextmanager
def _noting_pids(tree):
    """Collect the PIDs that the tree knows of; asks it for nothing."""
    seen = set()
    over = threading.Event()

    def note():
        while not over.wait(0.01):
            seen.update(tree.pids)

    thread = threading.Thread(target=note)
    thread.start()
    yield seen
    over.set()
    thread.join()


def _reference(usage_file):
    if not usage_file:
        used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(usage.ru_utime + usage.ru_stime for usage in used)
    with open(usage_file, encoding="ascii") as file:
        content = file.read().split()
    return int(content[content.index("usage_usec") + 1]) * 1e-6 if "usage_usec" in content else int(content[0]) * 1e-9
