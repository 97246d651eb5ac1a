"""What cells with tqdm's bars are told, whatever they do with them; the bars are real, the clock is not."""

import pytest
from rig.cells import cells


@pytest.fixture
def cell():
    with cells() as made:
        yield made


SECONDS = 40


@pytest.mark.parametrize(
    "code",
    [
        "for _ in tqdm(range(40), **quiet):\n    sleep(1)",
        "with tqdm(total=40, **quiet) as bar:\n    while bar.n < 40:\n        sleep(1); bar.update()",
        "def train():\n    for _ in tqdm(range(40), **quiet):\n        for _ in range(2): sleep(0.5)\n\ntrain()",
        "for _ in tqdm(range(20), **quiet):\n    for _ in tqdm(range(10), **quiet):\n        sleep(0.2)",
        "for _ in tqdm(range(400), **quiet):\n    sleep(0.1)",
        "for _ in tqdm((i for i in range(40)), total=40, **quiet):\n    sleep(1)",
        "for i in tqdm(range(80), **quiet):\n    sleep(0.5)\n    if i == 30: tqdm._instances.clear()",
        "for i in tqdm(range(40), **quiet):\n    try: sleep(1); 1 / (i % 5)\n    except ZeroDivisionError: pass",
        "fit(40)",
        "fit(sum([2 for _ in range(20)]))",
        "for _ in tqdm(range(20), **quiet): fit(2)",
    ],
    ids=[
        "plain",
        "moved by hand",
        "in a function",
        "nested",
        "quick",
        "generator with a total",
        "cleared away",
        "units that fail",
        "a library's own",
        "a library's own after a comprehension",
        "a library's within a bar",
    ],
)
def test_from_a_tenth_and_five_units_on_the_end_is_told(cell, code):
    told = cell.run(code)
    early = [forecast for age, forecast in told if age < 0.1 * SECONDS]
    later = [(age, forecast) for age, forecast in told if 0.3 * SECONDS <= age < SECONDS]
    assert early
    assert all(forecast.why_not is not None for forecast in early)
    assert len(later) > 20
    for age, forecast in later:
        assert forecast.why_not is None
        assert forecast.seconds_left == pytest.approx(SECONDS - age, abs=2.3)
        assert forecast.joules == pytest.approx(50.0 * SECONDS, rel=0.05)
        assert forecast.low <= forecast.joules <= forecast.high


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("for _ in tqdm((i for i in range(40)), **quiet):\n    sleep(1)", "does not say how much"),
        ("for _ in tqdm(range(40), total=8, **quiet):\n    sleep(1)", "beyond its own total: 39 of 8"),
        ("bar = tqdm(total=50, **quiet)\nbar.update(20); sleep(5); bar.update(1); sleep(3)", "just begun"),
        (
            "for epoch in range(3):\n    for _ in tqdm(range(20), **quiet):\n        sleep(1)",
            "inside a loop that does not",
        ),
        (
            "def epoch(n):\n    bar = tqdm(total=n, **quiet)\n    while bar.n < n: sleep(1); bar.update()\n\n"
            "while True:\n    epoch(40)\n    break",
            "inside a loop that does not",
        ),
        ("for rate in (0.1, 0.2):\n    fit(20)", "inside a loop that does not"),
        ("fits = [fit(20) for rate in (0.1, 0.2)]", "inside a loop that does not"),
        ("any(\n    fit(20)\n    for rate in (0.1, 0.2)\n)", "inside a loop that does not"),
        ("fit(20)\nfit(20)", "one of several in a row"),
        ("sleep(10)", "no loop says how far it has come"),
        ("outer = tqdm(**quiet)\nfor _ in range(2):\n    for _ in tqdm(range(20), **quiet): sleep(1)", "how much"),
        (
            "bar = tqdm(total=20, **quiet)\nfor i in range(60):\n    sleep(1); bar.update()\n"
            "    if bar.n == 20: bar.reset()",
            "one of several in a row",
        ),
        (
            "bar = tqdm(total=10, **quiet)\nfor i in range(60):\n    sleep(1); bar.total += 3; bar.update()",
            "too few to tell",
        ),
        ("bar = tqdm(total=10, **quiet)\nfor i in range(60):\n    sleep(1); bar.update(0)", "it has done 0 of 10"),
        ("bar = tqdm(total=-5, **quiet)\nfor i in range(60):\n    sleep(1); bar.update()", "how much"),
        ("bar = tqdm(total=float('inf'), **quiet)\nfor i in range(60):\n    sleep(1); bar.update()", "how much"),
        ("bar = tqdm(total=20, **quiet)\nfor i in range(20):\n    sleep(1); bar.update()\nsleep(9)", "it is done"),
        ("bar = tqdm(total=60, **quiet)\nfor i in range(20):\n    sleep(1); bar.update()\nsleep(99)", "stood still"),
        (
            "class Bar(tqdm):\n    total = property(lambda bar: 60 if sound else 1 / 0, lambda bar, total: None)\n\n"
            "sound = True\nbar = Bar(total=60, **quiet)\nsound = False\nsleep(9)\nsound = True",
            "could not be read: ZeroDivisionError",
        ),
    ],
    ids=[
        "generator",
        "wrong total",
        "one jump",
        "epochs without a bar",
        "a function in a loop",
        "fits in a loop",
        "fits in a comprehension",
        "fits in a generator",
        "fits in a row",
        "no bar",
        "outer without total",
        "a bar used again and again",
        "a total that grows",
        "a bar that never moves",
        "a negative total",
        "an endless total",
        "work after the bar",
        "a bar that stops",
        "a bar that raises",
    ],
)
def test_rather_none_than_a_wrong_one_and_the_reason_is_told(cell, code, reason):
    told = [forecast for _, forecast in cell.run(code)]
    (last,) = told[-2:-1]
    assert reason in last.why_not


@pytest.mark.parametrize(
    "code",
    [
        "while len(ages) < 60:\n    for _ in tqdm(range(10), **quiet):\n        sleep(1); ages.append(1)",
        "bar = tqdm(**quiet)\nwhile len(ages) < 60:\n    sleep(1); bar.update(); ages.append(1)",
        "for _ in tqdm(iter(int, 1), **quiet):\n    sleep(1); ages.append(1)\n    if len(ages) == 60: break",
        "bar = tqdm(total=10, **quiet)\nwhile len(ages) < 60:\n    sleep(1); ages.append(1)\n"
        "    bar.total = max(bar.total, bar.n + 2); bar.update()",
        "for _ in iter(int, 1):\n    for _ in tqdm(range(10), **quiet): sleep(1); ages.append(1)\n"
        "    if len(ages) == 60: break",
    ],
    ids=["while", "no total", "endless iterator", "a total that keeps ahead", "within an endless one"],
)
def test_of_a_loop_that_never_ends_nothing_is_told(cell, code):
    cell.names["ages"] = []
    told = cell.run(code)
    assert len(told) >= 60
    # A bar whose total stood still until then is believed until it moves.
    assert all(forecast.why_not is not None for age, forecast in told if age > 10)


def test_what_a_failed_cell_left_behind_is_not_the_next_ones(cell):
    with pytest.raises(ZeroDivisionError):
        cell.run("bar = tqdm(total=40, **quiet)\nfor i in range(40):\n    sleep(1); bar.update(); 1 / (i - 12)")
    assert "no loop says" in cell.run("sleep(20)")[-1][1].why_not
    assert cell.run("for _ in tqdm(range(40), **quiet):\n    sleep(1)")[20][1].why_not is None
