"""What probes of PyTorch notice of how work was done: ``python -m work.noticed`` prints it as JSON."""

import dataclasses
import gc
import json
import tempfile
import weakref

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint
from transformers import BertConfig, BertForSequenceClassification

from jupyter_green.advice.variables import variables
from jupyter_green.work import Probes
from jupyter_green.work.torch_state import torch_state
from jupyter_green.work.traits import TRAITS

SETTINGS = {"num_hidden_layers": 1, "hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 64}


def network():
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.1), nn.Linear(8, 2))


def train(model, optimizer, steps, closure=False):
    def loss():
        optimizer.zero_grad()
        value = model(torch.randn(5, 4)).sum()
        value.backward()
        return value

    for _ in range(steps):
        if closure:
            optimizer.step(loss)
        else:
            loss()
            optimizer.step()


def training_then_evaluation():
    model = network()
    train(model, torch.optim.Adam(model.parameters()), 12)
    model.eval()
    with torch.inference_mode():
        for _ in range(9):
            model(torch.randn(3, 4))


def steps_with_a_closure():
    model = network()
    train(model, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, fused=True), 3, closure=True)


def under_autocast():
    model = network()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        model(torch.randn(3, 4))


def partly_frozen():
    model = network()
    model[0].requires_grad_(False)
    model(torch.randn(3, 4))


def padded_and_pretrained():
    with tempfile.TemporaryDirectory() as folder:
        BertForSequenceClassification(BertConfig(vocab_size=50, **SETTINGS)).save_pretrained(folder)
        model = BertForSequenceClassification.from_pretrained(folder)
    ids = torch.randint(1, 50, (2, 8))
    mask = torch.tensor([[1] * 8, [1] * 4 + [0] * 4])
    model(input_ids=ids, attention_mask=mask)
    model({"input_ids": ids}["input_ids"], mask)


def checkpointed():
    model = network()
    inner = model[0].forward
    model[0].forward = lambda x: checkpoint(inner, x, use_reentrant=False)
    model(torch.randn(3, 4)).sum().backward()


EXAMPLES = [
    training_then_evaluation,
    steps_with_a_closure,
    under_autocast,
    partly_frozen,
    padded_and_pretrained,
    checkpointed,
]


def main():
    probes = Probes()  # and no session, which allows another look each second
    probes.install()
    told = {"examples": {example.__name__: seen(example) for example in EXAMPLES}, "named": named(), "alive": alive()}
    told["settings"] = settings()
    probes.remove()
    before = TRAITS.begin()
    training_then_evaluation()
    print("NOTICED " + json.dumps({**told, "after": TRAITS.end - before}))


def seen(example):
    """Return the traits of one example, by their class, as dictionaries."""
    begin = TRAITS.begin()
    example()
    found = {}
    for trait in TRAITS.between(begin, TRAITS.end):
        found.setdefault(type(trait).__name__, []).append(dataclasses.asdict(trait))
    return found


def named():
    """Return which names lead to a model that was used, and which hold 64-bit numbers."""
    used, holder = network(), nn.Module()
    TRAITS.begin()
    used(torch.randn(2, 4))
    holder.inner = used
    namespace = {"used": used, "holder": holder, "new": network(), "x": torch.zeros(1).double(), "n": 1}
    models, doubles = variables(namespace)
    return {"models": sorted(models), "numbers": len(set(models.values())), "doubles": doubles}


def settings():
    """Return PyTorch's settings once those for CUDA were made in a way that its older function raises at."""
    matrices = torch.backends.cuda.matmul
    told = [torch_state().fp32_precision]
    matrices.fp32_precision = "tf32"
    told.append(torch_state().fp32_precision)
    matrices.fp32_precision = "none"
    return {"precision": told, "threads": torch_state().threads, "dtype": torch_state().default_dtype}


def alive():
    """Whether a model that was looked at is kept alive."""
    model = network()
    kept = weakref.ref(model)
    TRAITS.begin()
    model(torch.randn(2, 4))
    del model
    gc.collect()
    return kept() is not None


if __name__ == "__main__":
    main()
