"""What the ledger keeps for exports, and ledgers of older versions."""

import json
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_records import FRANCE, STARTED, record

from jupyter_green.emissions import Embodied, Intensity
from jupyter_green.energy import Energy, Estimate
from jupyter_green.footprint import Component, Footprint, RemoteCalls
from jupyter_green.ledger import Ledger, LedgerError, open_ledger
from jupyter_green.ledger.tables import VERSION
from jupyter_green.record import Record, SessionTotal
from jupyter_green.report.reading import reading

NAMES = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), min_size=1, max_size=20)
AMOUNTS = st.floats(0, 1e9) | st.just(float("nan"))
ESTIMATES = st.builds(Estimate, AMOUNTS, st.floats(0, 10), st.floats(0, 1))
COMPONENTS = st.dictionaries(
    st.sampled_from(["gpu", "cpu", "ram"]),
    st.builds(
        Component,
        ESTIMATES,
        st.none() | st.floats(0, 100),
        st.sampled_from(["counter", "integrated", "modelled"]),
        NAMES,
    ),
)
FACTORS = st.floats(0, 1000).flatmap(
    lambda value: st.builds(
        Intensity,
        st.just(value),
        st.sampled_from(["FR", "US-CA", "world"]),
        NAMES,
        st.none() | st.integers(2000, 2026),
        st.sampled_from(["lifecycle", "direct", "unknown"]),
        NAMES,
        st.sampled_from(["annual", "configured", "live", "cached", "fallback", "world-mean"]),
        st.just(value * 0.8) | st.just(float("nan")),
        st.just(value * 1.2) | st.just(float("nan")),
        st.sampled_from(["production", "consumption", "unknown"]),
        st.sampled_from(["average", "marginal"]),
    )
)
CALLS = st.builds(
    RemoteCalls,
    st.just("openai"),
    NAMES,
    st.integers(1, 100),
    st.none() | st.integers(0, 10**6),
    st.just(Energy(4320.0, 900.0, 18000.0)),
    st.just(0.5),
    st.just(0.1),
    st.just(2.1),
    st.just("EcoLogits 0.11.3"),
)
MADE = st.just(Embodied(3.2, 1.1, 5.0, "vendor's figure")) | st.just(
    Embodied(float("nan"), float("nan"), float("nan"), "a GPU: no figure")
)
FOOTPRINTS = st.builds(
    Footprint,
    components=COMPONENTS,
    machine=st.just({}),
    duration=st.floats(0, 1e5),
    started=st.floats(STARTED, STARTED + 1e6).map(lambda unix: round(unix, 3)),
    intensity=FACTORS,
    pue=st.floats(1, 3),
    label=st.none() | NAMES,
    status=st.sampled_from(["ok", "error", "interrupted"]),
    units=st.none() | st.floats(0, 1e6),
    unit=st.none() | NAMES,
    flags=st.lists(NAMES, max_size=3).map(tuple),
    hardware=st.fixed_dictionaries({"gpu": st.lists(NAMES, max_size=2), "cpu": st.none() | NAMES}),
    remote=st.lists(CALLS, max_size=2).map(tuple),
    embodied=st.none() | MADE,
)


@settings(max_examples=60)
@given(FOOTPRINTS)
def test_a_record_comes_back_as_it_was_published(made):
    """From the ledger it reads as from the notebook, but for the whole machine's energy, which is not kept."""
    whole = replace(made, started=STARTED, duration=made.started - STARTED + made.duration)
    published = Record("the-cell", "the-boot", 7, made, SessionTotal(whole, 3, 0.0))
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "ledger.sqlite3")
        assert ledger.append(published)
        ledger.close()
        kept = open_ledger(ledger.path).records(STARTED - 1)
    assert (kept.without_details, kept.running, kept.cut_short) == (0, 0, 0)
    (back,) = kept.records
    assert repr(reading(json.loads(json.dumps(back)))) == repr(reading(published.to_json()))


# -- ledgers of older versions -----------------------------------------------------------------------------------------

CELLS = """
    CREATE TABLE cells (
        id TEXT PRIMARY KEY, boot TEXT NOT NULL, execution_count INTEGER, label TEXT, status TEXT NOT NULL,
        started REAL NOT NULL, duration_s REAL NOT NULL, joules REAL, low REAL, high REAL, measured_share REAL,
        grams REAL, components TEXT NOT NULL, zone TEXT NOT NULL, factor REAL, pue REAL NOT NULL, flags TEXT NOT NULL,
        settled INTEGER NOT NULL{}
    )
"""
SESSIONS = """
    CREATE TABLE sessions (
        boot TEXT PRIMARY KEY, started REAL NOT NULL, updated REAL NOT NULL, joules REAL, low REAL, high REAL,
        measured_share REAL, grams REAL, cells INTEGER NOT NULL, between_joules REAL{}
    )
"""
OLD = {
    "version 1": (1, "", ""),
    "a development build with heartbeats": (1, ", process TEXT", ", process TEXT"),
    "a development build with inner kernels": (1, ", process TEXT", ", process TEXT, inside TEXT"),
    "a development build that says 2": (2, ", process TEXT", ", process TEXT, inside TEXT"),
}


