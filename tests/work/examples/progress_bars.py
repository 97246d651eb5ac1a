"""Loops of which nothing is known but their bars."""

from tqdm.auto import tqdm, trange
from work.examples import ExpectedError


def one_bar():
    for _ in trange(30):
        pass


def bars_within_a_bar():
    for _ in trange(3, unit="epoch"):
        for _ in trange(10):
            pass


def one_after_the_other():
    for _ in range(2):
        for _ in tqdm(range(8), unit="row"):
            pass


def resumed_by_hand():
    with tqdm(total=100, initial=90) as bar:
        for _ in range(5):
            bar.update(2)


def exception_in_a_loop():
    with tqdm(range(20)) as bar:
        for i in bar:
            if i == 6:
                bar.refresh()
                raise ExpectedError


OPEN = []


def bar_left_open():
    bar = tqdm(total=9)
    OPEN.append(bar)
    bar.update(4)


def the_same_bar_goes_on():
    OPEN[0].update(3)
    OPEN[0].close()


def download():
    with tqdm(total=5000, unit="B", unit_scale=True) as bar:
        bar.update(5000)


def turned_off():
    for _ in tqdm(range(5), disable=True):
        pass


def cleared_instances():
    for _ in trange(12):
        tqdm._instances.clear()


EXAMPLES = [
    one_bar,
    bars_within_a_bar,
    one_after_the_other,
    resumed_by_hand,
    exception_in_a_loop,
    bar_left_open,
    the_same_bar_goes_on,
    download,
    turned_off,
    cleared_instances,
]
