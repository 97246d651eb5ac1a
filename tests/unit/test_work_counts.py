"""Readings of the counters: differences, precedence, and what the user states."""

from hypothesis import given
from hypothesis import strategies as st
from test_measure import script

from jupyter_green.work import Reading

amounts = st.integers(0, 10**9)
readings = st.builds(
    Reading, amounts, amounts, amounts, amounts, amounts, bars=st.dictionaries(st.sampled_from("abc"), amounts)
)


@given(readings, readings)
def test_stretches_add_up(first, second):
    both = Reading(
        *(getattr(first, name) + getattr(second, name) for name in ("tokens", "images", "samples", "steps", "fits")),
        bars={unit: first.bars.get(unit, 0) + second.bars.get(unit, 0) for unit in "abc"},
    )
    rest = both.since(first)
    assert (rest.tokens, rest.fits) == (second.tokens, second.fits)
    assert rest.work == second.work


def test_what_is_nearest_to_what_people_compare_comes_first():
    bars = {"it": 3, "B": 900}
    assert Reading(tokens=1, images=2, samples=3, steps=4, fits=5, bars=bars).work == (1, "token")
    assert Reading(images=2, samples=3, steps=4, fits=5, bars=bars).work == (2, "image")
    assert Reading(samples=3, steps=4, fits=5, bars=bars).work == (3, "sample")
    assert Reading(steps=4, fits=5, bars=bars).work == (4, "step")
    assert Reading(fits=5, bars=bars).work == (5, "fit")
    assert Reading(bars=bars).work == (3, "it")
    assert Reading(backwards=6, batches=7, bars={"B": 900}).work is None


def test_what_is_stated_wins_a_unit_alone_picks_the_counter_and_blocks_nest():
    told = script(
        """
import sys
import jupyter_green as green
from tqdm import tqdm
with green.measure() as outer:
    with green.measure(units=7, unit="page") as stated:
        for _ in tqdm(range(30)): pass
    with green.measure(unit="step") as picked, green.measure() as inner:
        for _ in tqdm(range(5)): pass
with green.measure() as nothing:
    pass
for block in (outer, stated, picked, inner, nothing):
    print(f"{block.footprint.units}:{block.footprint.unit}")
print([name for name in ("torch", "sklearn", "transformers", "keras") if name in sys.modules])
"""
    )
    assert told == ["35:it", "7:page", "None:step", "5:it", "None:None", "[]"]