@pytest.fixture(params=OLD)
def old(request, tmp_path):
    """Make a ledger as an older version left it, with one cell of 36 J in it."""
    version, cells, sessions = OLD[request.param]
    path = tmp_path / "ledger.sqlite3"
    row = ("old-1", "old", 1, "train()", "ok", STARTED, 2.0, 36.0, 30.0, 40.0, 1.0, 0.5)
    row = (*row, '{"cpu": 36.0}', "FR", 44.0, 1.2, "[]", 1)
    total = ("old", STARTED - 5, STARTED + 2, 40.0, 33.0, 45.0, 1.0, 0.6, 1, 4.0)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(CELLS.format(cells))
        connection.execute(SESSIONS.format(sessions))
        connection.execute(f"PRAGMA application_id = {0x4A47524E}")  # "JGRN"
        connection.execute(f"PRAGMA user_version = {version}")
        filled = (*row, *[None] * cells.count(","))
        connection.execute(f"INSERT INTO cells VALUES ({', '.join('?' * len(filled))})", filled)
        filled = (*total, *[None] * sessions.count(","))
        connection.execute(f"INSERT INTO sessions VALUES ({', '.join('?' * len(filled))})", filled)
        connection.commit()
    path.chmod(0o600)
    return path


def looked_at(path):
    reader = open_ledger(path)
    kept = reader.records(0)
    return (
        [(row["id"], row["joules"], row["status"]) for row in reader.since(0)],
        [(row["boot"], row["joules"], row["inside"]) for row in reader.sessions(0)],
        ([one["id"] for one in kept.records], kept.without_details),
    )


def test_an_older_ledger_is_read_as_it_is(old):
    before = old.read_bytes()
    cells, sessions, kept = looked_at(old)
    assert cells == [("old-1", 36.0, "ok")]
    assert sessions == [("old", 40.0, None)]
    assert kept == ([], 1)
    assert old.read_bytes() == before


def test_its_next_writer_gives_it_the_columns_and_loses_nothing(old):
    ledger = Ledger(old)
    assert ledger.append(record(1)), ledger.health
    ledger.close()
    cells, sessions, kept = looked_at(old)
    assert cells == [("old-1", 36.0, "ok"), ("boot-1-1", 36.0, "ok")]
    assert [boot for boot, _, _ in sessions] == ["old", "boot-1"]
    assert kept == (["boot-1-1"], 1)
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
    again = Ledger(old)
    assert again.append(record(2)), again.health
    again.close()
    assert looked_at(old)[2] == (["boot-1-1", "boot-1-2"], 1)


def test_a_reader_that_was_open_before_reads_on_after_the_migration(old):
    reader = open_ledger(old)
    assert len(reader.since(0)) == 1
    ledger = Ledger(old)
    assert ledger.append(record(1)), ledger.health
    ledger.close()
    assert len(reader.since(0)) == 2


def test_details_that_are_not_ours_give_one_clear_line(tmp_path):
    path = tmp_path / "ledger.sqlite3"
    ledger = Ledger(path)
    assert ledger.append(record(1))
    ledger.close()
    for text in ("{", "{}", "[1]", '{"parts": 3}'):
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("UPDATE cells SET details = ?", (text,))
            connection.commit()
        with pytest.raises(LedgerError, match="holds a row that is not its own"):
            open_ledger(path).records(0)


def test_a_total_that_began_before_the_stretch_is_not_given_to_it(tmp_path):
    path = tmp_path / "ledger.sqlite3"
    ledger = Ledger(path)
    for n in (1, 2):
        assert ledger.append(record(n))
    ledger.close()
    kept = open_ledger(path).records(STARTED + 1.5)
    assert kept.cut_short == 1
    assert [one["id"] for one in kept.records] == ["boot-1-2"]
    assert kept.records[0]["session"]["joules"] is None
    assert FRANCE.zone == kept.records[0]["emissions"]["intensity"]["zone"]


def test_a_clock_that_was_set_loses_no_cell(tmp_path):
    path = tmp_path / "ledger.sqlite3"
    ledger = Ledger(path)
    late = record(1)
    made = replace(late.footprint, started=STARTED + 3600)  # the session's own clock says an hour less
    assert ledger.append(replace(late, footprint=made))
    ledger.close()
    kept = open_ledger(path).records(STARTED + 1800)
    assert [one["id"] for one in kept.records] == ["boot-1-1"]
