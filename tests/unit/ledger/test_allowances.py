"""The session's and the day's budgets: what counts against them, and how it is told."""

import math
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from ledger_records import STARTED, footprint, record
from rig.clock import FakeClock

from jupyter_green.allowances import Allowance, Allowances
from jupyter_green.budget import parse
from jupyter_green.config import Green
from jupyter_green.kernel import budget_feed
from jupyter_green.ledger import Ledger
from jupyter_green.record import SessionTotal
from jupyter_green.report import budget_words
from jupyter_green.spending import BudgetUse

DAY = 86_400.0


class Meter:
    """A session that has used so many joules."""

    def __init__(self, joules):
        self.boot = "ours"
        self.joules = joules
        self.timeline = SimpleNamespace(own=SimpleNamespace(last=(0, 0.0)))

    def session(self, at=None):
        return SessionTotal(footprint(self.joules), 1, 0.0)


@pytest.fixture(autouse=True)
def utc(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def ledger(tmp_path):
    """A ledger with a kernel that used 136 J today, and one that used 236 J, of which one cell of 36 J is today's."""
    kept = Ledger(tmp_path / "ledger.sqlite3")
    kept.append(record(1, boot="today"))
    yesterday = record(2, boot="older")
    older = replace(yesterday.session.footprint, started=STARTED - DAY, duration=DAY + 5.0)
    kept.append(replace(yesterday, session=replace(yesterday.session, footprint=older)))
    kept.append(record(3, boot="ours", joules=1000.0))  # its own figures are known better
    kept.flush()
    yield kept
    kept.close()


def allowances(config, joules, ledger=None, clock=None):
    return Allowances(config, Meter(joules), ledger, clock or FakeClock(wall=STARTED + 3600.0))


def test_nothing_is_told_where_nothing_is_set():
    assert allowances(Green(), 5.0).now() == []


def test_the_sessions_budget_counts_this_session():
    (told,) = allowances(Green(budget="100 J"), 85.0).now()
    assert (told.scope, told.spent, told.share) == ("session", 85.0, 0.85)
    assert (told.is_near, told.is_spent) == (True, False)


def test_the_days_budget_counts_all_kernels_of_today(ledger):
    (told,) = allowances(Green(daily_budget="1kJ"), 50.0, ledger).now()
    assert told.spent == pytest.approx(50.0 + 136.0 + 36.0)
    assert told.trouble is None


def test_after_midnight_the_day_begins_anew(ledger):
    clock = FakeClock(wall=STARTED + 3600.0)
    budgets = allowances(Green(daily_budget="1kJ"), 50.0, ledger, clock)
    assert budgets.spent("day") == pytest.approx(222.0)
    clock.advance(DAY)
    budgets._meter.joules = 60.0
    assert budgets.spent("day") == pytest.approx(10.0)


def test_after_a_reset_the_day_goes_on(ledger):
    budgets = allowances(Green(daily_budget="1kJ"), 50.0, ledger)
    budgets.spent("day")
    ledger.append(record(4, boot="before the reset", joules=50.0))
    ledger.flush()
    budgets._meter.boot, budgets._meter.joules = "ours now", 5.0
    assert budgets.spent("day") >= 5.0 + 222.0


def test_where_nothing_is_metered_the_ledger_alone_counts(ledger):
    budgets = allowances(Green(daily_budget="1kJ"), math.nan, ledger)
    budgets._meter.timeline.own.last = None
    assert budgets.spent("day") == pytest.approx(172.0)


def test_without_a_ledger_it_says_that_others_are_not_counted(tmp_path):
    (told,) = allowances(Green(daily_budget="1kJ"), 50.0).now()
    assert told.spent == 50.0
    assert "other kernels are not counted" in budget_words.standing(told)
    (tmp_path / "ledger").write_text("no database")
    (told,) = allowances(Green(daily_budget="1kJ"), 50.0, Ledger(tmp_path / "ledger")).now()
    assert told.spent == 50.0
    assert "cannot be read" in budget_words.standing(told)


@pytest.mark.parametrize(
    ("joules", "said"),
    [
        (9000.0, "the session's budget (Green.budget): 2.50 Wh of 5.00 Wh (50 %), 2.50 Wh left"),
        (16_200.0, "the session's budget (Green.budget): nearly spent: 4.50 Wh of 5.00 Wh (90 %), 0.500 Wh left"),
        (19_800.0, "the session's budget (Green.budget): 5.50 Wh of 5.00 Wh (110 %), spent, 0.500 Wh over"),
        (math.nan, "the session's budget (Green.budget): 5.00 Wh; what is spent of it is unknown"),
    ],
)
def test_how_it_stands_in_words(joules, said):
    assert budget_words.standing(Allowance("session", parse("5Wh"), joules)) == said


def forecast(joules, low=None, *, at_least=False):
    grams = joules / 100
    return {"joules": joules, "low": low, "high": None, "grams": grams, "seconds_left": 9.0, "at_least": at_least}


@pytest.mark.parametrize(
    ("text", "spent", "foretold", "state"),
    [
        ("100J", 79.0, None, "within"),
        ("100J", 80.0, None, "near"),
        ("100J", 100.0, None, "spent"),
        ("100J", 10.0, forecast(99.0), "within"),
        ("100J", 10.0, forecast(101.0), "foretold"),
        ("100J", 10.0, forecast(150.0, 90.0, at_least=True), "within"),
        ("100J", 10.0, forecast(150.0, 101.0, at_least=True), "foretold"),
        ("100J", 90.0, forecast(150.0), "near"),
        ("1g", 0.1, forecast(101.0), "foretold"),
        ("1g", 0.1, forecast(99.0), "within"),
        ("100J", math.nan, None, "within"),
    ],
)
def test_what_the_panel_is_told_of_a_cell(text, spent, foretold, state):
    told = budget_feed.of_cell(BudgetUse(parse(text), spent, 0, None), foretold)
    assert told["state"] == state
    assert told["spent"] == (None if math.isnan(spent) else spent)


def test_what_a_running_cell_still_needs_counts_for_the_sessions_forecast():
    cell = {"joules": 10.0, "forecast": forecast(50.0)}
    session = Allowance("session", parse("100J"), 65.0)
    assert [b["state"] for b in budget_feed.of_allowances([session], [])] == ["within"]
    assert [b["state"] for b in budget_feed.of_allowances([session], [cell])] == ["foretold"]
    assert [b["state"] for b in budget_feed.of_allowances([replace(session, spent=55.0)], [cell])] == ["within"]


def ended(spent, interruptions, status, *, stoppable=True, text="100J"):
    use = BudgetUse(parse(text), spent, interruptions, None)
    return list(budget_words.ended(replace(footprint(spent), status=status, budget=use), [], stoppable=stoppable))


def test_what_is_said_below_a_cell():
    assert ended(50.0, 0, "ok") == []
    assert ended(103.0, 1, "interrupted") == [
        "%%carbon: the budget of 100 J is spent: the cell was interrupted, at 103 J, 3.0 J over. "
        "Its variables are still there."
    ]
    (line,) = ended(410.0, 3, "ok")
    assert "interrupted 3 times, each time at twice as much, and spent 410 J, 310 J over" in line
    (line,) = ended(103.0, 0, "ok")
    assert "before it could be interrupted" in line
    (line,) = ended(103.0, 0, "ok", stoppable=False)
    assert "in a subshell" in line
    (line,) = ended(math.nan, 0, "ok")
    assert "was not watched" in line
