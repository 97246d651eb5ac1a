"""A metered cell behaves as an unmetered one: every cell here runs in two kernels, with and without us."""

import re

import pytest
from rig.kernel import Kernel

from jupyter_green.schema import MIME_TYPE

CELLS = {
    "trailing result": "%%carbon\n6 * 7",
    "semicolon": "%%carbon\n6 * 7;",
    "nothing": "%%carbon\nx = 1",
    "print": "%%carbon\nprint('hello')",
    "top-level await": "%%carbon\nimport asyncio\nawait asyncio.sleep(0, 'done')",
    "error": "%%carbon\n\nx = 1\n1 / 0",
    "syntax error": "%%carbon\nx = (1",
    "time": "%%carbon\n%%time\nx = 5",
    "bash": "%%carbon\n%%bash\necho $((6 * 7))",
    "bash below a blank line": "%%carbon\n\n%%bash\necho hi",
    "carbon below time": "%%time\n%%carbon\nx = 6",
    "carbon below a comment": "# first\n%%carbon\nx = 7\nx",
    "capture": "%%carbon\n%%capture caught\nprint('quiet')",
    "writefile keeps its text": "%%writefile note.txt\n%%carbon\nbody",
    "line magic": "%%carbon\n%who_ls int",
    "shell": "%%carbon\n!echo $HOME | wc -l",
    "display": "%%carbon\nfrom IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'))",
    "stderr": "%%carbon\nimport sys\nprint('x', file=sys.stderr)",
    "help": "%%carbon\nlen?",
    "system exit": "%%carbon\nraise ValueError('multi\\nline')",
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    with Kernel(tmp_path_factory.mktemp("plain"), metered=False) as unmetered:
        yield unmetered


def comparable(outcome):
    def clean(value):
        text = re.sub(r"\\x1b\[[\d;]*m", "", str(value))
        text = re.sub(r"CPU times:.*?Wall time: [^\\]*", "TIMES", text)
        text = re.sub(r"\d+(\.\d+)? [mµμn]?s", "T", text)
        return re.sub(r"In ?\[\d+\]|ipykernel_\d+|0x[0-9a-f]+|/tmp\S*", "#", text)

    # A plain cell loses its leading empty lines, an annotated one keeps its line numbers: errors by name and text.
    outputs = [
        (o["ename"], o["evalue"].split(" (")[0])
        if o["type"] == "error"
        else clean({**o, "execution_count": None, "metadata": None})
        for o in outcome.without_records()
    ]
    return outcome.status, outputs


@pytest.mark.parametrize("name", CELLS)
def test_outputs_and_status_are_those_of_the_cell_without_the_annotation(kernel, plain, name):
    code = CELLS[name]
    without = (
        code if name.startswith("writefile") else re.sub(r"^%%carbon\n(\s*\n)*(?=%%)|^%%carbon", "", code, flags=re.M)
    )
    assert "%%carbon" not in without or name.startswith("writefile")
    assert comparable(kernel.run(code)) == comparable(plain.run(without))


def test_traceback_names_the_line_as_it_stands_in_the_cell(kernel):
    error = kernel.run("%%carbon\na = 1\nb = 2\nraise ValueError('here')").error
    assert error["ename"] == "ValueError"
    assert re.search(r"line 4|----> 4", re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error["traceback"])))


def test_run_all_stops_at_an_error(kernel):
    kernel.run("stopped = True")
    first = kernel.client.execute("%%carbon\n1/0", stop_on_error=True)
    second = kernel.client.execute("stopped = False")
    replies = {}
    while len(replies) < 2:
        message = kernel.client.get_shell_msg(timeout=30)
        replies[message["parent_header"]["msg_id"]] = message["content"]["status"]
    assert replies == {first: "error", second: "aborted"}
    assert kernel.value("stopped") is True


def test_an_interrupt_ends_the_cell_and_is_recorded(kernel):
    outcome = kernel.run(
        "%%carbon\nimport time\nprint('begun', flush=True)\nwhile True: time.sleep(0.01)", interrupt_when="begun"
    )
    assert outcome.status == "error"
    assert outcome.error["ename"] == "KeyboardInterrupt"
    assert outcome.record["status"] == "interrupted"


def test_an_interrupted_await_is_recorded_as_interrupted(kernel):
    outcome = kernel.run(
        "%%carbon\nimport asyncio\nprint('begun', flush=True)\nfor _ in range(600): await asyncio.sleep(0.1)",
        interrupt_when="begun",
    )
    assert outcome.status == "error"
    assert outcome.record["status"] == "interrupted"


@pytest.mark.parametrize(
    ("code", "published"),
    [
        ("print('a')\nclear_output(wait=True)", False),
        ("clear_output(wait=True)\ndisplay('b')", True),
        ("display('a')\nclear_output()", True),
    ],
)
def test_a_pending_clear_output_keeps_the_last_output(kernel, code, published):
    outcome = kernel.run(f"%%carbon\nfrom IPython.display import clear_output, display\n{code}")
    assert len(outcome.records) == published
    kinds = [o["type"] for o in outcome.outputs]
    if not published:
        assert kinds[-1] == "clear_output"
        assert kernel.run("%carbon").status == "ok"
    assert kernel.value("__import__('jupyter_green').session().cells[-1].execution_count") >= outcome.execution_count


