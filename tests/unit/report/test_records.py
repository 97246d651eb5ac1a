"""Records that are not what they should be: refused whole, counted, and never an exception."""

import copy
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from rig.records import cell, notebook, output, record

from jupyter_green.report.footnote import footnote
from jupyter_green.report.footnote_markdown import markdown
from jupyter_green.report.records import read
from jupyter_green.schema import MIME_TYPE, load

GOOD = record(2, 5184.0, session=9000.0, label="train()")


def changed(path, value):
    data = copy.deepcopy(GOOD)
    *parents, last = path.split(".")
    place = data
    for key in parents:
        place = place[key]
    place[last] = value
    return data


def test_the_rigs_record_is_one_of_ours():
    Draft202012Validator(load("footprint.v1")).validate(GOOD)
    assert read(notebook(cell(2, GOOD))).refused == 0


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("schema", "jupyter-green/footprint/2"),
        ("schema", None),
        ("id", 7),
        ("id", ""),
        ("boot", "x" * 65),
        ("execution_count", True),
        ("execution_count", -1),
        ("execution_count", 10**400),
        ("label", ["x"]),
        ("label", "x" * 100_000),
        ("started", "yesterday"),
        ("started", "9999-12-31T23:59:59+00:00"),
        ("duration_s", -1),
        ("duration_s", 1e308),
        ("duration_s", None),
        ("energy", 5),
        ("energy.joules", "5184"),
        ("energy.joules", True),
        ("energy.joules", -5.0),
        ("energy.joules", 1e308),
        ("energy.joules", math.nan),
        ("energy.joules", math.inf),
        ("energy.low", 6000.0),
        ("energy.high", 5000.0),
        ("energy.measured_share", 1.5),
        ("components", []),
        ("components.cpu", None),
        ("components.cpu.method", "guessed"),
        ("components.cpu.source", "x" * 121),
        ("emissions", None),
        ("emissions.grams", 1e16),
        ("emissions.pue", 0.5),
        ("emissions.pue", math.nan),
        ("emissions.intensity.unit", "kg/kWh"),
        ("emissions.intensity.value", -49),
        ("emissions.intensity.status", {}),
        ("hardware", {"gpu": [["x"]]}),
        ("session", None),
        ("session.cells", 1.5),
        ("session.joules", -math.inf),
    ],
)
def test_an_impossible_value_refuses_the_record(path, value):
    document = read(notebook(cell(1), cell(2, changed(path, value))))
    assert document.refused == 1
    assert document.records == ()


def test_a_refused_record_makes_the_total_a_lower_bound():
    nb = notebook(cell(1, changed("energy.joules", -1.0)), cell(2, GOOD))
    assert footnote(read(nb)).shortfalls == ("1 record could not be read",)


def test_a_later_major_version_is_counted_not_read():
    later = cell(1)
    later.outputs.append(output(GOOD))
    later.outputs[-1].data = {MIME_TYPE.replace(".v1+", ".v2+"): GOOD}
    assert read(notebook(later, cell(2, GOOD))).refused == 1


def test_unknown_keys_are_ignored():
    data = changed("flags", ["new-flag"]) | {"more": {"to": "come"}}
    assert read(notebook(cell(2, data))).refused == 0


def test_null_is_unknown():
    (reading,) = read(notebook(cell(2, changed("energy", dict.fromkeys(GOOD["energy"]))))).records
    assert math.isnan(reading.energy.joules)


def test_text_is_one_printable_line():
    (reading,) = read(notebook(cell(2, changed("label", " a\n\u202e\x00b\ud800 " + "c" * 80)))).records
    assert reading.label.startswith("a b c")
    assert len(reading.label) == 60


@pytest.mark.parametrize(
    "nb",
    [
        {},
        {"cells": None},
        {"cells": [None, 1, "x", {}]},
        {"cells": [{"cell_type": "code"}, {"cell_type": "code", "outputs": "x", "metadata": 1, "source": 3}]},
        {"cells": [{"cell_type": "code", "outputs": [None, {"data": []}, {"data": {MIME_TYPE: None}}]}]},
    ],
)
def test_a_malformed_notebook_is_read_as_far_as_it_goes(nb):
    assert read(nb).records == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def paths(value, prefix=""):
    for key, inner in value.items():
        yield prefix + key
        if isinstance(inner, dict):
            yield from paths(inner, f"{prefix}{key}.")


@settings(max_examples=300, deadline=None)
@given(path=st.sampled_from(sorted(paths(GOOD))), value=JSON)
def test_no_value_anywhere_breaks_a_footnote(path, value):
    document = read(notebook(cell(1, changed(path, value)), cell(2, GOOD)))
    text = markdown(footnote(document))
    assert "nan" not in text
    assert "inf" not in text.lower().replace("inform", "")
    json.dumps(text)
