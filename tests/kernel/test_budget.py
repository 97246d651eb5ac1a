"""A cell with a budget, in a real kernel with a GPU of 100 W: interrupted as Ctrl-C would, once it is spent."""

import pytest
from rig.gpu import StubGpu, StubNvml, steady
from rig.kernel import Kernel
from rig.stalls import LONGEST, WATCH
from test_forecast_in_kernel import validate
from test_overlap import execute, subshell

WATTS = 100.0
BUDGET = "%%carbon --budget 60J\n"
START = f"""{WATCH}
import asyncio, os, queue, subprocess, sys
kept = ["a model"]
BUSY = [sys.executable, "-c", "while True: pass"]
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kernel")
    stub = StubNvml(folder, StubGpu(steady(WATTS)))
    with Kernel(folder, stub.environment) as shared:
        shared.run(START)
        shared.run("1 / 0")  # the first traceback loads what draws it
        yield shared


def in_time(kernel, budget):
    """Whether a cell ended within a second of spending its budget; the machine's own stalls are not its fault."""
    return budget["late_s"] <= 1.0 + 10 * kernel.value(LONGEST)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("while True: kept[0]", "interrupted"),
        ("time.sleep(30)", "interrupted"),
        ("queue.Queue().get()", "interrupted"),
        ("subprocess.run(['sleep', '30'])", "interrupted"),
        ("subprocess.run(BUSY, stderr=subprocess.DEVNULL)", "interrupted"),
        ("os.system('sleep 30')\ntime.sleep(30)", "interrupted"),
        ("await asyncio.sleep(30)", "interrupted"),
        ("!sleep 30", "ok"),  # which IPython ends and goes on
        ("%time time.sleep(30)", "interrupted"),
    ],
    ids=["loop", "sleep", "lock", "child asleep", "busy child", "os.system", "await", "shell command", "magic"],
)
def test_it_stops_within_a_second_and_everything_stays(kernel, code, status):
    done = kernel.run(f"{BUDGET}kept.append(1)\n{code}")
    kept = kernel.run("kept.pop(), len(kept)").result
    record, budget = done.record, done.record["budget"]
    assert record["status"] == status
    assert (budget["limit"], budget["unit"], budget["interruptions"]) == (60.0, "J", 1)
    assert "budget-spent" in record["flags"]
    assert in_time(kernel, budget)
    assert done.text.count("%%carbon: the budget of 60.0 J is spent: the cell was interrupted, at ") == 1
    assert kept == "(1, 1)"
    assert kernel.value("__import__('jupyter_green').session().trouble") is None


def test_a_magic_that_runs_a_script_is_stopped_too(kernel):
    done = kernel.run(f"{BUDGET}%%bash\nsleep 30")
    assert done.record["budget"]["interruptions"] == 1
    assert in_time(kernel, done.record["budget"])


def test_what_holds_pythons_lock_is_interrupted_when_it_gives_it_back(kernel):
    done = kernel.run(f"{BUDGET}total = sum(range(10**8))\ntime.sleep(30)\nreached = True")
    assert (done.record["status"], done.record["budget"]["interruptions"]) == ("interrupted", 1)
    assert kernel.run("total, 'reached' in globals()").result == "(4999999950000000, False)"


def test_a_child_in_a_session_of_its_own_and_others_processes_are_spared(kernel):
    kernel.run("spared = subprocess.Popen(['sleep', '60'], start_new_session=True)")
    done = kernel.run(f"{BUDGET}child = subprocess.Popen(['sleep', '60'])\ntime.sleep(30)")
    assert done.record["status"] == "interrupted"
    assert kernel.run("spared.poll(), child.wait()").result == "(None, -2)"
    kernel.run("spared.kill(); spared.wait()")


def test_code_that_goes_on_is_interrupted_again_at_twice_the_budget(kernel):
    code = (
        "%%carbon --budget 20J\ncaught = 0\nfor _ in range(2):\n    try:\n        time.sleep(30)\n"
        "    except KeyboardInterrupt:\n        caught += 1\ntime.sleep(30)"
    )
    done = kernel.run(code)
    budget = done.record["budget"]
    assert (budget["interruptions"], kernel.value("caught")) == (3, 2)
    assert budget["spent"] > 0.95 * 80.0
    assert "interrupted 3 times" in done.text


def test_a_cell_may_save_and_end_when_it_is_interrupted(kernel):
    code = "%%carbon --budget 20J\ntry:\n    time.sleep(30)\nexcept KeyboardInterrupt:\n    saved = True"
    done = kernel.run(code)
    assert (done.status, done.record["status"], kernel.value("saved")) == ("ok", "ok", True)
    assert done.record["budget"]["interruptions"] == 1


def test_with_a_budget_that_is_enough_nothing_happens(kernel):
    before = len(kernel.feed)
    done = kernel.run("%%carbon enough --budget 5 Wh\ntime.sleep(1.5)\nkept[0]")
    assert (done.status, done.result, done.text) == ("ok", "'a model'", "")
    budget = done.record["budget"]
    assert (budget["interruptions"], budget["late_s"]) == (0, None)
    assert budget["spent"] == done.record["energy"]["joules"]
    assert "budget-spent" not in done.record["flags"]
    assert done.record["label"] == "enough"
    told = [cell["budget"] for snapshot in kernel.feed[before:] for cell in snapshot["running"]]
    assert told
    assert {(budget["limit"], budget["unit"], budget["state"]) for budget in told} == {(18000.0, "J", "within")}
    for snapshot in kernel.feed[before:]:
        validate(snapshot)


