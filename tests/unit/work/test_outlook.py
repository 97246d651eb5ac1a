"""Which loop a cell's forecast goes by; tqdm's bars are real ones."""

import gc
import io
import math
import time

import pytest
from rig.clock import FakeClock
from tqdm import tqdm

from jupyter_green.work.outlook import Outlook
from jupyter_green.work.progress import Reading, tqdm_bars

BEGAN = 1000.0


class Loops:
    """Loops that a test moves, on a clock that it moves."""

    def __init__(self):
        self.clock = FakeClock(0, BEGAN)
        self.running = {}
        self.outlook = Outlook()
        self.outlook.sources[:] = [lambda: list(self.running.values())]

    def begin(self, name, total, initial=0.0):
        now = self.clock.wall()
        self.running[name] = Reading(name, initial, total, now, now, initial)
        self.clock.advance(0.01)

    def move(self, name, units=1):
        old = self.running[name]
        self.running[name] = Reading(name, old.done + units, old.total, self.clock.wall(), old.began, old.initial)

    def look(self, **options):
        now = self.clock.wall()
        return self.outlook.look(BEGAN, now, (now - BEGAN) * 50.0, **options)

    def work(self, name, units, each=1.0):
        for _ in range(units):
            self.clock.advance(each)
            self.move(name)
            told = self.look()
        return told


@pytest.fixture
def loops():
    return Loops()


def test_the_outermost_loop_counts_whoever_says_so_first(loops):
    loops.begin("outer", 20)
    for _ in range(6):
        loops.running.pop("inner", None)
        loops.begin("inner", 10)
        loops.work("inner", 10, 0.1)
        loops.move("outer")
    told = loops.look()
    assert told.why_not is None
    assert told.seconds_left == pytest.approx(14 * 1.01, rel=0.02)


def test_an_outer_loop_without_a_total_silences_the_inner_one(loops):
    loops.begin("outer", None)
    loops.begin("inner", 20)
    assert loops.work("inner", 10).why_not == "outer: it does not say how much there is to do"


def test_bars_in_a_row_are_no_forecast_of_the_cell(loops):
    loops.begin("epoch", 20)
    loops.work("epoch", 20)
    loops.running.clear()
    assert "loop is over" in loops.look().why_not
    loops.begin("epoch", 20)
    assert "one of several in a row" in loops.work("epoch", 10).why_not


def test_another_loop_after_the_first_is_foretold(loops):
    loops.begin("tokenise", 300)
    loops.work("tokenise", 300, 0.01)
    loops.running.clear()
    loops.look()
    loops.begin("train", 20)
    assert loops.work("train", 10).seconds_left == pytest.approx(10, abs=0.1)


def test_a_total_that_grows_is_never_believed(loops):
    loops.begin("queue", 10)
    for _ in range(30):
        old = loops.running["queue"]
        loops.running["queue"] = Reading("queue", old.done, old.total + 2, old.at, old.began)
        told = loops.work("queue", 1)
    assert told.why_not is not None


def test_a_loop_that_was_resumed_counts_from_there(loops):
    loops.begin("train", 120, initial=100.0)
    assert "too few" in loops.work("train", 4).why_not
    assert loops.work("train", 6).seconds_left == pytest.approx(10, abs=0.1)


def test_a_loop_from_an_earlier_cell_counts_once_it_moves(loops):
    loops.running["left over"] = Reading("left over", 3.0, 40.0, BEGAN - 50, BEGAN - 60)
    assert "no loop says" in loops.look().why_not
    assert loops.work("left over", 12).seconds_left == pytest.approx(25, abs=0.1)


def test_two_cells_at_once_are_nobodys_forecast(loops):
    loops.begin("train", 20)
    loops.work("train", 10)
    assert loops.look(alone=False).why_not == "several cells run at once"


def test_another_cell_begins_anew(loops):
    loops.begin("train", 20)
    assert loops.work("train", 10).why_not is None
    loops.running.clear()
    assert "no loop says" in loops.outlook.look(BEGAN + 500, BEGAN + 501, 1.0).why_not


def test_a_source_that_raises_is_one_quiet_reason(loops):
    loops.outlook.sources.append(lambda: 1 / 0)
    assert loops.look().why_not == "its progress could not be read: ZeroDivisionError: division by zero"


def test_a_date_that_is_set_back_does_no_harm(loops):
    loops.begin("train", 20)
    loops.work("train", 6)
    old = loops.running["train"]
    loops.running["train"] = Reading("train", 8.0, 20, old.at - 3600, old.began)
    loops.clock.advance(2)
    assert loops.look().seconds_left == pytest.approx(12, abs=2.5)


# -- tqdm ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def quiet():
    yield {"file": io.StringIO(), "mininterval": 0.0}
    tqdm._instances.clear()


def test_a_bar_tells_how_far_it_is(quiet):
    bar = tqdm(total=30, initial=4, desc="epochs: ", **quiet)
    bar.update(3)
    (reading,) = [each for each in tqdm_bars() if "epochs" in each.name]
    assert reading.name == 'tqdm bar "epochs"'
    assert (reading.done, reading.total, reading.initial) == (7.0, 30.0, 4.0)
    assert reading.began <= reading.at <= time.time()
    bar.close()
    assert tqdm_bars() == []


def test_bars_that_show_nothing(quiet):
    disabled = tqdm(total=5, disable=True)
    endless = tqdm(iter([]), **quiet)
    assert [each.total for each in tqdm_bars()] == [None]
    endless.close()
    disabled.close()
    assert tqdm_bars() == []


def test_a_bar_that_was_cleared_away_is_followed_to_its_end(quiet):
    bar = tqdm(total=5, **quiet)
    assert len(tqdm_bars()) == 1
    tqdm._instances.clear()
    bar.update(3)
    assert [each.done for each in tqdm_bars()] == [3.0]
    bar.update(2)
    assert tqdm_bars() == []
    bar.update(-1)
    bar.close()
    assert tqdm_bars() == []


def test_a_bar_that_was_cleared_away_and_forgotten_is_gone(quiet):
    bar = tqdm(total=5, **quiet)
    assert len(tqdm_bars()) == 1
    tqdm._instances.clear()
    del bar
    gc.collect()
    assert tqdm_bars() == []


def test_a_bar_that_has_not_drawn_yet_does_not_know_when(quiet):
    bar = tqdm(total=1000, file=io.StringIO(), mininterval=60)
    bar.update(2)
    (reading,) = tqdm_bars()
    assert reading.done == 2
    assert math.isnan(reading.at)
    bar.close()