def test_the_record_says_the_same_as_the_text_and_carries_the_prompts_number(kernel):
    outcome = kernel.run("%%carbon my label --units 4 --unit image --save saved\nsum(range(10**6))")
    record = outcome.record
    assert record["label"] == "my label"
    assert record["execution_count"] == outcome.execution_count
    assert record["work"] == {"amount": 4.0, "unit": "image"}
    (bundle,) = [o["data"] for o in outcome.outputs if MIME_TYPE in o.get("data", {})]
    assert "CO₂e" in bundle["text/plain"]
    assert "/image" in bundle["text/plain"] or "< 1 mWh" in bundle["text/plain"]
    assert kernel.value("saved.energy.joules") == pytest.approx(record["energy"]["joules"], rel=0.5)


def test_small_cells_leave_no_output_and_count_in_the_session(kernel):
    before = kernel.run("%%carbon\n0").record["session"]
    assert kernel.run("sum(range(10**6))").records == []
    after = kernel.run("%%carbon\n0").record["session"]
    assert after["cells"] == before["cells"] + 2
    assert after["joules"] > before["joules"]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("%%carbon --bogus\n1", "unrecognized arguments: --bogus"),
        ("%%carbon --units nonsense\n1", "--units nonsense gave no number"),
        ("%%carbon --save 1x\n1", "--save needs a variable's name"),
        ("%%carbon 'open\n1", "no closing quotation"),
    ],
)
def test_a_bad_option_gets_one_line_and_the_cell_its_result(kernel, code, line):
    outcome = kernel.run(code)
    assert outcome.status == "ok"
    assert outcome.result == "1"
    assert len(outcome.records) == 1
    assert outcome.text.count("\n") == 1
    assert line in outcome.text


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("region Frnce", "did you mean France (FR)?"),
        ("region aws:eu-west-33", "did you mean aws:eu-west-3 (Paris)"),
        ("region CA-PE", "set the region to the neighbour"),
        ("regions Nowhere", "Unknown region 'Nowhere'"),
        ("regions US-CA", "California cannot stand beside France"),
        ("pue -1", "pue must be from 1 to 5"),
        ("pue much", "takes a number"),
        ("frobnicate", "it knows status"),
    ],
)
def test_a_bad_command_gets_one_line(kernel, command, line):
    outcome = kernel.run(f"%carbon {command}")
    said = outcome.text or "\n".join(outcome.error["traceback"])
    assert line in said
    assert said.strip().count("\n") == 0


def test_a_cloud_region_says_its_grid_and_boundary_and_stands_beside_others(kernel):
    kernel.run("%%carbon\nsum(range(10**7))")
    said = " ".join(kernel.run("%carbon region gcp:us-central1").text.split())
    assert "Iowa, 288 g CO₂e/kWh, 2023 mean, direct emissions only (EPA eGRID2023" in said
    assert "place: configured, gcp:us-central1 (Iowa)." in said
    intensity = kernel.run("%%carbon\n1").record["emissions"]["intensity"]
    assert [intensity[key] for key in ("zone", "boundary", "basis", "method")] == [
        "US-IA",
        "direct",
        "production",
        "average",
    ]
    assert "▸ Iowa (us-central1)" in kernel.run("%carbon regions").text
    assert kernel.run("%carbon pue").text == "PUE 1, as configured.\n"
    kernel.run("%carbon region FR")


def test_skip_and_quiet(kernel):
    cells = kernel.value("len(__import__('jupyter_green').session().cells)")
    assert kernel.run("%%carbon --skip\n1").records == []
    assert kernel.value("len(__import__('jupyter_green').session().cells)") == cells
    assert kernel.run("%%carbon --quiet\n1").records == []
    assert kernel.value("len(__import__('jupyter_green').session().cells)") == cells + 1


def test_silent_and_unstored_executions_are_not_metered(kernel):
    cells = kernel.value("len(__import__('jupyter_green').session().cells)")
    kernel.run("1", silent=True)
    kernel.run("%%carbon\n1", store_history=False)
    assert kernel.value("len(__import__('jupyter_green').session().cells)") == cells


def test_off_on_and_reset(kernel):
    kernel.run("%carbon off")
    assert kernel.run("%%carbon\n1").records == []
    kernel.run("%carbon on")
    boot = kernel.run("%%carbon\n1").record["boot"]
    kernel.run("%carbon reset")
    record = kernel.run("%%carbon\n1").record
    assert record["boot"] != boot
    assert record["session"]["cells"] <= 2


def test_unloading_leaves_the_shell_as_it_was(tmp_path):
    look = (
        "[len(get_ipython().input_transformers_cleanup), sorted(get_ipython().magics_manager.magics['cell']),"
        " sorted(get_ipython().magics_manager.magics['line']),"
        " {k: len(v) for k, v in get_ipython().events.callbacks.items()}]"
    )
    with Kernel(tmp_path, metered=False) as kernel:
        kernel.run("1")
        before = kernel.value(look)
        kernel.run("%load_ext jupyter_green")
        assert kernel.value(look) != before
        kernel.run("%%carbon\n1")
        kernel.run("%unload_ext jupyter_green")
        assert kernel.value(look) == before
        assert kernel.value("[t.name for t in __import__('threading').enumerate() if 'green' in t.name]") == []
