"""Runs of a label out of a ledger: listed with their sum, compared with an interval, and what is said of bad input."""

import json
import math
import re
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig.records import FRANCE, footprint

from jupyter_green.cli import main
from jupyter_green.energy import Estimate
from jupyter_green.footprint import Component
from jupyter_green.ledger import Ledger, open_ledger
from jupyter_green.record import Record, SessionTotal
from jupyter_green.report import page
from jupyter_green.report.problem import Problem
from jupyter_green.report.runs import compared, listing, of_label, of_labels, overview
from jupyter_green.report.runs.labelled_run import Part, stated
from jupyter_green.report.runs.shared_gain import bounds

NOW = time.time() - 3600.0


class Desk:
    """A ledger to which runs are put."""

    def __init__(self, path):
        self.path = path
        self.put_so_far = 0

    def put(self, label, joules, *, run=None, boot="one", inside=None, ledger_labels=True, **about):
        self.put_so_far += 1
        n = self.put_so_far
        made = joules if not isinstance(joules, (int, float)) else footprint(joules, label=label, started=NOW + n)
        made = replace(made, **about)
        ledger = Ledger(self.path, labels=ledger_labels)
        ledger._inside = inside
        ledger.append(Record(f"{boot}-{n}", boot, n, made, SessionTotal(made, n, 0.0), run={} if run is None else run))
        ledger.close()

    def of(self, label):
        return of_label(None, label, open_ledger(self.path))

    def compare(self, a="a", b="b"):
        return compared(self.of(a), self.of(b))


@pytest.fixture
def desk(tmp_path, monkeypatch):
    path = tmp_path / "ledger.sqlite3"
    monkeypatch.setenv("JUPYTER_GREEN_LEDGER", str(path))
    return Desk(path)


# -- listing -----------------------------------------------------------------------------------------------------------


def put_five(desk):
    work = {"unit": "token"}
    desk.put("train", 36000.0, run={"lr": 1e-3, "epochs": 3, "name": "x"}, units=90000, **work)
    desk.put("train", 3600.0, run={"lr": 3e-4, "epochs": 3.0, "name": "x"}, units=9000, status="error", **work)
    desk.put("train", 7200.0, run={"lr": 3e-4, "epochs": 3, "name": "x"}, boot="two", status="interrupted")
    desk.put("train", 36000.0, run={"lr": 3e-4, "epochs": 5, "name": "x"}, boot="two", units=120000, **work)
    desk.put("other", 3600.0, boot="two")


def test_all_runs_are_listed_over_two_kernels_with_what_changed_and_their_sum(desk):
    put_five(desk)
    first, *rest = listing(desk.of("train")).replace("\nthe last", " the last").splitlines()
    assert first.startswith(
        "train: 4 runs, of which 2 failed or were interrupted: 23.0 Wh (20.8 – 25.8) and 1.4 g CO₂e in all;"
    )
    table = [re.split(r"  +", line.strip()) for line in rest if re.match(r"Began|(\d{4}-)?\d\d-\d\d ", line)]
    assert table[0] == ["Began", "Status", "lr", "epochs", "Energy", "Work", "Per unit", "Time"]  # not the name
    assert [row[1:4] for row in table[1:]] == [
        ["ok", "0.001", "3"],
        ["error", "0.0003", "3"],
        ["interrupted", "0.0003", "3"],
        ["ok", "0.0003", "5"],
    ]
    assert table[1][4:] == ["10.0 Wh (9.1 – 11.2)", "90,000 tokens", "0.40 J/token", "10 s"]
    assert table[3][5:7] == ["–", "–"]
    assert "the last one alone: 10 Wh." in listing(desk.of("train"))


