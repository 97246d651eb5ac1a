"""What making the hardware emitted: SCI's formula, our part of it, and what stays unknown."""

import csv
import math
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig.records import footprint

from jupyter_green.embodied import LIFE_YEARS, Host, allocated, devices, embodied_share
from jupyter_green.embodied.host import find_host
from jupyter_green.emissions import Embodied
from jupyter_green.power.processor import Processor
from jupyter_green.record import SessionTotal
from jupyter_green.report.summary import summary

YEAR = 365 * 24 * 3600.0
LAPTOP = Host({}, "laptop")
H100 = Host({"gpu0": "NVIDIA H100 80GB HBM3"}, "server")


def test_the_standards_formula():
    """M = TE x TiR/EL x RR/ToR: 1000 kg, an hour of four years, 8 of 64 threads."""
    assert allocated(1_000_000.0, 3600.0, 4 * YEAR, 8 / 64) == pytest.approx(1e6 / (4 * 365 * 24) / 8)


@given(st.floats(1, 1e7), st.floats(0, 1e6), st.floats(0, 1))
def test_it_grows_with_time_and_part_and_is_whole_after_a_life(total, seconds, part):
    assert allocated(total, 2 * seconds, 5 * YEAR, part) == pytest.approx(2 * allocated(total, seconds, 5 * YEAR, part))
    assert allocated(total, 5 * YEAR, 5 * YEAR, part) == pytest.approx(total * part)


def test_a_year_of_a_laptop():
    made = embodied_share(LAPTOP, YEAR, {})
    row = devices.system("laptop")
    assert made.grams == pytest.approx(row.value * 1e3 / LIFE_YEARS[1])
    assert made.low == pytest.approx(row.low * 1e3 / LIFE_YEARS[2])
    assert made.high == pytest.approx(row.high * 1e3 / LIFE_YEARS[0])
    assert made.source == f"laptop: {row.source}; life 4 to 6 years"


def test_a_gpu_is_added_by_our_part_of_it():
    whole, half, none = (embodied_share(H100, YEAR, {"gpu0": part}).grams for part in (1.0, 0.5, 0.0))
    assert whole - none == pytest.approx(164_000.0 / 5)
    assert half - none == pytest.approx(164_000.0 / 10)
    assert none == pytest.approx(devices.system("server").value * 1e3 / 5)


def test_the_range_holds_the_middle_whatever_the_hardware():
    for row in csv.DictReader((files(devices.__package__) / "data" / "devices.csv").read_text("utf-8").splitlines()):
        assert 0 < float(row["low"]) <= float(row["value"]) <= float(row["high"]), row
        assert row["source"]
        assert int(row["year"]) > 2015


@pytest.mark.parametrize(
    ("product", "row"),
    [
        ("NVIDIA H100 80GB HBM3", "H100"),
        ("NVIDIA A100-SXM4-80GB", "A100 80GB"),
        ("NVIDIA A100-PCIE-40GB", "A100 40GB"),
        ("Tesla V100-SXM2-32GB", "V100 32GB"),
        ("NVIDIA GeForce GTX 1080 Ti", "GTX 1080 Ti"),
        ("NVIDIA A10", "A10"),
        ("NVIDIA A100X", None),
        ("NVIDIA GeForce GTX 1080", None),
        ("NVIDIA GeForce RTX 4090 Laptop GPU", None),
        ("NVIDIA H100 Laptop", None),
        ("", None),
    ],
)
def test_a_gpu_is_found_by_its_whole_name_only(product, row):
    found = devices.gpu(product)
    assert (found and found.name) == row


@pytest.mark.parametrize(
    ("host", "gpus", "because"),
    [
        (Host({"gpu0": "NVIDIA Z1"}, "server"), {"gpu0": 1.0}, "NVIDIA Z1: no figure"),
        (H100, {"gpu0": math.nan}, "NVIDIA H100 80GB HBM3: our part of it is not known"),
        (Host({}, None, lacking="a VAX: no figure"), {}, "a VAX: no figure"),
    ],
)
def test_what_has_no_figure_is_unknown_and_named(host, gpus, because):
    made = embodied_share(host, 60.0, gpus)
    assert all(map(math.isnan, (made.grams, made.low, made.high)))
    assert made.source == because


def test_a_gpu_that_is_not_ours_needs_no_figure():
    assert embodied_share(Host({"gpu0": "NVIDIA Z1"}, "server"), 60.0, {"gpu0": 0.0}).grams > 0


EPYC = Processor("AMD EPYC 9654 96-Core Processor", "AuthenticAMD", 25, "17", threads=192, packages=2)


def test_what_a_machine_is():
    assert find_host([], EPYC, 192, battery=False).system == "server"
    client = Processor("AMD Ryzen 9 5950X 16-Core Processor", "AuthenticAMD", 25, "33", threads=32)
    assert find_host([], client, 32, battery=False).system == "desktop"
    assert find_host([], client, 32, battery=True).system == "laptop"
    unknown = find_host([], Processor("Z80"), 1, battery=False)
    assert unknown.system is None
    assert unknown.lacking.startswith("Z80: neither")


def test_a_virtual_machine_bears_the_threads_that_it_shows():
    virtual = Processor("AMD EPYC 9654 96-Core Processor", "AuthenticAMD", 25, "17", threads=16, virtual=True)
    host = find_host([], virtual, 16, battery=False)
    least, middle, most = host.part
    assert (least, most) == (16 / 384, 16 / 192)
    assert least <= middle <= most
    assert embodied_share(host, YEAR, {}).grams == pytest.approx(devices.system("server").value * 1e3 / 5 * middle)
    hidden = find_host([], Processor("Z80", virtual=True), 1, battery=False)
    assert (hidden.system, "threads of its host" in hidden.lacking) == (None, True)


SCRIPT = """
import time, jupyter_green as green
with green.measure() as block: time.sleep(0.05)
footprint = block.footprint
made = footprint.embodied
due = footprint.energy.joules * footprint.intensity.value * footprint.pue / 3.6e6
print(made is None, made is not None and bool(made.source), abs(footprint.emissions.grams - due) <= 1e-12 * due)
"""


@pytest.mark.parametrize(("setting", "said"), [(None, "True False True"), ("1", "False True True")])
def test_it_is_off_unless_asked_for_and_in_no_emissions(setting, said, monkeypatch):
    monkeypatch.setenv("JUPYTER_GREEN_LEDGER", "none")
    if setting:
        monkeypatch.setenv("JUPYTER_GREEN_SHOW_EMBODIED", setting)
    else:
        monkeypatch.delenv("JUPYTER_GREEN_SHOW_EMBODIED", raising=False)
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == said


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (Embodied(3.2, 1.1, 5.0, "a vendor, 5 years"), "emitted 3.20 g CO₂e (1.1 – 5.0) for this time, no part of the"),
        (Embodied(math.nan, math.nan, math.nan, "Z80: no figure"), "is not known: Z80: no figure."),
    ],
)
def test_the_summary_tells_it_apart(made, said):
    plain = footprint(22320.0)
    total = summary(SessionTotal(replace(plain, embodied=made), 4, 0.0))
    assert said in total
    assert total.startswith(summary(SessionTotal(plain, 4, 0.0)))
