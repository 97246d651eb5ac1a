"""What steps return, as numbers to compare, and whether all that training touches stayed finite."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .reach import Reached


def number(result: Any) -> float | None:  # noqa: ANN401 - whatever a step returns
    """Return the loss that a step returned; ``None`` if there is none.

    A number, a tensor of one, ``.loss`` or ``["loss"]``, or the first of these in a tuple.
    """
    if result is None or isinstance(result, (str, bytes)):
        return None
    if isinstance(result, (bool, int, float)):
        return float(result)
    if isinstance(result, Mapping) and "loss" in result:
        return number(result["loss"])
    loss = getattr(result, "loss", None)
    if loss is not None and not callable(loss):
        return number(loss)
    if isinstance(result, (tuple, list)):
        return next((found for item in result if (found := number(item)) is not None), None)
    if getattr(result, "size", None) is not None and callable(getattr(result, "item", None)):
        try:
            value = result.item()
        except (RuntimeError, ValueError, TypeError):  # of several elements
            return None
        return float(value) if isinstance(value, (bool, int, float)) else None
    return None


def difference(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return the mean loss of B less that of A; ``None`` where either has none."""
    if not first or not second:
        return None
    return math.fsum(second) / len(second) - math.fsum(first) / len(first)


def finite(losses: Iterable[float], reached: Reached) -> bool | None:
    """Whether losses, and parameters and gradients as they are now, are finite; ``None`` where there are none."""
    torch: Any = sys.modules.get("torch")
    seen: list[bool] = [math.isfinite(loss) for loss in losses]
    done: set[int] = set()
    for module in reached.modules:
        for parameter in module._parameters.values():
            if parameter is None or id(parameter) in done or parameter.device.type == "meta":
                continue
            done.add(id(parameter))
            for tensor in (parameter, parameter.grad):
                if tensor is not None and tensor.is_floating_point() and tensor.layout == torch.strided:
                    seen.append(bool(torch.isfinite(tensor.detach()).all()))
    return all(seen) if seen else None