def test_the_command_lists_them_too(desk, capsys):
    put_five(desk)
    assert main(["runs", "train"]) == 0
    assert capsys.readouterr().out == listing(desk.of("train")) + "\n"
    assert main(["runs"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "other: 1 run: 1.00 Wh (0.91 – 1.1) and 59 mg CO₂e."
    assert lines[1].startswith("train: 4 runs, of which 2 failed or were interrupted: 23.0 Wh (20.8 – 25.8)")
    assert main(["runs", "train", "--since", "2000-01-01"]) == 0
    assert "4 runs" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["runs", "nobody"], "no run has the label 'nobody'; without a label, all are listed"),
        (["runs", "train", "--since", "1h"], "no run has the label 'train'; without a label, all are listed"),
        (["runs", "--since", "soon"], "--since takes a span such as 12h"),
    ],
)
def test_bad_input_is_one_line(desk, capsys, arguments, said):
    desk.put("train", footprint(1.0, label="train", started=NOW - 36000))
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert line.startswith(f"jupyter green: {said}")


def test_without_any_label_the_mend_is_named(desk, capsys):
    assert main(["runs"]) == 2
    assert "%%carbon LABEL" in capsys.readouterr().err


def test_a_single_run_and_one_that_failed(desk):
    desk.put("once", 3600.0, status="interrupted")
    assert listing(desk.of("once")).splitlines()[0] == (
        "once: 1 run, which was interrupted: 1.00 Wh (0.91 – 1.1) and 59 mg CO₂e."
    )
    desk.put("twice", 3600.0)
    desk.put("twice", 3600.0, status="error")
    assert "2 runs, of which 1 failed or was interrupted: 2.00 Wh" in listing(desk.of("twice"))
    assert "No parameter that we can see was changed." in listing(desk.of("twice"))


def test_unknown_energy_makes_the_sum_a_least(desk):
    desk.put("train", 3600.0)
    desk.put("train", replace(footprint(1.0, label="train", started=NOW + 99), components={}))
    text = listing(desk.of("train"))
    assert "at least 1.00 Wh (0.91 – 1.1) and at least 59 mg CO₂e in all" in text.replace("\n", " ")
    assert "the last one alone: unknown." in text.replace("\n", " ")


def test_emissions_of_two_kinds_are_not_added_up(desk):
    desk.put("train", 3600.0)
    desk.put("train", 3600.0, intensity=replace(FRANCE, method="marginal"))
    text = listing(desk.of("train")).replace("\n", " ")
    assert "2.00 Wh (1.8 – 2.2) in all" in text
    assert "Emissions are not added up: average and marginal factors are mixed" in text


def test_long_lists_are_cut_and_say_so_while_the_sum_is_of_all(desk):
    for n in range(25):
        desk.put("sweep", 3600.0, run={f"p{m}": n * m for m in range(1, 10)})
    text = listing(desk.of("sweep"))
    assert "25 runs, none of which failed: 25.0 Wh" in text
    assert "The latest 20 of 25 are listed." in text
    assert "Not shown: p7, p8, p9 changed, too." in text
    assert len(re.findall(r"(?m)^(?:\d{4}-)?\d\d-\d\d ", text)) == 20


def test_what_ran_inside_a_run_of_the_same_label_is_counted_once(desk):
    desk.put("train", 36000.0, boot="outer")
    desk.put("train", 3600.0, boot="inner", inside="outer")
    desk.put("other", 3600.0, boot="inner", inside="outer")
    assert len(desk.of("train").runs) == 1
    assert len(desk.of("other").runs) == 1


def test_where_labels_are_off_the_ledger_keeps_neither_label_nor_parameters(desk):
    desk.put("train", 3600.0, run={"lr": 0.125}, ledger_labels=False)
    assert of_labels(None, open_ledger(desk.path)) == []
    assert b"0.125" not in b"".join(each.read_bytes() for each in desk.path.parent.iterdir())


def test_an_automatic_label_is_no_experiment_but_can_be_asked_for(desk):
    made = footprint(3600.0, label="fit(x)", started=NOW)
    ledger = Ledger(desk.path)
    for n in (1, 2):
        ledger.append(Record(f"id-{n}", "boot", n, made, SessionTotal(made, n, 0.0)))
    ledger.close()
    assert of_labels(None, open_ledger(desk.path)) == []
    assert "2 runs" in listing(desk.of("fit(x)"))


