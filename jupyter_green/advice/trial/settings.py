"""Settings of the whole process that an arm may change: threads, precision, gradients, the environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

Restore = Callable[[], None]

# Of ``torch.backends``: flags that are plain attributes.
_FLAGS = (
    ("backends.cuda.matmul", "fp32_precision"),
    ("backends.cudnn", "benchmark"),
    ("backends.cudnn", "deterministic"),
    ("backends.cudnn", "enabled"),
    ("backends.cudnn.conv", "fp32_precision"),
    ("backends.cudnn.rnn", "fp32_precision"),
    ("backends.mkldnn", "enabled"),
    ("backends.mkldnn.matmul", "fp32_precision"),
    ("backends.mkldnn.conv", "fp32_precision"),
    ("backends.mkldnn.rnn", "fp32_precision"),
)
# Pairs of functions of ``torch``.
_PAIRS = (
    ("get_num_threads", "set_num_threads"),
    ("get_default_dtype", "set_default_dtype"),
    ("is_grad_enabled", "set_grad_enabled"),
    ("get_float32_matmul_precision", "set_float32_matmul_precision"),
    ("is_anomaly_enabled", "autograd.set_detect_anomaly"),
)


def save_settings() -> list[Restore]:
    """Note them; return what puts each of them back."""
    environment = dict(os.environ)
    restores: list[Restore] = [lambda: _environment(environment)]
    torch: Any = sys.modules.get("torch")
    if torch is not None:
        restores += _functions(torch)
        restores += _flags(torch)
    return restores


def _environment(saved: dict[str, str]) -> None:
    for name in set(os.environ) - set(saved):
        del os.environ[name]
    for name, value in saved.items():
        if os.environ.get(name) != value:
            os.environ[name] = value


def _functions(torch: Any) -> Iterator[Restore]:  # noqa: ANN401 - a library that we do not import
    for getter, setter in _PAIRS:
        get, set_to = _find(torch, getter), _find(torch, setter)
        if get is None or set_to is None:
            continue
        try:
            value = get()
        except RuntimeError:  # the precision of products, once the user has set ``fp32_precision``: the flag tells
            continue
        yield partial(_put, get, set_to, value)


def _put(get: Callable[[], Any], set_to: Callable[[Any], Any], value: Any) -> None:  # noqa: ANN401
    try:
        same = get() == value
    except RuntimeError:  # as above: the arm set the flag, which is put back by itself
        return
    if not same:
        set_to(value)


def _flags(torch: Any) -> Iterator[Restore]:  # noqa: ANN401
    for path, name in _FLAGS:
        holder = _find(torch, path)
        try:
            value = getattr(holder, name)
        except (AttributeError, RuntimeError):
            continue
        yield partial(_put, partial(getattr, holder, name), partial(setattr, holder, name), value)


def _find(torch: Any, path: str) -> Any:  # noqa: ANN401
    found = torch
    for part in path.split("."):
        found = getattr(found, part, None)
        if found is None:
            return None
    return found
