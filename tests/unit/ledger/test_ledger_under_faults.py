import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from contextlib import closing
from pathlib import Path

import pytest
from ledger_records import record

from jupyter_green.ledger import Ledger, open_ledger
from jupyter_green.ledger import writer as writer_module

PRELUDE = """
import os, sys
from pathlib import Path
from ledger_records import record
from jupyter_green.ledger import Ledger
path = Path(sys.argv[1])
"""


def start(script, *arguments):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + textwrap.dedent(script), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def finish(process):
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output
    return output


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.sqlite3"


def hold_lock(path):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    return closing(connection)


def test_eight_kernels_writing_at_once_lose_nothing(path):
    script = """
    ledger = Ledger(path)
    print("ready", flush=True)
    sys.stdin.readline()
    for n in range(200):
        ledger.append(record(n, boot=sys.argv[2]))
    ledger.close(wait=30)
    assert ledger.pending == 0 and ledger.health == "ok", ledger.health
    """
    processes = [start(script, path, f"boot-{k}") for k in range(8)]
    for process in processes:
        process.stdout.readline()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        finish(process)
    rows = open_ledger(path).since(0)
    assert {(row["boot"], row["execution_count"]) for row in rows} == {
        (f"boot-{k}", n) for k in range(8) for n in range(200)
    }
    assert len(rows) == 1600
    assert [row["cells"] for row in open_ledger(path).sessions(0)] == [199] * 8


def test_what_was_acknowledged_survives_kill_9(path):
    script = """
    ledger = Ledger(path)
    for n in range(1_000_000):
        if ledger.append(record(n)):
            print(n, flush=True)
    """
    process = start(script, path)
    acknowledged = [int(process.stdout.readline()) for _ in range(300)]
    process.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in process.stdout.read().split("\n")[:-1]]
    process.wait()
    kept = {row["execution_count"] for row in open_ledger(path).since(0)}
    assert set(acknowledged) <= kept
    ledger = Ledger(path)
    assert ledger.append(record(2_000_000))
    ledger.close()


def test_a_lock_costs_fifty_milliseconds_and_no_row(path):
    ledger = Ledger(path)
    assert ledger.append(record(1))
    with hold_lock(path):
        for n in (2, 3):
            before = time.perf_counter()
            assert not ledger.append(record(n))
            assert time.perf_counter() - before < 2.0  # 50 ms of waiting, and a busy test machine
        assert "locked" in ledger.health
        assert "2 cells wait in memory" in ledger.health
        before = time.perf_counter()
        ledger.close(wait=0.3)
        assert 0.25 < time.perf_counter() - before < 3.0
    assert ledger.append(record(4))
    assert ledger.health == "ok"
    ledger.close()
    assert [row["execution_count"] for row in open_ledger(path).since(0)] == [1, 2, 3, 4]


def test_a_lock_on_a_ledger_that_is_just_opened_costs_no_more(path):
    Ledger(path).append(record(1))
    with hold_lock(path):
        ledger = Ledger(path)
        before = time.perf_counter()
        assert not ledger.append(record(2))
        assert time.perf_counter() - before < 2.0
        assert "locked" in ledger.health
    ledger.close()
    assert len(open_ledger(path).since(0)) == 2


def test_close_writes_what_waited_once_the_lock_is_gone(path):
    ledger = Ledger(path)
    ledger.append(record(1))
    with hold_lock(path):
        ledger.append(record(2))
    ledger.close()
    assert ledger.pending == 0
    assert len(open_ledger(path).since(0)) == 2


def test_the_queue_is_bounded_and_says_what_it_dropped(path, monkeypatch):
    monkeypatch.setattr(writer_module, "QUEUE_LIMIT", 5)
    ledger = Ledger(path)
    path.mkdir()
    for n in range(8):
        assert not ledger.append(record(n))
    assert (ledger.pending, ledger.dropped) == (5, 3)
    assert "3 cells were dropped" in ledger.health
    path.rmdir()
    assert ledger.append(record(8))
    assert ledger.health == "4 cells were dropped while it could not be written"
    ledger.close()
    assert [row["execution_count"] for row in open_ledger(path).since(0)] == [4, 5, 6, 7, 8]


def test_a_provisional_row_that_waits_is_replaced_in_memory_too(path):
    ledger = Ledger(path)
    path.mkdir()
    ledger.append(record(1, joules=30.0, settled=False))
    ledger.append(record(1, joules=33.0, settled=True))
    ledger.append(record(1, joules=30.0, settled=False))
    assert ledger.pending == 1
    path.rmdir()
    ledger.close()
    assert open_ledger(path).since(0)[0]["joules"] == 33.0


UNPRIVILEGED = """
import sqlite3, jupyter_core.paths
path.parent.mkdir(exist_ok=True)
if os.geteuid() == 0:  # root may write anywhere
    os.chown(path.parent, 65534, 65534)
    os.seteuid(65534)
"""