def test_parameters_stay_in_the_ledger(desk, capsys, tmp_path):
    desk.put("train", 3600.0, run={"secret_rate": 0.125, "kind": "mine"})
    (kept,) = open_ledger(desk.path).records(0.0).records
    for form in ("json", "csv", "markdown", "latex"):
        assert main(["export", form, "--since", "7d"]) == 0
    assert main(["report", "--json"]) == 0
    published = json.dumps(kept) + capsys.readouterr().out
    assert "secret_rate" not in published
    assert "mine" not in published
    record = Record("id", "boot", 1, footprint(1.0), SessionTotal(footprint(1.0), 1, 0.0), run={"secret_rate": 1})
    assert "secret_rate" not in json.dumps(record.to_json())


def test_the_page_has_a_section_where_a_label_occurs_twice(desk):
    from datetime import datetime, timedelta

    desk.put("<b>train</b>", 3600.0, run={"<i>": "</td><script>"})
    week = datetime.now().astimezone() - timedelta(days=7)

    def made():
        return page.document(page.of_ledger(open_ledger(desk.path), week))

    assert "<h2>Runs</h2>" not in made()
    desk.put("<b>train</b>", 3600.0, run={"<i>": "x"})
    assert "<h2>Runs</h2><h3>&lt;b&gt;train&lt;/b&gt;</h3><p>2 runs, none of which failed: 2.00 Wh" in made()
    assert "&lt;/td&gt;&lt;script&gt;" in made()
    assert "<i>" not in made().partition("<h2>Runs</h2>")[2]


def test_a_ledger_that_cannot_be_read_is_said(desk):
    desk.path.write_bytes(b"no database at all, only text" * 100)
    with pytest.raises(Problem, match=r"^The ledger .* cannot be read"):
        desk.of("a")
    with pytest.raises(Problem, match=r"^The ledger .* cannot be read"):
        of_labels(None, open_ledger(desk.path))


def test_what_the_session_knows_comes_before_the_ledger_and_serves_without_it(desk):
    desk.put("train", 3600.0, run={"lr": 1})
    here = [
        Record(
            id_,
            "one",
            n,
            footprint(joules, label="train", started=NOW + n),
            SessionTotal(footprint(1.0), n, 0.0),
            run={},
        )
        for n, (id_, joules) in enumerate((("one-1", 7200.0), ("not-settled-yet", 3600.0)), 1)
    ]
    session = SimpleNamespace(cells=here, ledger=SimpleNamespace(path=desk.path))
    assert [run.energy.joules for run in of_label(session, "train").runs] == pytest.approx([7200.0, 3600.0])
    desk.path.write_bytes(b"no database at all, only text" * 100)
    text = listing(of_label(session, "train")).replace("\n", " ")
    assert "2 runs, none of which failed: 3.00 Wh" in text
    assert "Runs of earlier kernels are left out: The ledger" in text
    assert "3.00 Wh" in overview(of_labels(session)).replace("\n", " ")
    without = SimpleNamespace(cells=here, ledger=None)
    assert len(of_label(without, "train").runs) == 2


def test_a_run_that_goes_on_elsewhere_is_neither_failed_nor_compared(desk):
    desk.put("train", 3600.0)
    made = footprint(1800.0, label="train", started=NOW + 9)
    ledger = Ledger(desk.path)
    record = Record("now", "two", 1, made, SessionTotal(made, 1, 0.0), run={"lr": 2})
    ledger.append(record, running=True)
    ledger.append(replace(record, id="new", footprint=replace(made, label="new")), running=True)
    ledger.close()
    assert "2 runs, none of which failed, 1 still running: 1.50 Wh" in listing(desk.of("train"))
    with pytest.raises(Problem, match="'new' still runs: compare it when it has ended"):
        desk.compare("train", "new")


# -- comparing ---------------------------------------------------------------------------------------------------------


