"""Random number generators: Python's, NumPy's and PyTorch's own, and those that a step holds by itself."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from typing import Any

Restore = Callable[[], None]


def save_global_generators() -> list[Restore]:
    """Note the state of the generators that belong to nobody; return what puts each of them back."""
    python = random.getstate()
    restores: list[Restore] = [lambda: random.setstate(python)]
    numpy: Any = sys.modules.get("numpy.random")
    if numpy is not None:
        legacy = numpy.get_state(legacy=False)
        restores.append(lambda: numpy.set_state(legacy))
    torch: Any = sys.modules.get("torch")
    if torch is not None and hasattr(torch, "get_rng_state"):
        cpu = torch.get_rng_state()
        restores.append(lambda: torch.set_rng_state(cpu))
        restores.extend(_of_devices(torch))
    return restores


def _of_devices(torch: Any) -> list[Restore]:  # noqa: ANN401 - a library that we do not import
    restores: list[Restore] = []
    if torch.cuda.is_initialized():
        states = torch.cuda.get_rng_state_all()
        restores.append(lambda: torch.cuda.set_rng_state_all(states))
    mps = getattr(torch, "mps", None)
    if mps is not None and torch.backends.mps.is_available():
        state = mps.get_rng_state()
        restores.append(lambda: mps.set_rng_state(state))
    return restores


def save_generator(thing: Any) -> Restore | None:  # noqa: ANN401 - anything that a step reaches
    """Note the state of a generator; return what puts it back, or ``None`` if the thing is none."""
    if isinstance(thing, random.Random):
        if type(thing) is random.SystemRandom:
            return None
        python = thing.getstate()
        return lambda: thing.setstate(python)
    numpy: Any = sys.modules.get("numpy.random")
    if numpy is not None:
        if isinstance(thing, numpy.Generator):
            bits, state = thing.bit_generator, thing.bit_generator.state
            return lambda: setattr(bits, "state", state)
        if isinstance(thing, numpy.BitGenerator):
            own = thing.state
            return lambda: setattr(thing, "state", own)
        if isinstance(thing, numpy.RandomState):
            legacy = thing.get_state(legacy=False)
            return lambda: thing.set_state(legacy)
    torch: Any = sys.modules.get("torch")
    if torch is not None and isinstance(thing, torch.Generator):
        tensor = thing.get_state()
        return lambda: _set(thing, tensor)
    return None


def _set(generator: Any, state: Any) -> None:  # noqa: ANN401
    generator.set_state(state)
