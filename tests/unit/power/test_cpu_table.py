"""Processors as machines name them, and the rows that they find."""

import csv
import math

import pytest
from recorded_machines import machine

from jupyter_green.power.cpu_table import DATA, generations, look_up, named, normalised, processors
from jupyter_green.power.processor import Processor, read_processor


def found(tmp_path, name):
    return look_up(read_processor(machine(tmp_path, name)))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Intel(R) Xeon(R) Platinum 8175M CPU @ 2.50GHz", "intel xeon platinum 8175m"),
        ("INTEL(R) XEON(R) PLATINUM 8581V CPU @ 2.00GHz", "intel xeon platinum 8581v"),
        ("Intel(R) Xeon(R) CPU E5-2690 v4 @ 2.60GHz", "intel xeon e5-2690 v4"),
        ("12th Gen Intel(R) Core(TM) i7-12700H", "intel core i7-12700h"),
        ("AMD EPYC 7763 64-Core Processor", "amd epyc 7763"),
        ("AMD Ryzen 9 5950X 16-Core Processor", "amd ryzen 9 5950x"),
        ("AMD Ryzen 7 PRO 4750U with Radeon Graphics", "amd ryzen 7 pro 4750u"),
        ("Intel(R) Core(TM) Ultra 7 155H", "intel core ultra 7 155h"),
        ("Apple M2 Pro", "apple m2 pro"),
    ],
)
def test_a_product_is_found_by_the_name_that_its_machine_shows(name, key):
    assert normalised(name) == key
    assert key in processors()


@pytest.mark.parametrize(
    ("recorded", "row"),
    [
        ("epyc-turin-cloud", "EPYC Turin"),
        ("epyc-qemu", "EPYC Rome"),
        ("gcp-skylake", "Skylake-SP or Cascade Lake"),
        ("graviton3", "Neoverse V1 (Graviton3)"),
        ("grace", "Neoverse V2 (Graviton4, Grace, Axion)"),
        ("snapdragon", "Snapdragon X"),
        ("unheard-of", "unknown processor"),
    ],
)
def test_a_name_that_says_little_finds_the_generation_and_no_product(tmp_path, recorded, row):
    match = found(tmp_path, recorded)
    assert match.label == row
    assert match.tdp is None


@pytest.mark.parametrize(
    ("recorded", "tdp", "threads"),
    [
        ("epyc-7763-cloud", 280, 128),
        ("aws-cascade-lake", 210, 48),
        ("dual-xeon-metal", 135, None),
        ("laptop-hybrid", 45, None),
        ("desktop-ryzen", 105, None),
    ],
)
def test_an_exact_name_finds_the_product(tmp_path, recorded, tdp, threads):
    match = found(tmp_path, recorded)
    assert (match.tdp, match.threads) == (tdp, threads)


@pytest.mark.parametrize(
    "name",
    [
        "AMD EPYC",
        "AMD EPYC Processor",
        "Intel Xeon Processor (Skylake, IBRS)",
        "Intel(R) Xeon(R) CPU @ 2.20GHz",
        "QEMU",
    ],
)
def test_no_cloud_name_is_a_product(name):
    assert normalised(name) not in processors()
    assert look_up(Processor(name)).tdp is None


def test_a_desktop_and_a_server_of_one_model_number_are_told_apart():
    desktop = Processor("AMD Ryzen Threadripper 3990Z", "AuthenticAMD", 23, "49")
    server = Processor("AMD EPYC", "AuthenticAMD", 23, "49")
    assert look_up(desktop).generation.kind == "client"
    assert look_up(server).generation.kind == "server"


def test_a_user_may_name_a_product_or_a_generation():
    assert named("AMD EPYC 9654", Processor(None)).tdp == 360
    assert named("epyc  genoa", Processor(None)).generation.generation == "EPYC Genoa"
    assert named("EPYC", Processor(None)) is None


@pytest.mark.parametrize("row", generations(), ids=lambda row: row.generation)
def test_every_generation_is_plausible(row):
    assert 1 <= row.tdp[0] <= row.tdp[1] <= 500
    assert 0.8 <= row.watts[0] <= row.watts[1] <= 12
    assert 0.1 <= row.idle_share <= 0.3
    assert math.sqrt(row.watts[1] / row.watts[0]) <= 3


def test_every_row_names_its_source_year_and_licence():
    for file in ("processors.csv", "generations.csv"):
        with (DATA / file).open(newline="") as text:
            for row in csv.DictReader(text):
                assert row["source"]
                assert row["licence"]
                assert int(row["year"]) >= 2020


def test_no_product_has_an_impossible_rating():
    for name, (tdp, threads) in processors().items():
        assert 2 <= tdp <= 500, name
        assert threads is None or 1 <= tdp / threads <= 45, name