def test_several_runs_each_per_unit_of_work(desk):
    for joules in (1000.0, 1040.0, 980.0):
        desk.put("a", joules, units=100, unit="token")
    for joules in (620.0, 640.0, 610.0):
        desk.put("b", joules, units=100, unit="token")
    desk.put("b", 5000.0, units=100, unit="token", status="error")
    found = desk.compare()
    assert found.line.startswith("b uses 0.62× the energy per token of a (")
    assert found.line.endswith("): 6.2 J/token (n = 3) against 10 J/token (n = 3).")
    assert 0.55 < found.low < found.ratio < found.high < 0.70
    assert "(Welch)" in found.basis
    # GPU, CPU and memory have the same parts in both.
    assert "their own error cancels, if both load alike what is modelled. " in found.basis
    assert "1 run left out" in found.basis
    turned = desk.compare("b", "a")
    assert (turned.low, turned.high) == pytest.approx((1 / found.high, 1 / found.low))


def test_no_difference_that_could_be_seen(desk):
    for joules in (1000.0, 1100.0, 1200.0):
        desk.put("a", joules, units=100, unit="step")
        desk.put("b", joules * 1.01, units=100, unit="step")
    assert desk.compare().line.startswith("No detectable difference: b uses 1.01× the energy per step of a (")


def test_one_run_each_has_the_meters_range_alone(desk):
    desk.put("a", 1000.0, units=100, unit="step")
    desk.put("b", 500.0, units=100, unit="step")
    found = desk.compare()
    assert (
        found.line
        == "b uses 0.500× the energy per step of a (0.500 … 0.500): 5.0 J/step (n = 1) against 10 J/step (n = 1)."
    )
    assert found.basis.startswith(
        "One run each: how much runs scatter is not known, and the range is the meter's alone."
    )


def test_other_sources_do_not_cancel(desk):
    desk.put("a", 1000.0, units=100, unit="step")
    desk.put("b", 500.0, units=100, unit="step", hardware={"gpu": ["another"]})
    found = desk.compare()
    assert found.low < 0.47
    assert found.high > 0.53
    assert "not all the same" in found.basis


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ({"unit": "token", "units": 10}, {"unit": "step", "units": 10}, "units of work differ (step, token)"),
        ({"unit": "token", "units": 10}, {}, "no unit of work is known of b"),
        ({}, {}, "no unit of work is known of a and b"),
    ],
)
def test_without_a_common_unit_whole_runs_are_compared_and_it_is_said(desk, a, b, said):
    desk.put("a", 72000.0, **a)
    desk.put("b", 36000.0, **b)
    line = desk.compare().line
    assert line.startswith("b uses 0.500× the energy of a (")
    assert line.endswith(f": 10.0 Wh (n = 1) against 20.0 Wh (n = 1); {said}, so whole runs are compared.")


def test_runs_that_did_not_end_well_are_compared_by_power_or_by_unit(desk):
    desk.put("a", 1000.0, duration=10.0)
    desk.put("b", 500.0, duration=10.0, status="interrupted")
    assert desk.compare().line.startswith("b draws 0.500× the mean power of a (")
    assert "so powers are compared." in desk.compare().line
    desk.put("c", 1000.0, units=10, unit="step")
    desk.put("d", 500.0, units=5, unit="step", status="interrupted")
    assert "1.000× the energy per step" in desk.compare("c", "d").line
    assert "Runs that did not end well are among them" in desk.compare("c", "d").basis


def test_a_component_that_is_not_known_of_both_is_left_out(desk):
    desk.put("a", 1000.0)
    half = footprint(500.0, label="b", started=NOW + 50)
    broken = {**half.components, "cpu": Component(Estimate(math.nan), None, "counter", "rapl")}
    desk.put("b", replace(half, components=broken))
    found = desk.compare()
    assert found.ratio == pytest.approx(0.5)
    assert "Without CPU, which is not known for every run." in found.basis


