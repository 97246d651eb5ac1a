"""Units of work in a real kernel: counted while a cell runs and kept when it has ended, or as the user states them."""

import json

import jsonschema
import pytest
from referencing import Registry, Resource
from rig.kernel import Kernel

from jupyter_green import schema

TQDM = """%%carbon{options}
import io, time
from tqdm import tqdm
for _ in tqdm(range(30), unit="{unit}", file=io.StringIO(), mininterval=0.01):
    time.sleep(0.1)
"""
TORCH = """%%carbon train
import time, torch
torch.set_num_threads(1)
model = torch.nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
end = time.monotonic() + 3.0
steps = 0
while time.monotonic() < end:
    optimizer.zero_grad()
    model(torch.ones(8, 4)).sum().backward()
    optimizer.step()
    steps += 1
    time.sleep(0.002)
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kernel")
    with Kernel(folder, {"JUPYTER_GREEN_LEDGER": str(folder / "ledger.sqlite3")}) as shared:
        yield shared


def live(kernel, code):
    """Run a cell; return its record, and what each snapshot told of it while it ran."""
    before = len(kernel.feed)
    record = kernel.run(code).record
    documents = [schema.load(name) for name in ("footprint.v1", "feed.v1")]
    registry = Registry().with_resources([(d["$id"], Resource.from_contents(d)) for d in documents])
    validator = jsonschema.Draft202012Validator(schema.load("feed.v1"), registry=registry)
    told = kernel.feed[before:]
    for snapshot in told:
        validator.validate(snapshot)
        assert len(json.dumps(snapshot)) <= 8192
    return record, [snapshot["running"][0] for snapshot in told if snapshot["running"]]


def summary(kernel, record):
    """Return what the feed says of a cell once its figures are final."""
    kernel.listen(2.5)
    (found,) = [cell for cell in kernel.feed[-1]["cells"] if cell["id"] == record["id"]]
    assert found["settled"]
    return found


def test_a_bars_steps_are_told_while_they_are_done(kernel):
    record, running = live(kernel, TQDM.format(options="", unit="page"))
    amounts = [cell["work"]["amount"] for cell in running if cell["work"]]
    assert amounts == sorted(amounts)
    assert 0 < amounts[0] < 30
    assert {cell["work"]["unit"] for cell in running if cell["work"]} == {"page"}
    assert record["work"] == {"amount": 30, "unit": "page"}
    assert summary(kernel, record)["work"] == record["work"]


def test_samples_of_a_training_loop_live_settled_and_kept(kernel):
    record, running = live(kernel, TORCH)
    steps = kernel.value("steps")
    assert record["work"] == {"amount": 8 * steps, "unit": "sample"}
    amounts = [cell["work"]["amount"] for cell in running if cell["work"]]
    assert amounts == sorted(amounts)
    assert 0 < amounts[0] < 8 * steps
    assert summary(kernel, record)["work"] == record["work"]
    kept = kernel.value(
        "[row['work'] for row in __import__('jupyter_green').ledger.open_ledger("
        "__import__('jupyter_green').session().ledger.path).since(0) if row['label'] == 'train']"
    )
    assert kept == [record["work"]]

    said = " ".join(kernel.run("%carbon").text.split())
    assert f"{8 * steps:,} × sample in 1 cell" in said
    status = kernel.run("%carbon status").text.splitlines()
    work = status[status.index("Work") + 1]
    assert work.startswith("  counted in tqdm, torch; also once imported: ")
    assert "transformers" in work
    assert max(map(len, status)) <= 110


def test_what_is_stated_is_not_foretold_by_a_counter(kernel):
    record, running = live(kernel, TQDM.format(options=" --units 4*2 --unit epoch", unit="page"))
    assert running
    assert [cell["work"] for cell in running] == [None] * len(running)
    assert record["work"] == {"amount": 8, "unit": "epoch"}


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ("--units 0", "--units 0 gave 0, which is no number above 0"),
        ("--units=-3", "--units -3 gave -3, which is no number above 0"),
        ("--units float('nan')", "gave no number: name 'nan' is not defined"),
        ("--units \"float('nan')\"", "gave nan, which is no number above 0"),
        ("--units 1e999", "gave inf, which is no number above 0"),
        ("--units [1,2]", "gave [1, 2], which is no number above 0"),
        ("--units 1/0 --unit page", "--units 1/0 gave no number: division by zero"),
        ("--units \"__import__('sys').exit(3)\"", "gave no number: 3"),
        ("--unit page", "nothing counted is a 'page'; --units N says how many there were"),
    ],
)
def test_what_is_no_amount_gets_one_line_and_no_unit(kernel, options, line):
    outcome = kernel.run(f"%%carbon {options}\nfor _ in tqdm(range(3), unit='it', file=io.StringIO()): pass\n1")
    assert outcome.status == "ok"
    assert outcome.result == "1"
    assert outcome.record["work"] is None
    assert outcome.text.count("\n") == 1
    assert line in outcome.text


def test_a_unit_alone_picks_its_counter(kernel):
    step = "optimizer.zero_grad(); model(torch.ones(8, 4)).sum().backward(); optimizer.step()"
    outcome = kernel.run(f"%%carbon --unit step\nfor _ in range(5): {step}")
    assert outcome.text == ""
    assert outcome.record["work"] == {"amount": 5, "unit": "step"}
    assert kernel.run(f"%%carbon\nfor _ in range(5): {step}").record["work"] == {"amount": 40, "unit": "sample"}


def test_a_running_block_tells_it_too(kernel):
    code = (
        "import jupyter_green as green\n"
        "with green.measure('block', unit='turn') as block:\n"
        "    for i in tqdm(range(4), unit='turn', file=io.StringIO(), mininterval=0):\n"
        "        inside = block.footprint.units\n"
        "block.footprint.units, inside\n"
    )
    assert kernel.run(code).result == "(4, 3)"
