"""Numbers as people read them.

SI prefixes; three significant figures where the range stands beside the figure, two otherwise; ``unknown`` for what
no source could tell, never zero; ``< 1 mWh`` below what is worth a figure. Nothing here rounds what is summed later.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeGuard

from ..energy import JOULES_PER_WH, Energy

UNKNOWN = "unknown"

_Prefixes = Sequence[tuple[float, str]]
# A unit is used from a tenth of itself on ("0.12 Wh", not "120 mWh"), so that a table keeps to few of them.
_ENERGY: _Prefixes = ((1e3, "kWh"), (1.0, "Wh"), (1e-3, "mWh"))
_MASS: _Prefixes = ((1e3, "kg"), (1.0, "g"), (1e-3, "mg"), (1e-6, "µg"))
_POWER: _Prefixes = ((1e3, "kW"), (1.0, "W"), (1e-3, "mW"))
_WORK: _Prefixes = ((1e3, "kJ"), (1.0, "J"), (1e-3, "mJ"), (1e-6, "µJ"), (1e-9, "nJ"))
_JOULES: _Prefixes = ((1e6, "MJ"), (1e3, "kJ"), (1.0, "J"), (1e-3, "mJ"))
_SWITCH = {"kWh": 1.0, "kg": 1.0, "kW": 10.0, "kJ": 1.0, "MJ": 1.0}


def energy(joules: float | None, digits: int = 2) -> str:
    """Return an energy in J as mWh, Wh or kWh: ``12 Wh``."""
    return _quantity(joules / JOULES_PER_WH, _ENERGY, digits) if _known(joules) else UNKNOWN


def joules(value: float | None, digits: int = 2) -> str:
    """Return an energy in J as J or kJ, for those who think in them: ``12 kJ``."""
    return _quantity(value, _JOULES, digits) if _known(value) else UNKNOWN


def energy_range(value: Energy) -> str:
    """Return an energy with its uncertainty range: ``12.4 Wh (10.9 – 14.1)``."""
    return _with_range(value.joules / JOULES_PER_WH, value.low / JOULES_PER_WH, value.high / JOULES_PER_WH, _ENERGY, "")


def rough_energy_range(value: Energy) -> str:
    """Return an energy that is hardly known, with its range and no third figure: ``0.90 Wh (0.18 – 4.5)``."""
    joules, low, high = value.joules, value.low, value.high
    return _with_range(joules / JOULES_PER_WH, low / JOULES_PER_WH, high / JOULES_PER_WH, _ENERGY, "", 2)


def mass(grams: float | None, digits: int = 2) -> str:
    """Return an emitted mass in g as mg, g or kg of CO₂ equivalent: ``0.73 g CO₂e``."""
    return f"{_quantity(grams, _MASS, digits)} CO₂e" if _known(grams) else UNKNOWN


def mass_range(grams: float, low: float, high: float) -> str:
    """Return an emitted mass with its range: ``0.730 g CO₂e (0.55 – 0.94)``."""
    return _with_range(grams, low, high, _MASS, " CO₂e")


def power(watts: float | None) -> str:
    """Return a power in W: ``214 W``, ``2.1 W``."""
    if not _known(watts):
        return UNKNOWN
    return f"{watts:.0f} W" if 10 <= watts < 10_000 else _quantity(watts, _POWER, 2)


def energy_per_unit(joules: float | None, unit: str) -> str:
    """Return J per unit of work: ``0.42 J/sample``."""
    return f"{_quantity(joules, _WORK, 2)}/{unit}" if _known(joules) else UNKNOWN


def energy_per_unit_range(value: Energy, unit: str) -> str:
    """Return J per unit of work with its range: ``0.421 J/sample (0.37 – 0.48)``."""
    return _with_range(value.joules, value.low, value.high, _WORK, f"/{unit}")


def amount(units: float) -> str:
    """Return an amount of work, whole where it is: ``53,000``, ``2.5``."""
    return f"{units:,.0f}" if units >= 1e3 or units == round(units) else _figure(units, 3)


def duration(seconds: float | None) -> str:
    """Return a time in s: ``120 ms``, ``5.2 s``, ``58 s``, ``1 min 44 s``, ``31 min``, ``2 h 5 min``, ``3 d 4 h``."""
    if not _known(seconds):
        return UNKNOWN
    if seconds < 0.9995:
        return f"{seconds * 1e3:.0f} ms" if seconds >= 0.001 else "< 1 ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 600:
        return _pair(whole, 60, "min", "s")
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return _pair(minutes, 60, "h", "min")
    return _pair(round(seconds / 3600), 24, "d", "h")


def share(fraction: float | None) -> str:
    """Return a part of one as per cent: ``78 %``. Only a true whole is called ``100 %``, only nothing ``0 %``."""
    if not _known(fraction):
        return UNKNOWN
    percent = round(fraction * 100)
    if percent == 0 and fraction > 0:
        return "< 1 %"
    if percent == 100 and fraction < 0.99999:  # sums of floats may miss 1 by a little
        return "> 99 %"
    return f"{percent} %"


def factor(spread: float) -> str:
    """Return a spread (natural logarithm of a factor) as ``±5 %``, or ``×/÷ 2.0`` where it is large."""
    if not _known(spread):
        return UNKNOWN
    off = math.exp(spread)
    return f"±{(off - 1) * 100:.0f} %" if off < 1.3 else f"×/÷ {off:.1f}"


def _known(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def _pair(total: int, base: int, large: str, small: str) -> str:
    first, second = divmod(total, base)
    return f"{first} {large} {second} {small}" if second else f"{first} {large}"


def _scale(value: float, prefixes: _Prefixes, digits: int) -> tuple[float, str]:
    """Choose the unit for *value* as it will be printed, so that 999.9 Wh becomes 1.00 kWh."""
    shown = _rounded(value, digits)
    for size, unit in prefixes:
        if shown >= size * _SWITCH.get(unit, 0.1) * (1 - 1e-9):
            return size, unit
    return prefixes[-1]


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits - 1}e}")


def _figure(value: float, digits: int) -> str:
    """Format with *digits* significant figures and no exponent."""
    shown = _rounded(value, digits)
    if shown == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(shown)))
    return f"{shown:.{decimals}f}"


def _end(value: float) -> str:
    """Format one end of a range: two significant figures below ten, three from there on."""
    return _figure(value, 2 if _rounded(value, 3) < 10 else 3)


def _quantity(value: float, prefixes: _Prefixes, digits: int) -> str:
    smallest, unit = prefixes[-1]
    if _rounded(value, digits) < smallest:
        return f"< 1 {unit}"
    size, unit = _scale(value, prefixes, digits)
    return f"{_figure(value / size, digits)} {unit}"


def _with_range(value: float, low: float, high: float, prefixes: _Prefixes, suffix: str, digits: int = 3) -> str:
    if not _known(value):
        return UNKNOWN
    text = f"{_quantity(value, prefixes, digits)}{suffix}"
    if not (_known(low) and _known(high)):
        return text
    smallest, _ = prefixes[-1]
    if _rounded(value, digits) < smallest:
        return text if high < smallest else f"{text} (up to {_quantity(high, prefixes, 2)})"
    size, _ = _scale(value, prefixes, digits)
    return f"{text} ({_end(low / size)} – {_end(high / size)})"
