import sqlite3

from jupyter_green.ledger import Ledger, mutes


def kept(path, *muted):
    ledger = Ledger(path)
    for rule, notebook in muted:
        ledger.mute(rule, notebook)
    assert ledger.pending == len(set(muted))
    assert ledger.flush()
    assert ledger.pending == 0
    ledger.close()


def test_rules_of_a_notebook_and_of_all(tmp_path):
    path = tmp_path / "ledger.sqlite3"
    kept(path, ("R09", "one"), ("R10", mutes.EVERYWHERE), ("R09", "one"))
    assert mutes.read(path, "one") == {"R09", "R10"}
    assert mutes.read(path, "two") == {"R10"}


def test_a_ledger_of_an_older_version_gets_the_table(tmp_path):
    path = tmp_path / "ledger.sqlite3"
    kept(path)  # nothing to write: no file
    assert mutes.read(path, "one") == frozenset()
    kept(path, ("R01", "one"))
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE mutes")
    assert mutes.read(path, "one") == frozenset()
    kept(path, ("R02", "one"))
    assert mutes.read(path, "one") == {"R02"}


def test_a_notebook_is_a_hash_and_never_a_path(monkeypatch):
    monkeypatch.setenv("JPY_SESSION_NAME", "/secret/place.ipynb")
    assert "secret" not in mutes.this_notebook()
    assert len(mutes.this_notebook()) == 32
    monkeypatch.delenv("JPY_SESSION_NAME")
    assert mutes.this_notebook() == mutes.EVERYWHERE
