"""Sums over the ledger hold factors of one kind only: the report, its page and the panel's history withhold others."""

import json
import time
from dataclasses import replace

import pytest
from rig.records import FRANCE, footprint

from jupyter_green.cli import main
from jupyter_green.ledger import Ledger, open_ledger
from jupyter_green.ledger.kinds import mixture
from jupyter_green.record import Record, SessionTotal
from jupyter_green.server.history import as_history

HOUR = 3600.0
DIRECT = replace(FRANCE, boundary="direct")
MARGINAL = replace(FRANCE, method="marginal")
CONFIGURED = replace(FRANCE, boundary="unknown", status="configured", source="configuration")


@pytest.fixture
def keep(tmp_path, monkeypatch):
    """Keep a session of two cells for each list of factors, one an hour; the last was metered just now."""

    def keep(*sessions):
        path = tmp_path / "ledger.sqlite3"
        monkeypatch.setenv("JUPYTER_GREEN_LEDGER", str(path))
        ledger = Ledger(path)
        for age, factors in enumerate(reversed(sessions)):
            began = time.time() - 60 - age * 25 * HOUR
            whole = footprint(3600.0 * len(factors), started=began)
            for number, factor in enumerate(factors, 1):
                made = footprint(3600.0, started=began + number, intensity=factor)
                ledger.append(Record(f"{age}-{number}", f"boot-{age}", number, made, SessionTotal(whole, 2, 0.0)))
        assert ledger.flush()
        ledger.close()
        return open_ledger(path)

    return keep


def report(capsys, *arguments):
    assert main(["report", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(("other", "words"), [(DIRECT, "direct and lifecycle"), (MARGINAL, "average and marginal")])
def test_a_total_of_two_kinds_is_withheld_and_each_day_has_its_own(other, words, keep, capsys):
    keep([FRANCE], [other])
    first, why, _, _, *days = report(capsys).splitlines()
    assert first.startswith("2.00 Wh (")
    assert " and unknown since " in first
    assert why == (
        f"Emissions are not added up: {words} factors are mixed, which no sum may hold. Lines of one kind have theirs."
    )
    assert [day.split()[3:5] for day in days[:2]] == [["59", "mg"], ["59", "mg"]]


def test_the_sum_for_machines_is_null_and_says_why(keep, capsys):
    keep([FRANCE], [DIRECT])
    total = json.loads(report(capsys, "--json"))["total"]
    assert (total["grams"], total["mixed"]) == (None, ["direct", "lifecycle"])
    assert total["joules"] == pytest.approx(7200.0)


def test_a_session_of_two_kinds_has_no_sum_either(keep, capsys):
    keep([FRANCE, MARGINAL])
    assert json.loads(report(capsys, "--json"))["total"]["grams"] is None


def test_cells_before_the_stretch_count_where_their_sessions_total_does(keep, capsys):
    keep([FRANCE, DIRECT])
    at_last = report(capsys, "--json", "--since", time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(time.time() - 58)))
    assert json.loads(at_last)["total"]["mixed"] == ["direct", "lifecycle"]


def test_one_kind_adds_up_and_a_configured_factor_stands_beside_any(keep, capsys):
    keep([FRANCE], [replace(FRANCE, zone="SE"), CONFIGURED])
    text = report(capsys)
    assert "0.176 g CO₂e" in text or "0.18 g CO₂e" in text
    assert "mixed" not in text


def test_the_page_and_the_panels_history_withhold_it_too(keep, capsys, tmp_path):
    ledger = keep([FRANCE], [MARGINAL])
    told = as_history(ledger.overview(0.0), 0.0)
    assert told["grams"] is None
    assert told["energy"]["joules"] == pytest.approx(7200.0)
    page = tmp_path / "page.html"
    assert main(["report", "--html", str(page)]) == 0
    assert "average and marginal factors are mixed, which no sum may hold" in page.read_text(encoding="utf-8")


def test_of_one_kind_the_history_has_its_sum(keep):
    told = as_history(keep([FRANCE], [FRANCE]).overview(0.0), 0.0)
    assert told["grams"] == pytest.approx(2 * 3600.0 * 49.0 * 1.2 / 3.6e6)


def test_which_kinds_may_not_stand_together():
    assert mixture([frozenset({"average", "lifecycle"}), frozenset({"average"}), frozenset()]) == ()
    assert mixture([frozenset({"average", "lifecycle"}), frozenset({"average", "direct"})]) == ("direct", "lifecycle")
