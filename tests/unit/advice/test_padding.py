from dataclasses import replace

import pytest
from rig.evidence import MACHINE, cell, notebook, said

from jupyter_green.advice.rules.padding import RULE
from jupyter_green.advice.suggestion import Snippet
from jupyter_green.work.forward_traits import Forward
from jupyter_green.work.model_facts import Model

FIXED = (40, 60, 50, 70)


def forward(width=256, lengths=FIXED, **changes):
    values = {
        "model": Model("BertModel", 1),
        "at": 0.0,
        "samples": 0,
        "backwards": 0,
        "larger": False,
        "rows": len(lengths),
        "width": width,
        "dtype": "int64",
        "training": True,
        "grad": True,
        "grad_enabled": True,
        "inference": False,
        "autocast": "",
        "lengths": lengths,
    }
    return Forward(**{**values, **changes})


def padded(source, *forwards, **facts):
    return cell(source, *(forwards or (forward(), forward())), **facts)


def test_rows_of_one_length():
    found = said(RULE, notebook(padded("train(loader)")))
    assert "79% of the tokens" in found.evidence
    assert "padded to 256, the longest has 70" in found.evidence
    assert found.saving[1] == pytest.approx(1 - 70 / 256)
    assert isinstance(found.patch, Snippet)
    compile(found.patch.code, "", "exec")


@pytest.mark.parametrize(
    "source",
    [
        "for batch in batches:\n    out = model(**tokenizer(batch, padding='max_length', max_length=256))",
        "def collate(rows):\n    return tokenizer(rows, padding='max_length')\nDataLoader(data, collate_fn=collate)",
        "collator = DataCollatorWithPadding(tokenizer, padding='max_length', max_length=256)",
    ],
)
def test_what_pads_each_batch_pads_it_to_its_longest(source):
    found = said(RULE, notebook(padded(source)))
    assert found.patch.after == source.replace("'max_length'", '"longest"')


def test_what_pads_a_whole_data_set_is_not_changed():
    source = "def encode(rows):\n    return tokenizer(rows, padding='max_length')\ndata = data.map(encode)"
    assert isinstance(said(RULE, notebook(padded(source))).patch, Snippet)


@pytest.mark.parametrize(
    ("version", "setting"),
    [("4.57.0", "group_by_length=True"), ("5.24.0", 'train_sampling_strategy="group_by_length"')],
)
def test_lengths_far_apart_are_grouped(version, setting):
    far = forward(200, (200, 10, 20, 15))
    machine = replace(MACHINE, libraries={**MACHINE.libraries, "transformers": version})
    found = said(RULE, notebook(padded("args = TrainingArguments('out')", far, far, machine=machine)))
    assert "Grouped by length" in found.evidence
    assert found.patch.after == f"args = TrainingArguments('out', {setting})"


@pytest.mark.parametrize(
    "forwards",
    [
        (forward(80), forward(80)),  # 69 % real
        (forward(),),  # one pass
        (forward(larger=True), forward(larger=True)),
        (forward(lengths=()), forward(lengths=())),
        (forward(rows=2), forward(rows=2)),  # not a row for each sample
        (forward(8, tuple(range(1, 9))), forward(8, tuple(range(1, 9)))),  # causal
        (forward(8, tuple(range(7, -1, -1))), forward(8, tuple(range(7, -1, -1)))),
    ],
)
def test_no_reason(forwards):
    assert said(RULE, notebook(padded("train(loader)", *forwards))) is None


@pytest.mark.parametrize(
    "source", ["model = torch.compile(model)", "model.compile()", "TrainingArguments('o', torch_compile=True)"]
)
def test_one_length_for_a_compiler(source):
    assert said(RULE, notebook(cell(source), padded("train(loader)"))) is None


def test_a_pattern_that_is_compiled_is_none_of_it():
    assert said(RULE, notebook(cell("word = re.compile('a')"), padded("train(loader)"))) is not None