def test_bad_comparisons_are_one_line_each(desk):
    desk.put("a", 1000.0)
    desk.put("nothing", 0.0)
    desk.put("unknown", replace(footprint(1.0, label="unknown", started=NOW + 9), components={}))
    for name, said in (
        ("nobody", "no run has the label 'nobody'; %carbon runs lists labels"),
        ("a", "'a' cannot be compared with itself: name two labels"),
        ("nothing", "'nothing' used too little energy to be compared: let it do more work"),
        ("unknown", "the energy of 'unknown' is not known; %carbon status tells why"),
    ):
        with pytest.raises(Problem) as raised:
            desk.compare("a", name)
        assert str(raised.value) == said


# -- arithmetic --------------------------------------------------------------------------------------------------------

SOURCES = st.sampled_from(["", "one", "two"])
PARTS = st.dictionaries(
    st.sampled_from(["gpu", "cpu", "ram"]),
    st.builds(
        Part,
        st.builds(Estimate, st.floats(1.0, 1e5), st.floats(0.0, 1e3), st.floats(0.0, 1.5)),
        SOURCES,
        st.booleans(),
    ),
    min_size=1,
)


@given(PARTS, PARTS)
def test_the_other_way_round_bounds_are_the_inverse(a, b):
    least, most = bounds(a, b)
    assert least <= 1 + 1e-9
    assert most >= 1 - 1e-9
    turned = bounds(b, a)
    assert turned[1] == pytest.approx(1 / least if least > 0 else math.inf)
    assert turned[0] == pytest.approx(1 / most if math.isfinite(most) else 0.0)


@given(PARTS, st.floats(0.01, 100))
def test_with_the_same_sources_in_the_same_parts_all_gain_cancels(parts, scale):
    exact = {
        name: replace(p, source="one", estimate=replace(p.estimate, quantisation=0.0)) for name, p in parts.items()
    }
    scaled = {name: replace(part, estimate=part.estimate.scaled(scale)) for name, part in exact.items()}
    assert bounds(exact, scaled) == pytest.approx((1.0, 1.0))


@given(PARTS, PARTS, st.data())
def test_whatever_the_meters_errors_are_the_true_ratio_lies_within(a, b, data):
    part = st.floats(-1.0, 1.0)
    least, most = bounds(a, b)
    gains = {(name, source): data.draw(part) for name in ("gpu", "cpu", "ram") for source in ("one", "two")}

    def truth(parts, other):
        whole = 0.0
        for name, each in parts.items():
            estimate = each.estimate
            shared = name in other and each.source and each.source == other[name].source
            least_spread = min(estimate.spread, other[name].estimate.spread) if shared else 0.0
            gain = gains[name, each.source] * least_spread if shared else 0.0
            gain += data.draw(part) * (estimate.spread - least_spread)
            whole += max(0.0, estimate.joules + data.draw(part) * estimate.quantisation) * math.exp(gain)
        return whole

    true_a, true_b = truth(a, b), truth(b, a)
    stated_ratio = sum(p.estimate.joules for p in b.values()) / sum(p.estimate.joules for p in a.values())
    if true_a > 0:
        assert least * stated_ratio * (1 - 1e-9) <= true_b / true_a
        assert true_b / true_a <= most * stated_ratio * (1 + 1e-9) or math.isinf(most)


@given(st.floats(1e-3, 1e6), st.floats(0.0, 0.99), st.floats(0.0, 1.5))
def test_a_range_gives_back_the_errors_it_was_made_of(joules, part, spread):
    estimate = Estimate(joules, part * joules, spread)
    again = stated(estimate.energy)
    assert again.spread == pytest.approx(spread, abs=1e-5)
    assert again.quantisation == pytest.approx(part * joules, rel=1e-4, abs=1e-5 * joules)
    assert (again.energy.low, again.energy.high) == pytest.approx((estimate.energy.low, estimate.energy.high), rel=1e-4)


@given(st.floats(0.0, 1e6), st.floats(0.0, 1e6), st.floats(0.0, 1.5))
def test_a_range_down_to_nothing_keeps_its_upper_end(joules, beyond, spread):
    energy = Estimate(joules, joules + beyond, spread).energy
    again = stated(energy).energy
    assert again.low == 0.0
    assert again.high >= energy.high * (1 - 1e-9)
