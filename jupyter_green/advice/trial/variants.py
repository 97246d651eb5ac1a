"""Changes that can be tried on a step: what holds around each call of it with the change."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from .reach import Reached
from .refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

Around = Callable[[], AbstractContextManager[object]]

SWEEP: Final = (0.25, 0.5, 2.0, 4.0)
NAMES: Final = "same, bf16, fp16, no_grad, compile, batch=2x, batch=N/2, batch=sweep, or a function"
_BATCH: Final = re.compile(r"batch=(?:(?P<times>\d+(?:\.\d+)?)x|(?:1|[A-Za-z])?/(?P<part>\d+))$")


@dataclass(frozen=True, slots=True)
class Variant:
    """A change by name.

    Attributes
    ----------
    name
        As it was asked for.
    factor
        Times the size of the batches; 1 for the same.
    sweep
        Whether several sizes are to be tried.
    """

    name: str
    factor: float = 1.0
    sweep: bool = False

    @property
    def of_batch(self) -> bool:
        """Whether it is about the size of batches."""
        return self.sweep or self.factor != 1.0


def parse(name: str) -> Variant:
    """Return the variant of that name.

    Raises
    ------
    ValueError
        When there is none, in one line.
    """
    name = name.strip()
    if name in ("same", "bf16", "fp16", "no_grad", "compile"):
        return Variant(name)
    if name == "batch=sweep":
        return Variant(name, sweep=True)
    found = _BATCH.match(name)
    if found is not None:
        factor = float(found["times"]) if found["times"] else 1 / int(found["part"] or 1) if found["part"] != "0" else 0
        if factor > 0 and factor != 1:
            return Variant(name, factor=factor)
    raise ValueError(f"there is no variant {name!r}; there are {NAMES}")


def around(variant: Variant, reached: Reached) -> Around:
    """Return what holds around the runs of arm B.

    Raises
    ------
    Refusal
        Where it makes no sense for what the step reaches.
    """
    if variant.name == "same" or variant.of_batch:
        return nullcontext
    torch: Any = sys.modules.get("torch")
    if torch is None or not (reached.modules or reached.tensors):
        raise Refusal(f"{variant.name} is for PyTorch, and the step reaches no model or tensor")
    if variant.name in ("bf16", "fp16"):
        return _autocast(torch, variant.name, reached)
    if variant.name == "no_grad":
        no_grad: Around = torch.no_grad
        return no_grad
    return _compiled(torch, reached)


def _autocast(torch: Any, name: str, reached: Reached) -> Around:  # noqa: ANN401 - a library that we do not import
    device = next((kind for kind in ("cuda", "xpu", "mps") if kind in reached.devices), "cpu")
    if name == "fp16" and device == "cpu":
        raise Refusal("fp16 on a CPU is computed at a seventeenth of the speed (measured, PyTorch 2.13): try bf16")
    if name == "bf16" and device == "cuda" and not torch.cuda.is_bf16_supported(including_emulation=False):
        raise Refusal("this GPU has no bfloat16: try fp16")
    kind = torch.bfloat16 if name == "bf16" else torch.float16
    autocast: Around = partial(torch.autocast, device_type=device, dtype=kind)
    return autocast


def _compiled(torch: Any, reached: Reached) -> Around:  # noqa: ANN401
    """Have the outermost modules called through what ``torch.compile`` made of them, once for all runs."""
    roots = [module for module in reached.roots if any(True for _ in module.parameters())]
    if not roots:
        raise Refusal("compile is for modules with parameters, and the step reaches none")
    made = [torch.compile(root._call_impl) for root in roots]

    @contextmanager
    def calls() -> Iterator[None]:
        before = [root._compiled_call_impl for root in roots]
        try:
            for root, compiled in zip(roots, made, strict=True):
                root._compiled_call_impl = compiled
            yield
        finally:
            for root, call in zip(roots, before, strict=True):
                root._compiled_call_impl = call

    return calls
