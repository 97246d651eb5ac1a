import math
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing

import pytest
from ledger_records import STARTED, footprint, record

from jupyter_green.energy import Estimate
from jupyter_green.footprint import Component, Footprint
from jupyter_green.ledger import Ledger, LedgerError, default_path, open_ledger
from jupyter_green.ledger.tables import VERSION
from jupyter_green.record import Record, SessionTotal


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "ledger.sqlite3"


@pytest.fixture
def ledger(path):
    ledger = Ledger(path)
    yield ledger
    ledger.close()


def test_a_cell_comes_back_as_it_was_put_in(ledger, path):
    assert ledger.append(record(3, flags=("gpu-shared",)))
    assert ledger.health == "ok"
    (row,) = open_ledger(path).since(0)
    energy = record(3).footprint.energy
    assert row == {
        "id": "boot-1-3",
        "boot": "boot-1",
        "execution_count": 3,
        "label": "train()",
        "status": "ok",
        "started": STARTED + 3,
        "duration_s": 2.0,
        "joules": 36.0,
        "low": energy.low,
        "high": energy.high,
        "measured_share": 1.0,
        "grams": record(3).footprint.emissions.grams,
        "components": {"cpu": 36.0},
        "zone": "FR",
        "factor": 44.18,
        "pue": 1.2,
        "flags": ["gpu-shared"],
        "settled": True,
        "work": None,
    }


def test_the_session_has_one_row_that_moves_forward_only(ledger, path):
    for n in (1, 2, 4, 3):
        ledger.append(record(n))
    ledger.append(record(1, boot="boot-2"))
    first, second = open_ledger(path).sessions(0)
    assert (first["boot"], first["cells"], first["joules"], first["between_joules"]) == ("boot-1", 4, 436.0, 40.0)
    assert (first["started"], first["updated"]) == (STARTED, STARTED + 6.0)
    assert second["boot"] == "boot-2"
    assert [row["boot"] for row in open_ledger(path).sessions(STARTED + 5)] == ["boot-1"]


def test_the_settled_figure_replaces_the_provisional_one_in_whatever_order(ledger, path):
    ledger.append(record(1, joules=30.0, settled=False))
    ledger.append(record(1, joules=33.0, settled=True))
    ledger.append(record(2, joules=50.0, settled=True))
    ledger.append(record(2, joules=40.0, settled=False))
    assert [(row["joules"], row["settled"]) for row in open_ledger(path).since(0)] == [(33.0, True), (50.0, True)]


def test_what_is_unknown_is_null(ledger, path):
    unknown = Component(Estimate(math.nan), None, "counter", "nvml")
    cell = Footprint({"gpu": unknown}, {}, 1.0, STARTED, footprint(1.0).intensity)
    ledger.append(Record("id", "boot", None, cell, SessionTotal(cell, 1, math.nan)))
    (row,) = open_ledger(path).since(0)
    assert [row[name] for name in ("joules", "low", "high", "grams", "measured_share")] == [None] * 5
    assert (row["components"], row["execution_count"]) == ({"gpu": None}, None)
    assert open_ledger(path).sessions(0)[0]["between_joules"] is None


def test_labels_may_be_kept_out(path):
    ledger = Ledger(path, labels=False)
    ledger.append(record(1, label="fit(secret)"))
    ledger.close()
    assert open_ledger(path).since(0)[0]["label"] is None
    assert b"secret" not in path.read_bytes()


@pytest.mark.parametrize(
    ("label", "kept"),
    [
        ("'); DROP TABLE cells; --\x00<script>", "'); DROP TABLE cells; --\x00<script>"),
        ("lone \ud800 surrogate", "lone ? surrogate"),
    ],
)
def test_hostile_text_is_only_text(ledger, path, label, kept):
    ledger.append(record(1, label=label))
    assert ledger.append(record(2))
    assert [row["label"] for row in open_ledger(path).since(0)] == [kept, "train()"]


def test_since_and_order(ledger, path):
    for n in (5, 1, 3):
        ledger.append(record(n))
    assert [row["execution_count"] for row in open_ledger(path).since(STARTED + 3)] == [3, 5]
    assert open_ledger(path).since(math.inf) == []