def test_a_read_only_directory_is_named_and_costs_nothing_once_mended(tmp_path_factory):
    script = (
        UNPRIVILEGED
        + """
path.parent.chmod(0o500)
ledger = Ledger(path)
assert not ledger.append(record(1))
assert "Permission denied" in ledger.health and "make it writable" in ledger.health, ledger.health
assert not ledger.append(record(2)) and "2 cells wait" in ledger.health
path.parent.chmod(0o700)
assert ledger.append(record(3)) and ledger.health == "ok"
path.chmod(0o400)
ledger.close()
ledger = Ledger(path)
assert not ledger.append(record(4)) and "Permission denied" in ledger.health, ledger.health
path.chmod(0o600)
ledger.close()
from jupyter_green.ledger import open_ledger
path.parent.chmod(0o500)
print([row["execution_count"] for row in open_ledger(path).since(0)])
path.parent.chmod(0o700)
"""
    )
    base = tmp_path_factory.mktemp("readonly")
    for directory in (base, base.parent, base.parent.parent):
        directory.chmod(0o755)
    assert finish(start(script, base / "own" / "ledger.sqlite3")).strip() == "[1, 2, 3, 4]"


def test_a_full_disk_is_named_and_costs_nothing_once_there_is_room(path):
    """A limit on the size of files stands for the full disk: SQLite's write fails in the same way."""
    script = """
    import resource
    ledger = Ledger(path)
    assert ledger.append(record(0))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    stored = [ledger.append(record(n)) for n in range(1, 200)]
    assert not stored[-1], "the limit was not reached"
    assert "make room" in ledger.health and "wait in memory" in ledger.health, ledger.health
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert ledger.append(record(200)) and ledger.health == "ok", ledger.health
    ledger.close()
    """
    finish(start(script, path))
    assert [row["execution_count"] for row in open_ledger(path).since(0)] == list(range(201))


def test_a_ledger_deleted_under_us_is_begun_anew(path):
    ledger = Ledger(path)
    ledger.append(record(1))
    for file in path.parent.iterdir():
        file.unlink()
    assert ledger.append(record(2))
    assert [row["execution_count"] for row in open_ledger(path).since(0)] == [2]
    ledger.close()


def test_a_record_that_cannot_be_stored_raises_nothing(path):
    ledger = Ledger(path)
    assert not ledger.append(object())
    assert "a record could not be stored" in ledger.health
    assert ledger.append(record(1))
    assert ledger.health == "ok"
    ledger.close()


def test_a_forked_child_writes_nothing_closes_nothing_and_ends(path):
    """The child leaves through the interpreter's end, which would close an inherited connection."""
    script = """
    ledger = Ledger(path)
    ledger.append(record(1))
    children = []
    for k in range(5):
        pid = os.fork()
        if not pid:
            assert not ledger.append(record(100 + k)) and not ledger.flush() and ledger.pending == 0
            ledger.close()
            sys.exit(0)
        children.append(pid)
    for pid in children:
        assert os.waitpid(pid, 0)[1] == 0
    assert ledger.append(record(2)) and ledger.health == "ok"
    print(sorted(file.suffix for file in path.parent.iterdir()))
    ledger.close()
    """
    assert finish(start(script, path)).strip() == "['.sqlite3', '.sqlite3-shm', '.sqlite3-wal']"
    assert [row["execution_count"] for row in open_ledger(path).since(0)] == [1, 2]


def test_a_forked_childs_end_does_not_delete_what_others_wrote(path):
    """A connection closed in the child would take itself for the last one and remove the log of a killed kernel."""
    script = """
    ledger = Ledger(path)
    ledger.append(record(1))
    read_end, write_end = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(write_end)
        os.read(read_end, 1)
        sys.exit(0)
    ledger.close()
    other = os.fork()
    if not other:
        ledger = Ledger(path)
        assert ledger.append(record(2))
        os.kill(os.getpid(), 9)
    os.waitpid(other, 0)
    os.close(write_end)
    assert os.waitpid(pid, 0)[1] == 0
    """
    finish(start(script, path))
    assert [row["execution_count"] for row in open_ledger(path).since(0)] == [1, 2]


def test_children_forked_while_the_writer_writes_end_too(path):
    script = """
    import threading
    ledger, stop = Ledger(path), threading.Event()
    def write():
        n = 0
        while not stop.is_set():
            ledger.append(record(n))
            n += 1
    thread = threading.Thread(target=write)
    thread.start()
    for _ in range(40):
        pid = os.fork()
        if not pid:
            sys.exit(0)
        assert os.waitpid(pid, 0)[1] == 0
    stop.set()
    thread.join()
    ledger.close()
    assert ledger.health == "ok", ledger.health
    """
    finish(start(script, path))
    rows = open_ledger(path).since(0)
    assert [row["execution_count"] for row in rows] == list(range(len(rows)))
    assert rows


def test_a_reader_sees_whole_rows_while_another_process_writes(path):
    script = """
    ledger = Ledger(path)
    print("ready", flush=True)
    for n in range(400):
        ledger.append(record(n))
    ledger.close(wait=30)
    """
    process = start(script, path)
    process.stdout.readline()
    counts = [0]
    while process.poll() is None:
        counts.append(len(open_ledger(path).since(0)))
    finish(process)
    assert counts == sorted(counts)
    assert len(open_ledger(path).since(0)) == 400
