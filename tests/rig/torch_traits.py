"""What the probes of PyTorch note, made by hand."""

from __future__ import annotations

from jupyter_green.work.forward_traits import Forward
from jupyter_green.work.model_facts import Model
from jupyter_green.work.optimizer_traits import OptimizerStep


def model(**changes) -> Model:
    """A network of 2 M parameters of float32 on the processor."""
    values = {
        "name": "Net",
        "serial": 1,
        "parameters": 2_000_000,
        "trainable": 2_000_000,
        "tensors": 6,
        "multiplied": 2_000_000,
        "largest": 1_000_000,
        "dtypes": (("float32", 2_000_000),),
        "devices": (("cpu", 2_000_000),),
    }
    return Model(**{**values, **changes})


def forwards(count: int, of: Model | None = None, *, seconds: float = 0.02, first: int = 0, **changes) -> list[Forward]:
    """So many passes of 32 rows, one right after the other, each with a backward pass, but for *changes*."""
    passes = []
    for i in range(first, first + count):
        values = {
            "model": of or model(),
            "at": i * seconds,
            "samples": (i + 1) * 32,
            "backwards": i,
            "larger": False,
            "rows": 32,
            "width": 0,
            "dtype": "float32",
            "training": True,
            "grad": True,
            "grad_enabled": True,
            "inference": False,
            "autocast": "",
            "items": 32,
        }
        passes.append(Forward(**{**values, **changes}))
    return passes


def steps(count: int, **changes) -> list[OptimizerStep]:
    """So many steps of Adam that take 4 of 10 ms."""
    made = []
    for i in range(count):
        values = {
            "name": "Adam",
            "module": "torch.optim.adam",
            "serial": 1,
            "fused": None,
            "foreach": None,
            "fusible": True,
            "momentum": True,
            "parameters": 2_000_000,
            "tensors": 6,
            "dtypes": ("float32",),
            "devices": ("cpu",),
            "seconds": 0.004,
            "period": 0.010 if i else None,
            "steps": i + 1,
        }
        made.append(OptimizerStep(**{**values, **changes}))
    return made
