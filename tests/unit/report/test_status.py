import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
from rig.clock import FakeClock
from rig.kernel import Kernel
from rig.records import FRANCE, footprint

from jupyter_green.config import Green
from jupyter_green.energy import Estimate
from jupyter_green.footprint import Footprint
from jupyter_green.grid import Pue
from jupyter_green.metering_session import Session
from jupyter_green.power.cpu_model import ModelledCpu, cpu_power
from jupyter_green.power.detect import Hardware
from jupyter_green.power.memory import ModelledMemory
from jupyter_green.power.processor import Processor
from jupyter_green.power.source import Absent
from jupyter_green.record import SessionTotal
from jupyter_green.report.better_figures import suggestions
from jupyter_green.report.machine import machine_status
from jupyter_green.report.status import SourceStatus, StatusReport
from jupyter_green.report.summary import summary
from jupyter_green.report.surroundings import Surroundings

REPORT = StatusReport(
    version="1.0",
    metering=True,
    sources=(
        SourceStatus("gpu", "nvml:0", "NVML energy counter of NVIDIA H200", "counter", math.log(1.05)),
        SourceStatus("cpu", "cpu-model", "AMD EPYC 9654, 16 of 192 threads", "modelled", math.log(2)),
        SourceStatus("cpu", "rapl", "RAPL counter", "counter", None, "not readable: `jupyter green rapl` says how"),
    ),
    intensity=FRANCE,
    place_from="time zone Europe/Paris",
    pue=1.2,
    ledger="/home/user/ledger.sqlite3",
    cells=14,
    overhead=0.0032,
)


def line_with(text, report=REPORT):
    return next(line for line in str(report).splitlines() if text in line)


def test_each_source_says_what_it_is_and_how_far_off_it_may_be():
    assert " ".join(line_with("H200").split()) == "GPU measured NVML energy counter of NVIDIA H200 ±5 %"
    assert " ".join(line_with("16 of").split()) == "CPU modelled AMD EPYC 9654, 16 of 192 threads ×/÷ 2.0"


def test_an_absent_source_says_why_and_follows_those_in_use():
    lines = str(REPORT).splitlines()
    assert "absent" in line_with("RAPL")
    assert "not readable: `jupyter green rapl` says how" in line_with("RAPL")
    assert lines.index(line_with("RAPL")) > lines.index(line_with("16 of 192"))


def test_what_a_reader_should_know_of_a_source_follows_it():
    remarks = ("taken to draw 20 W idle and 120 W fully busy", "two threads share a core here: " + "and so on " * 12)
    gpu, cpu, absent = REPORT.sources
    lines = str(replace(REPORT, sources=(gpu, replace(cpu, remarks=remarks), absent))).splitlines()
    after = lines[lines.index(line_with("16 of 192")) + 1 :]
    assert after[0] == " " * 22 + remarks[0]
    assert " ".join(" ".join(after[1:3]).split()) == remarks[1].strip()
    assert max(map(len, lines)) <= 110


def test_cross_checks_have_a_section_only_where_there_are_any():
    assert "Cross-check" not in str(REPORT)
    lines = str(replace(REPORT, cross_checks=("The platform says 41 W.", "The battery 14 W."))).splitlines()
    start = lines.index("Cross-check")
    assert lines[start + 1 : start + 4] == ["  The platform says 41 W.", "  The battery 14 W.", ""]


def test_a_building_that_adds_nothing_is_said_to():
    built = " ".join(str(REPORT).split())
    assert (
        "PUE 1.2, as configured: cooling and the rest of the building add 0.2 W for each watt of the computer" in built
    )
    assert line_with("PUE", replace(REPORT, pue=1.0)).endswith("the building add nothing")


def test_what_a_factor_counts_and_what_was_assumed_of_the_building_are_said():
    direct = replace(FRANCE, boundary="direct", basis="production", name="California")
    assumed = "assumed, as this is a data centre (rack-mounted server) whose own is not known"
    report = replace(REPORT, intensity=direct, pue=1.56, pue_from=assumed)
    text = " ".join(str(report).split())
    assert "California, 49 g CO₂e/kWh, 2025 mean, direct emissions only (Ember" in text
    assert "direct emissions (no fuel supply, no construction) of what is generated in the zone, imports not" in text
    assert f"PUE 1.56, {assumed}: cooling and the rest of the building add 0.56 W" in text
    assert max(map(len, str(report).splitlines())) <= 110


@pytest.mark.parametrize(
    ("load", "told"),
    [
        ("machine", ["two threads share a core", "fast and efficient cores are alike"]),
        ("cgroup", ["two threads share a core", "fast and efficient cores are alike", "hides how busy its machine is"]),
    ],
)
def test_a_models_watts_and_flags_are_explained(load, told):
    hybrid = Processor("12th Gen Intel(R) Core(TM) i7-12700H", "GenuineIntel", 6, "154", 20, smt=True, hybrid=True)
    busy = SimpleNamespace(cpus=20, scope=load, busy_seconds=lambda: 0.0)
    clock = FakeClock()
    cpu = ModelledCpu(cpu_power(hybrid, 20, "idle=5,full=60"), busy, clock)
    tree = SimpleNamespace(pids=frozenset(), lost=0, cpu_seconds=lambda: 0.0, memory_bytes=lambda: 0)
    hardware = Hardware((cpu, ModelledMemory(clock, 16 * 10**9)), (), tree, busy)
    config = Green(ledger="none", region="FR")
    report = machine_status(Session(config, hardware, clock), live=False)
    cpu_remarks, ram_remarks = (source.remarks for source in report.sources)
    assert cpu_remarks[0] == "taken to draw 5.0 W idle and 60 W fully busy"
    assert ram_remarks == ("taken to draw 6.0 W at all times",)
    assert len(cpu_remarks) == 1 + len(told)
    assert all(part in remark for part, remark in zip(told, cpu_remarks[1:], strict=True))


