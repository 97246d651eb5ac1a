"""Modelled memory, and how much of it a container may use."""

import math
import multiprocessing
import os
import time

import pytest
from recorded_machines import GIB, version_1, version_2

from jupyter_green.power import tree_memory
from jupyter_green.power.memory import ModelledMemory, visible_memory
from jupyter_green.power.tree_memory import TreeMemory

V1, MAX_V1 = "memory/docker/c1", "9223372036854771712\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a/b/c/memory.max": "max\n", "a/b/memory.max": "max\n", "a/memory.max": "max\n"}, 1024),
        ({"a/b/c/memory.max": f"{8 * GIB}\n", "a/b/memory.max": "max\n"}, 8),
        ({"a/b/c/memory.max": "max\n", "a/b/memory.max": f"{4 * GIB}\n", "a/memory.max": f"{16 * GIB}\n"}, 4),
        ({"a/b/c/memory.max": f"{8 * GIB}\n", "a/memory.max": f"{2 * GIB}\n"}, 2),
        ({"other/memory.max": f"{1 * GIB}\n"}, 1024),
        ({"a/b/c/memory.max": "\n", "a/b/memory.max": "nonsense\n"}, 1024),
        ({"a/b/c/memory.max": f"{4096 * GIB}\n"}, 1024),
    ],
)
def test_version_2_the_lowest_limit_on_the_way_up_counts(tmp_path, files, expected):
    assert visible_memory(version_2(tmp_path, "/a/b/c", files)) == expected * GIB


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({f"{V1}/memory.limit_in_bytes": f"{8 * GIB}\n"}, 8),
        ({f"{V1}/memory.limit_in_bytes": MAX_V1, "memory/docker/memory.limit_in_bytes": f"{3 * GIB}\n"}, 3),
        ({f"{V1}/memory.limit_in_bytes": MAX_V1, "memory/memory.limit_in_bytes": MAX_V1}, 1024),
    ],
)
def test_version_1_the_lowest_limit_on_the_way_up_counts(tmp_path, files, expected):
    assert visible_memory(version_1(tmp_path, "/docker/c1", files)) == expected * GIB


def test_a_container_that_is_told_its_hosts_path_finds_its_limit_at_the_mounts_root(tmp_path):
    files = {"memory/memory.limit_in_bytes": f"{5 * GIB}\n"}
    assert visible_memory(version_1(tmp_path, "/docker/c1", files, mounted_root="/docker/c1")) == 5 * GIB


@pytest.mark.parametrize("group", ["/", "/../../outside", "/gone"])
def test_a_group_that_is_not_shown_takes_the_limit_that_is(tmp_path, group):
    assert visible_memory(version_2(tmp_path, group, {"memory.max": f"{5 * GIB}\n"})) == 5 * GIB


def test_without_any_control_group_all_memory_is_ours(tmp_path):
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text("MemTotal: 1048576 kB\n")
    assert visible_memory(tmp_path) == GIB


@pytest.mark.parametrize("server", [True, False])
def test_the_power_is_constant_and_its_range_holds_the_published_figures(fake_clock, server):
    source = ModelledMemory(fake_clock, 16 * 10**9, server=server)
    fake_clock.advance(10)
    watts = source.read() / 10
    low, high = (watts * math.exp(sign * source.spread) / 16 for sign in (-1, 1))
    published = (0.058, 0.392) if server else (0.25, 0.3725)
    assert low <= published[0] * 1.001
    assert high >= published[1] * 0.999
    assert f"{watts / 16:.2g}" in source.label


def _hold(ready, done):
    ready.release()
    done.wait()


LARGER = 10**11  # bytes; what these tests run in grows with the libraries that others have imported


@pytest.fixture
def forked_workers():
    """Three workers that share 200 MB with us, unwritten."""
    context = multiprocessing.get_context("fork")
    ballast = bytearray(200_000_000)
    ballast[::4096] = b"x" * len(ballast[::4096])
    ready, done = context.Semaphore(0), context.Event()
    workers = [context.Process(target=_hold, args=(ready, done)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for _ in workers:
        ready.acquire()
    yield [worker.pid for worker in workers], len(ballast)
    done.set()
    for worker in workers:
        worker.join()


def test_pages_that_forked_workers_share_count_once_after_a_while(forked_workers, monkeypatch):
    pids, shared = forked_workers
    tree = [os.getpid(), *pids]
    monkeypatch.setattr(tree_memory, "PSS_LIMIT", LARGER)
    memory = TreeMemory()
    at_first = memory.bytes(tree)
    assert at_first > 4 * shared
    later = time.monotonic() + tree_memory.PSS_INTERVAL
    monkeypatch.setattr(tree_memory.time, "monotonic", lambda: later)
    corrected = memory.bytes(tree)
    assert shared <= corrected < at_first - 2.5 * shared


def test_pss_is_read_once_in_the_interval_and_not_for_one_process_or_large_trees(forked_workers, monkeypatch):
    pids, _ = forked_workers
    tree = [os.getpid(), *pids]
    asked = []
    monkeypatch.setattr(tree_memory, "_pss", lambda pid: asked.append(pid))
    monkeypatch.setattr(tree_memory, "PSS_LIMIT", LARGER)
    now = time.monotonic()
    monkeypatch.setattr(tree_memory.time, "monotonic", lambda: now)
    memory = TreeMemory()
    memory.bytes(tree)
    assert asked == []
    now += tree_memory.PSS_INTERVAL
    memory.bytes(tree)
    memory.bytes(tree)
    assert sorted(asked) == sorted(tree)
    now += tree_memory.PSS_INTERVAL
    memory.bytes(tree[:1])
    now += tree_memory.PSS_INTERVAL
    monkeypatch.setattr(tree_memory, "PSS_LIMIT", 10**6)
    memory.bytes(tree)
    assert len(asked) == len(tree)
