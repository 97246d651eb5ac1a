import math
from dataclasses import replace

import pytest
from rig.records import FRANCE, footprint

from jupyter_green.energy import Estimate
from jupyter_green.footprint import Component, Footprint
from jupyter_green.record import Record, SessionTotal
from jupyter_green.report.line import line, record_line


def test_one_line_says_all_that_matters():
    cell = footprint(22320.0, duration=104.2, units=53000, unit="sample")
    assert line(cell) == (
        "⚡ 6.20 Wh (5.6 – 7.0) · 0.36 g CO₂e · 1 min 44 s · 0.42 J/sample · GPU 84 % CPU 12 % RAM 4 % · 84 % measured"
    )


@pytest.mark.parametrize(
    "cell", [footprint(22320.0, units=53000, unit="sample"), footprint(0.5), Footprint({}, {}, 3.0, 0.0, FRANCE)]
)
def test_a_record_reads_as_its_footprint(cell):
    published = Record("id", "boot", 1, cell, SessionTotal(cell, 1, 0.0)).to_json()
    assert record_line(published) == line(cell)


def test_without_any_source_it_says_unknown():
    assert line(Footprint({}, {}, 3.0, 0.0, FRANCE)) == "⚡ energy unknown · 3.0 s"


def test_an_unknown_component_is_no_zero():
    broken = {
        "gpu": Component(Estimate(math.nan), None, "counter", "nvml"),
        "cpu": footprint(100.0).components["cpu"],
    }
    assert "GPU unknown" in line(replace(footprint(100.0), components=broken))