def test_grams_are_a_budget_too(kernel):
    grams = kernel.run("%%carbon\ntime.sleep(0.5)").record["emissions"]["grams"]
    done = kernel.run(f"%%carbon --budget '{grams:.9f} g CO2e'\ntime.sleep(30)")
    assert done.record["budget"]["unit"] == "gCO2e"
    assert done.record["status"] == "interrupted"
    assert "CO₂e is spent" in done.text


def test_a_bad_budget_is_one_line_and_the_cell_runs_without(kernel):
    done = kernel.run("%%carbon a label --budget 5W\nkept[0]")
    assert (done.status, done.result, done.record["label"]) == ("ok", "'a model'", "a label")
    (line,) = done.text.splitlines()
    assert "write it like 5Wh" in line
    assert "without a budget" in line
    assert "budget" not in done.record


def test_a_budget_that_nobody_watches_is_said_to_be_unwatched(kernel):
    done = kernel.run("%%carbon --skip --budget 5J\nkept[0]")
    assert (done.result, done.records) == ("'a model'", [])
    assert "not watched: --skip" in done.text
    kernel.run("%carbon off")
    done = kernel.run("%%carbon --budget 5J\nkept[0]")
    assert (done.result, done.records) == ("'a model'", [])
    assert "not watched: metering is off" in done.text
    kernel.run("%carbon on")


def test_the_next_cell_is_never_hit(kernel):
    """Cells that end just when their budget is spent, each followed by another one."""
    kernel.run("count = 0")
    stopped = 0
    for i in range(30):
        seconds = 0.09 + 0.002 * i
        wait = f"time.sleep({seconds})" if i % 2 else f"end = time.perf_counter() + {seconds}"
        loop = "" if i % 2 else "while time.perf_counter() < end: pass"
        edge = kernel.run(f"%%carbon --budget 10J\n{wait}\n{loop}")
        after = kernel.run("count += 1")
        assert (after.status, after.without_records()) == ("ok", [])
        assert "callback" not in edge.text
        assert edge.record["status"] == ("ok" if edge.status == "ok" else "interrupted")
        stopped += edge.status != "ok"
    assert kernel.value("count") == 30
    assert stopped > 0


def test_a_cell_in_a_subshell_is_told_of_and_not_interrupted(kernel):
    shell = subshell(kernel)
    execute(kernel, "%%carbon --budget 20J\ntime.sleep(0.6)\nelsewhere = True", shell)
    session = "__import__('jupyter_green').session()"
    for _ in range(200):
        if kernel.value(f"'elsewhere' in globals() and not {session}.meter.running"):
            break
        kernel.listen(0.1)
    record = kernel.value(f"[r.to_json() for r in {session}.cells if r.footprint.budget][-1]")
    assert record["status"] == "ok"
    assert record["budget"]["limit"] == 20.0
    assert record["budget"]["interruptions"] == 0
    assert "budget-spent" in record["flags"]


def test_the_sessions_budget_interrupts_the_cell_that_spends_it_and_no_other(kernel):
    spent = kernel.value("__import__('jupyter_green').session().footprint.energy.joules")
    kernel.run(f"%config Green.budget = '{spent + 100:.0f} J'")
    done = kernel.run("%%carbon\ntime.sleep(30)")
    assert done.record["status"] == "interrupted"
    assert "session-budget-spent" in done.record["flags"]
    assert "Green.budget" in done.text
    told = [snapshot["budgets"][0] for snapshot in kernel.feed if snapshot.get("budgets")]
    assert (told[0]["scope"], told[0]["unit"]) == ("session", "J")
    after = kernel.run("%%carbon\ntime.sleep(0.3)")
    assert (after.status, after.text) == ("ok", "")
    status = " ".join(kernel.run("%carbon status").text.split())
    assert "The session's budget (Green.budget): " in status
    assert "spent, " in status
    kernel.run("%config Green.budget = ''")


def test_unloading_the_extension_ends_the_watch(kernel):
    done = kernel.run("%%carbon --budget 20J\n%unload_ext jupyter_green\ntime.sleep(0.6)")
    assert (done.status, done.text) == ("ok", "")
    assert kernel.run("%load_ext jupyter_green").status == "ok"


def test_a_cell_in_a_cell_has_a_budget_of_its_own(kernel):
    inner = "%%carbon --budget 20J\\ntime.sleep(30)"
    done = kernel.run(
        f"%%carbon --budget 90J\ninner = get_ipython().run_cell('{inner}', store_history=True)\ntime.sleep(30)"
    )
    assert kernel.run("type(inner.error_in_exec).__name__").result == "'KeyboardInterrupt'"
    limits = {record["budget"]["limit"]: record["budget"]["interruptions"] for record in done.records}
    assert limits == {20.0: 1, 90.0: 1}
