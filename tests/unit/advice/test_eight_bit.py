from dataclasses import replace

import pytest
from rig.evidence import MACHINE, cell, notebook, said

from jupyter_green.advice.evidence import Gpu
from jupyter_green.advice.rules.eight_bit import RULE
from jupyter_green.work.forward_traits import Forward
from jupyter_green.work.model_facts import Model

GPU = Gpu(0, "A100", memory_used=10e9, memory_total=40e9, ours=True)
LIBRARIES = {**MACHINE.libraries, "transformers": "5.24.0", "bitsandbytes": ""}
LARGE = replace(MACHINE, gpus=(GPU,), libraries=LIBRARIES)
SOURCE = 'model = AutoModelForCausalLM.from_pretrained(name, load_in_8bit=True, device_map="auto")'


def forward(parameters=7_000_000_000, eight_bit=224, adapters=False, **changes):
    values = {
        "model": Model("LlamaForCausalLM", 1, parameters=parameters, eight_bit=eight_bit, adapters=adapters),
        "at": 0.0,
        "samples": 1,
        "backwards": 0,
        "larger": True,
        "rows": 1,
        "width": 20,
        "dtype": "int64",
        "training": False,
        "grad": False,
        "grad_enabled": False,
        "inference": False,
        "autocast": "",
    }
    return Forward(**{**values, **changes})


def told(*passes, source=SOURCE, machine=LARGE):
    loaded = cell(source, number=1)
    return said(RULE, notebook(loaded, cell("model.generate(**inputs)", *passes, number=2, machine=machine)))


def test_there_is_room_for_16_bits():
    found = told(*[forward()] * 8)
    assert (found.patch.cell, found.patch.after) == (1, SOURCE.replace("load_in_8bit=True", 'dtype="bfloat16"'))
    assert "7 GB more, and 24 GB are free" in found.evidence


@pytest.mark.parametrize(
    ("source", "after"),
    [
        (
            "from_pretrained(name, quantization_config=BitsAndBytesConfig(load_in_8bit=True))",
            'from_pretrained(name, dtype="bfloat16")',
        ),
        ("from_pretrained(name, load_in_8bit=True, dtype=bf16)", "from_pretrained(name, dtype=bf16)"),
        ("from_pretrained(name, dtype=bf16, load_in_8bit=True)", "from_pretrained(name, dtype=bf16, )"),
    ],
)
def test_how_it_is_loaded(source, after):
    assert told(*[forward()] * 8, source=source).patch.after == after


def test_the_name_that_the_version_has():
    machine = replace(LARGE, libraries={**LIBRARIES, "transformers": "4.40.1"})
    assert 'torch_dtype="bfloat16"' in told(*[forward()] * 8, machine=machine).patch.after


@pytest.mark.parametrize(
    "changes",
    [{"parameters": 30_000_000_000}, {"eight_bit": 0}, {"adapters": True}, {"training": True}, {"rows": 32}],
    ids=str,
)
def test_silence(changes):
    assert told(*[forward(**changes)] * 8) is None


def test_without_a_gpu_of_ours_nobody_knows_whether_it_fits():
    assert told(*[forward()] * 8, machine=MACHINE) is None
    assert told(*[forward()] * 8, machine=replace(LARGE, gpus=(replace(GPU, ours=False),))) is None


def test_one_that_is_trained():
    assert told(*(forward(backwards=at) for at in range(8))) is None
