"""How PyTorch's optimizers stepped: which, over what, and how much a step took of the CPU time between two.

CPU time of the thread that steps: on a machine that others use too, the clock says more of them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from time import thread_time
from typing import Any
from weakref import WeakKeyDictionary

from .counts import COUNTS
from .model_facts import type_name
from .traits import TRAITS

_LOOKS = TRAITS.looks()


@dataclass(frozen=True, slots=True)
class OptimizerStep:
    """One step of an optimizer.

    Attributes
    ----------
    name, module
        Its class, and where that is defined.
    serial
        The same for the same optimizer in all cells.
    fused, foreach
        What was asked for; ``None`` where PyTorch chooses.
    fusible
        Whether it could be fused as far as its settings and its gradients' layout tell.
    momentum
        Whether it keeps more of each parameter than its gradient.
    parameters, tensors
        How many it updates, and in how many tensors.
    dtypes, devices
        Kinds of them, in order of the alphabet.
    seconds
        CPU time of the step itself, a closure's left out, s.
    period
        CPU time since the end of the step before, whatever optimizer's, where that was looked at too, s; ``None``
        otherwise.
    steps
        The counter of steps, this one included.
    """

    name: str
    module: str
    serial: int
    fused: bool | None
    foreach: bool | None
    fusible: bool
    momentum: bool
    parameters: int
    tensors: int
    dtypes: tuple[str, ...]
    devices: tuple[str, ...]
    seconds: float
    period: float | None
    steps: int


class OptimizerLooks:
    """Takes closer looks at optimizers' steps.

    Attributes
    ----------
    looks
        How many are left.
    """

    def __init__(self) -> None:
        self.looks = _LOOKS
        self._begun = 0.0
        self._last: tuple[int, int, float] = 0, 0, 0.0
        self._serials: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
        self._next = count(1)

    def begin(self) -> None:
        """Note that the step itself begins: or goes on, after a backward pass in a closure of its."""
        self._begun = thread_time()

    def end(self, optimizer: Any) -> None:  # noqa: ANN401 - of a library that we do not import
        """Note a step that has ended."""
        now = thread_time()
        looks = self.looks
        if looks.left <= 0 or not self._begun:  # it began before there were looks
            return
        looks.left -= 1
        seconds, self._begun = now - self._begun, 0.0
        with suppress(Exception):  # an optimizer unlike any other: the step stands
            serial = self._serials.get(optimizer)
            if serial is None:
                serial = self._serials[optimizer] = next(self._next)
            cell, before, at = self._last
            steps = COUNTS.steps
            period = now - at if (cell, before) == (looks.cell, steps - 1) else None
            TRAITS.note(_step(optimizer, serial, seconds, period, steps))
            self._last = looks.cell, steps, thread_time()


def _step(optimizer: Any, serial: int, seconds: float, period: float | None, steps: int) -> OptimizerStep:  # noqa: ANN401
    parameters = [each for group in optimizer.param_groups for each in group["params"]]
    settings = optimizer.defaults
    plain = not any(settings.get(name) for name in ("differentiable", "capturable"))
    plain = plain and isinstance(settings.get("lr"), (int, float))
    return OptimizerStep(
        name=type(optimizer).__name__,
        module=type(optimizer).__module__,
        serial=serial,
        fused=settings.get("fused"),
        foreach=settings.get("foreach"),
        fusible=plain
        and "fused" in settings
        and all(
            each.is_floating_point() and not (each.grad is not None and each.grad.is_sparse) for each in parameters
        ),
        momentum=bool(settings.get("momentum", True)),
        parameters=sum(each.numel() for each in parameters),
        tensors=len(parameters),
        dtypes=tuple(sorted({type_name(each.dtype) for each in parameters})),
        devices=tuple(sorted({each.device.type for each in parameters})),
        seconds=seconds,
        period=period,
        steps=steps,
    )
