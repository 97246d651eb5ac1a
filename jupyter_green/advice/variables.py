"""Which of a notebook's variables are models, and which are 64-bit numbers. None is kept or touched."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from ..work.model_facts import MODELS

_MOST = 5000  # variables


def variables(namespace: Mapping[str, Any]) -> tuple[dict[str, int], dict[str, str]]:
    """Return the serial numbers of models by the names that lead to them, and of 64-bit numbers what holds them.

    A model that has never been used has no number, and is left out.
    """
    torch: Any = sys.modules.get("torch")
    numpy = sys.modules.get("numpy")
    module = getattr(getattr(torch, "nn", None), "Module", None)
    tensor, array = getattr(torch, "Tensor", None), getattr(numpy, "ndarray", None)
    models: dict[str, int] = {}
    doubles: dict[str, str] = {}
    for name, value in list(namespace.items())[:_MOST]:
        if name.startswith("_"):
            continue
        kind = type(value)  # no isinstance: lazy objects would be made real by it
        if tensor is not None and issubclass(kind, tensor):
            if value.dtype is torch.double:
                doubles[name] = "tensor"
        elif array is not None and kind is array:
            if value.dtype.char == "d":
                doubles[name] = "array"
        elif module is not None and issubclass(kind, module):
            models.update(_serials(name, value))
    return models, doubles


def _serials(name: str, module: Any) -> dict[str, int]:  # noqa: ANN401 - of a library that we do not import
    own = MODELS.serial(module)
    found = {} if own is None else {name: own}
    for part, inner in list(module._modules.items()):
        number = None if inner is None or not part.isidentifier() else MODELS.serial(inner)
        if number is not None and number != own:
            found[f"{name}.{part}"] = number
    return found