def test_a_component_nobody_meters_is_unknown():
    assert line_with("memory").split()[1] == "unknown"


def test_grid_ledger_overhead_and_what_is_left_out():
    text = " ".join(str(REPORT).split())
    assert "France, 49 g CO₂e/kWh, 2025 mean, lifecycle (Ember" in text
    assert "range 43 – 56; place: time zone Europe/Paris" in text
    assert "PUE 1.2" in text
    assert "/home/user/ledger.sqlite3: writable" in text
    assert "3 ms in 14 cells, < 1 ms a cell" in text
    assert "Main board, power supply, fans, storage and network are not seen." in text


def test_trouble_stands_in_the_place_of_health():
    report = replace(REPORT, ledger_trouble="the disk is full", notes=("sampling had a gap",))
    assert "the disk is full" in line_with("ledger.sqlite3", report)
    assert line_with("Note:", report) == "Note: sampling had a gap"


def test_without_a_kernel_there_is_no_overhead_and_no_state():
    text = str(replace(REPORT, metering=None, overhead=None))
    assert text.splitlines()[0] == "jupyter-green 1.0"
    assert "Overhead" not in text


def test_it_fits_a_screen():
    lines = str(REPORT).splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 110


def test_what_to_do_next_stands_in_a_section_of_its_own():
    report = replace(REPORT, better=("First do this.", "Then " + "that " * 30))
    lines = str(report).splitlines()
    start = lines.index("For better figures")
    assert lines[start + 1] == "  – First do this."
    assert lines[start + 2].startswith("  – Then that")
    assert lines[start + 3].startswith("    that")
    assert "Nothing to do" in str(REPORT).partition("For better figures")[2]


class Used:
    def __init__(self, component, method="counter"):
        self.component, self.method, self.label = component, method, f"a {component}"


MODEL = Used("cpu", "modelled")
BARE = Surroundings(vendor="GenuineIntel")
KNOWN = Pue(1.2, "as configured")
UNKNOWN_PLACE = replace(FRANCE, status="world-mean")


def absent(because):
    return Absent("rapl", "cpu", "counter", "RAPL", because)


@pytest.mark.parametrize(
    ("sources", "reasons", "surroundings", "says"),
    [
        ([MODEL], ["x is readable by root only; …"], BARE, "`jupyter green rapl` says how to grant access"),
        ([MODEL], ["x is readable by root only; …"], Surroundings("KVM"), "`jupyter green rapl` says how to grant"),
        ([MODEL], ["none"], Surroundings("KVM"), "virtual machine (KVM): the processor's energy counter stays with"),
        ([MODEL], ["none"], Surroundings(""), "This is a virtual machine: "),
        ([MODEL], ["none"], Surroundings(container=True), "unless its host passes them on"),
        ([MODEL], ["none"], BARE, "`jupyter green rapl` says what can be done"),
        ([Used("cpu"), Used("gpu", "integrated")], [], BARE, "a gpu: this GPU tells its power but does not count"),
    ],
)
def test_the_suggestion_fits_the_machine(sources, reasons, surroundings, says):
    (sentence,) = suggestions(sources, [absent(r) for r in reasons], surroundings, FRANCE, KNOWN)
    assert says in sentence


def test_a_measured_machine_in_a_known_place_needs_nothing():
    assert list(suggestions([Used("cpu"), Used("gpu")], [], BARE, FRANCE, KNOWN)) == []


def test_place_and_site_are_asked_for():
    place, site = suggestions([Used("cpu")], [], Surroundings("KVM"), UNKNOWN_PLACE, Pue(1.0, "assumed", "pue-unknown"))
    assert "%carbon region FR" in place
    assert "%carbon pue 1.2" in site


def test_access_granted_while_the_kernel_runs_is_seen(tmp_path, powercap):
    tree = powercap()
    tree.package().block()
    with Kernel(tmp_path, tree.environment) as kernel:
        before = kernel.run("%carbon status").text
        tree.package().remove()
        tree.package().set(5_000_000)
        after = kernel.run("%carbon status").text
    advice = "The processor's energy counter can be read by now: restart the kernel to use it."
    assert advice not in before
    assert advice in after
    assert max(map(len, after.splitlines())) <= 110


def test_the_sessions_paragraph():
    text = summary(SessionTotal(footprint(44640.0), 23, 9720.0))
    assert text.startswith(
        "This session has used 12.4 Wh (11.2 – 13.9) and emitted 0.729 g CO₂e (0.57 – 0.94) in 23 cells; 2.7 Wh of it "
        "went between cells. GPU 10 Wh (measured), CPU 1.5 Wh (modelled), memory 0.50 Wh (modelled); 84 % measured. "
        "Grid: France, 49 g CO₂e/kWh"
    )


def test_the_sessions_paragraph_names_what_the_machine_used_beside_it():
    own = footprint(7200.0)
    text = summary(SessionTotal(replace(own, machine={"cpu": Estimate(36000.0)}), 2, 0.0))
    assert "The whole machine used 10 Wh meanwhile; 8.0 Wh of that is other programs'" in text


def test_a_session_without_cells_or_sources_says_so():
    assert summary(SessionTotal(footprint(0.0), 0, 0.0)).startswith("No cell has been metered yet")
    blind = Footprint({}, {}, 1.0, 0.0, FRANCE)
    assert summary(SessionTotal(blind, 2, math.nan)).startswith("2 cells metered, but no source could tell")
