"""The energy of one NVIDIA GPU: its counter where it has one (Volta and later), else its power, integrated.

The counter and the instant power are asked for one after the other, the power first: a sensor that moves with the
counter then never seems to run ahead of it. A single call for both fields promises no order.
"""

from __future__ import annotations

import contextlib
import math
from types import ModuleType
from typing import Final

from ..clock import Clock
from ..energy import Method
from .nvml_device import TICK, Device, unsupported
from .partial_tick import PartialTick
from .source import Point, SourceError
from .visible_gpus import Board

LIMIT_WATTS: Final = 3000.0
"""More than any one GPU draws, W: twice the 1.4 kW of the largest announced ones (NVIDIA GB300)."""

_SLOW_CALL: Final = 50_000_000  # ns; what takes longer waited for the driver, not for the interpreter's lock
_POWER_INSTANT: Final = 186  # NVML_FI_DEV_POWER_INSTANT, which not every version of nvidia-ml-py names


class EnergyCounter(Device):
    """A GPU that counts its energy itself."""

    method: Method = "counter"
    _kind = "NVML energy counter"

    def __init__(self, nvml: ModuleType, board: Board, clock: Clock) -> None:
        super().__init__(nvml, board, clock)
        self._limit = 0.0
        with contextlib.suppress(nvml.NVMLError):
            self._limit = min(LIMIT_WATTS, nvml.nvmlDeviceGetEnforcedPowerLimit(board.handle) * 1e-3)
        self._fill = PartialTick(TICK, self._limit)
        self._last: tuple[int, int] | None = None
        self._base = 0.0  # our joules less the counter's
        self._points: list[Point] = []
        try:
            self._has_instant = not math.isnan(self._instant_watts())
        except nvml.NVMLError:
            self._has_instant = False

    def read(self) -> float:
        """Return the joules used since the source's start.

        Raises
        ------
        SourceError
            When the driver does not answer, and once when the counter went back or forth farther than any GPU's
            power explains (a reset): it then starts from a new baseline and what was counted is kept.
        """
        began, at, count, watts = self.ask(self._counted)
        last, self._last = self._last, (began, count)
        if last is None or not 0 <= (count - last[1]) * 1e-3 <= LIMIT_WATTS * ((at - last[0]) * 1e-9 + TICK):
            self._fill = PartialTick(TICK, self._limit)
            self._base = self._joules - self._fill.advance(at, count * 1e-3, watts)
            self._points = [self._fill.last._replace(joules=self._joules)]
            if last is not None:
                raise SourceError(f"{self.model} ({self.name}) was reset: the energy since the last reading is lost")
            return self._joules
        self._joules = self._base + self._fill.advance(at, count * 1e-3, watts)
        known = (*self._fill.revised(), self._fill.last)
        self._points = [point._replace(joules=self._base + point.joules) for point in known]
        return self._joules

    def edge(self, at: int, *, opens: bool) -> None:
        """Take note that a window opened or closed at *at*, ns."""
        self._fill.edge(at, opens=opens)

    def points(self) -> list[Point]:
        """Return, once, what the last reading told, and what is known better now of earlier ones."""
        points, self._points = self._points, []
        return points

    def _counted(self) -> tuple[int, int, int, float]:
        """Return when the counter was asked, when it was read, what it said, mJ, and the instant power, W."""
        watts = self._instant_watts() if self._has_instant else 0.0
        began = at = self._clock.boottime()
        count = int(self._nvml.nvmlDeviceGetTotalEnergyConsumption(self._handle))
        done = self._clock.boottime()
        # A call returns late when another thread holds the interpreter's lock; the counter was read at once then.
        if done - began > _SLOW_CALL:
            at = done
        return began, at, count, watts if 0 <= watts <= LIMIT_WATTS else 0.0

    def _instant_watts(self) -> float:
        """Return the instant power, W; ``nan`` where the device has none."""
        (field,) = self._nvml.nvmlDeviceGetFieldValues(self._handle, [_POWER_INSTANT])
        if field.nvmlReturn == self._nvml.NVML_SUCCESS:
            return float(field.value.uiVal) * 1e-3
        error = self._nvml.NVMLError(field.nvmlReturn)
        if unsupported(self._nvml, error):
            return math.nan
        raise error


class IntegratedPower(Device):
    """A GPU that tells only its power. Those are older than Volta, whose reading is instant and not an average."""

    method: Method = "integrated"
    _kind = "NVML power, integrated"

    def __init__(self, nvml: ModuleType, board: Board, clock: Clock) -> None:
        super().__init__(nvml, board, clock)
        self._last: tuple[int, float] | None = None

    def read(self) -> float:
        """Return the joules used since the source's start, by the trapezoidal rule between readings.

        Raises
        ------
        SourceError
            When the driver does not answer. The time until the next reading is then missing, not guessed.
        """
        last, self._last = self._last, None
        milliwatts = self.ask(lambda: self._nvml.nvmlDeviceGetPowerUsage(self._handle))
        at, watts = self._clock.boottime(), milliwatts * 1e-3
        if watts > LIMIT_WATTS:
            raise SourceError(f"{self.model} ({self.name}) says that it draws {watts:.0f} W, which cannot be")
        if last is not None:
            self._joules += (last[1] + watts) / 2 * (at - last[0]) * 1e-9
        self._last = at, watts
        return self._joules
