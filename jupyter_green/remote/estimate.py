"""What a call may have cost the provider's machines: EcoLogits' model, with a wider range than it gives itself.

EcoLogits' range covers what is not published of a model's size. Its hardware, batches and idle time are guesses too,
as other figures show, for 400 tokens: an 8B model 0.008 – 0.049 Wh measured by ML.ENERGY (EcoLogits 0.023), Gemini's
median prompt 0.24 Wh by Google (0.5 – 0.9 for 2.5 Flash), GPT-4o 0.3 Wh as published (0.6 – 1.0). So the range here is
a factor of 5 both ways, our own guess, and never narrower than EcoLogits'.
"""

from __future__ import annotations

import logging
import math
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata, util
from typing import Any

from ..energy import JOULES_PER_KWH, UNKNOWN_ENERGY, Energy
from ..footprint import RemoteCalls
from .calls import Call

FACTOR = 5.0
PACKAGE = "ecologits"


def is_installed() -> bool:
    """Whether EcoLogits could be imported; does not import it."""
    return util.find_spec(PACKAGE) is not None


class Estimator:
    """EcoLogits on a thread of its own: importing it takes a tenth of a second and more, an estimate 0.1 – 0.4 ms."""

    def __init__(self) -> None:
        self.trouble: str | None = None
        self.unknown: dict[tuple[str, str], None] = {}
        """Models that were called and EcoLogits does not have, by provider."""
        self._tool: _EcoLogits | None = None
        self._loaded = threading.Event()
        self._queue: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to import EcoLogits, and to estimate what :meth:`ask` hands over."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="jupyter-green-remote", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread; what it has not estimated yet is estimated when it is asked for."""
        if self._thread is not None:
            self._thread = None
            self._queue.put(None)

    def ask(self, call: Call) -> None:
        """Have a call estimated soon."""
        self._queue.put(call)

    def wait(self, seconds: float) -> None:
        """Wait until EcoLogits is there, or is known not to be."""
        if self._thread is not None:
            self._loaded.wait(seconds)

    def known(self, call: Call) -> RemoteCalls:
        """Return what is known of a call without any work."""
        return call.estimate or _without(call, "not estimated yet")

    def estimate(self, call: Call) -> RemoteCalls:
        """Return a call's estimate; unknown while EcoLogits is not there."""
        if (known := call.estimate) is not None:
            return known
        if not self._loaded.is_set():
            return self.known(call)
        tokens = call.tokens
        made = self._estimate(call, tokens)
        call.estimated(tokens, made)
        return made

    def _estimate(self, call: Call, tokens: int | None) -> RemoteCalls:
        if self._tool is None:
            return _without(call, "EcoLogits could not be loaded")
        if tokens is None:
            return _without(call, "the answer did not say how many tokens it has")
        try:
            estimate = self._tool(call, tokens)
        except Exception as error:  # noqa: BLE001 - another's model: whatever it raises, the cell's own figures stand
            self.trouble = f"EcoLogits could not estimate {call.model}: {type(error).__name__}: {error}"
            return _without(call, "EcoLogits could not estimate it")
        if estimate is None:
            self.unknown[call.provider, call.model] = None
            return _without(call, f"EcoLogits {self._tool.version} does not know this model")
        return estimate

    def _work(self) -> None:
        try:
            self._tool = _EcoLogits.load()
        except Exception as error:  # noqa: BLE001 - a broken installation of another package
            self.trouble = f"EcoLogits could not be loaded: {type(error).__name__}: {error}"
        self._loaded.set()
        while (call := self._queue.get()) is not None:
            self.estimate(call)


@dataclass(frozen=True, slots=True)
class _EcoLogits:
    """The package, once it is imported."""

    impacts: Callable[..., Any]
    settings: Any
    logger: logging.Logger
    providers: Any
    version: str

    @classmethod
    def load(cls) -> _EcoLogits:
        before = logging.getLoggerClass()
        from ecologits import EcoLogits
        from ecologits.log import logger
        from ecologits.tracers import utils

        logging.setLoggerClass(before)  # importing it sets a class of its own for everybody's loggers
        version = metadata.version(PACKAGE)
        return cls(utils.llm_impacts, EcoLogits.config, logger, getattr(utils, "PROVIDER_CONFIG_MAP", {}), version)

    def __call__(self, call: Call, tokens: int) -> RemoteCalls | None:
        """Return the estimate, or ``None`` for a model that it does not have.

        A zone that the user has set by ``EcoLogits.init`` holds here too: the figures are those of the user's own
        ``response.impacts``, but for the range.
        """
        zone = self.settings.electricity_mix_zone
        assumed = zone or getattr(self.providers.get(call.provider), "datacenter_location", None)
        if call.provider not in self.providers:
            return None
        with _Silence(self.logger, silent=not self.settings.providers):
            found = self.impacts(call.provider, call.model, tokens, call.latency, zone)
        if found.usage is None:
            return None
        joules, low, high = (JOULES_PER_KWH * end for end in _widened(found.usage.energy.value))
        grams, grams_low, grams_high = (1000 * end for end in _widened(found.usage.gwp.value))
        return RemoteCalls(
            provider=call.provider,
            model=call.model,
            calls=1,
            output_tokens=call.output_tokens,
            energy=Energy(joules, low, high),
            grams=grams,
            grams_low=grams_low,
            grams_high=grams_high,
            source=f"EcoLogits {self.version}, range widened to ×/÷ {FACTOR:g}; grid assumed: {assumed or 'world'}"[
                :120
            ],
        )


class _Silence(logging.Filter):
    """Keeps EcoLogits' warnings of one thread out of the user's cell, unless the user uses EcoLogits too."""

    def __init__(self, logger: logging.Logger, *, silent: bool) -> None:
        super().__init__()
        self._logger = logger
        self._silent = silent
        self._thread = threading.get_ident()

    def __enter__(self) -> None:
        if self._silent:
            self._logger.addFilter(self)

    def __exit__(self, *_: object) -> None:
        self._logger.removeFilter(self)

    def filter(self, _: logging.LogRecord) -> bool:
        return threading.get_ident() != self._thread


def _widened(value: Any) -> tuple[float, float, float]:  # noqa: ANN401 - a number, or EcoLogits' pair of them
    """Return the middle of EcoLogits' range and the ends of the wider one."""
    low, high = float(getattr(value, "min", value)), float(getattr(value, "max", value))
    middle = (low + high) / 2
    return middle, min(low, middle / FACTOR), max(high, middle * FACTOR)


def _without(call: Call, why: str) -> RemoteCalls:
    unknown = math.nan
    return RemoteCalls(
        call.provider,
        call.model,
        1,
        call.output_tokens,
        UNKNOWN_ENERGY,
        unknown,
        unknown,
        unknown,
        f"no estimate: {why}",
    )