def test_nobody_else_may_read_it(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    path = default_path()
    assert path == tmp_path / "jupyter" / "jupyter-green" / "ledger.sqlite3"
    path.parent.mkdir(parents=True, mode=0o755)
    path.touch(0o644)
    previous = os.umask(0)
    try:
        ledger = Ledger()
        ledger.append(record(1))
    finally:
        os.umask(previous)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    files = sorted(path.parent.iterdir())
    assert [file.suffix for file in files] == [".sqlite3", ".sqlite3-shm", ".sqlite3-wal"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    ledger.close()


def test_a_directory_of_the_users_own_keeps_its_mode(tmp_path):
    directory = tmp_path / "shared"
    directory.mkdir()
    directory.chmod(0o755)
    ledger = Ledger(directory / "ledger.sqlite3")
    assert ledger.append(record(1))
    ledger.close()
    assert stat.S_IMODE(directory.stat().st_mode) == 0o755


def test_a_symbolic_link_is_not_followed(tmp_path):
    target = tmp_path / "elsewhere"
    target.touch()
    (tmp_path / "ledger.sqlite3").symlink_to(target)
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    assert not ledger.append(record(1))
    assert "symbolic links" in ledger.health
    assert target.read_bytes() == b""


def test_reading_a_missing_ledger_creates_nothing(tmp_path):
    reader = open_ledger(tmp_path / "none" / "ledger.sqlite3")
    assert (reader.since(0), reader.sessions(0)) == ([], [])
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_an_empty_ledger_and_becomes_one(path):
    path.parent.mkdir()
    path.touch()
    assert open_ledger(path).since(0) == []
    ledger = Ledger(path)
    assert ledger.append(record(1))
    ledger.close()
    assert len(open_ledger(path).since(0)) == 1


@pytest.mark.parametrize("damage", ["noise", "torn"])
def test_a_damaged_file_gives_one_clear_line_and_is_left_alone(path, damage):
    path.parent.mkdir()
    if damage == "torn":
        ledger = Ledger(path)
        for n in range(50):
            ledger.append(record(n))
        ledger.close()
        whole = path.read_bytes()
        path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    else:
        path.write_bytes(b"this is no database at all " * 1000)
    before = path.read_bytes()
    with pytest.raises(LedgerError) as caught:
        open_ledger(path).since(0)
    assert str(path) in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    ledger = Ledger(path)
    assert not ledger.append(record(99))
    assert "damaged" in ledger.health
    assert "1 cells wait in memory" in ledger.health
    assert path.read_bytes() == before
    path.rename(path.with_suffix(".damaged"))
    assert ledger.append(record(100))
    ledger.close()
    assert [row["execution_count"] for row in open_ledger(path).since(0)] == [99, 100]


def test_another_programs_database_is_not_touched(path):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (x)")
        other.commit()
    before = path.read_bytes()
    ledger = Ledger(path)
    assert not ledger.append(record(1))
    assert "another program's database" in ledger.health
    with pytest.raises(LedgerError, match="another program's database"):
        open_ledger(path).since(0)
    assert path.read_bytes() == before


def test_a_newer_versions_ledger_is_neither_read_nor_written(ledger, path):
    ledger.append(record(1))
    ledger.close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    late = Ledger(path)
    assert not late.append(record(2))
    assert "newer jupyter-green" in late.health
    with pytest.raises(LedgerError, match="newer jupyter-green"):
        open_ledger(path).since(0)


def test_a_row_that_is_not_ours_gives_one_clear_line(ledger, path):
    ledger.append(record(1))
    ledger.close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE cells SET components = '{oops'")
        other.commit()
    with pytest.raises(LedgerError, match="not its own"):
        open_ledger(path).since(0)


def test_importing_opens_nothing():
    script = (
        "import sys, jupyter_green.ledger;"
        "bad = {'sqlite3', 'jupyter_core', 'ctypes', 'IPython'} & set(sys.modules); assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
