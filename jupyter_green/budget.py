"""Amounts of energy or emissions as users write them for a budget: ``5Wh``, ``10 kJ``, ``2gCO2e``."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .energy import JOULES_PER_KWH, JOULES_PER_WH

Unit = Literal["J", "gCO2e"]

_JOULES = {
    "mJ": 1e-3,
    "J": 1.0,
    "kJ": 1e3,
    "MJ": 1e6,
    "mWh": JOULES_PER_WH / 1e3,
    "Wh": JOULES_PER_WH,
    "kWh": JOULES_PER_KWH,
    "MWh": JOULES_PER_KWH * 1e3,
}
_GRAMS = {"mg": 1e-3, "g": 1.0, "kg": 1e3}
_NUMBER = r"(?:\d[\d.,]*|\.\d+)(?:[eE][+-]?\d+)?"
_QUANTITY = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<unit>[^\W\d_]+(?:\s*CO[2₂][\s-]?(?:e|eq)?)?)", re.IGNORECASE)
_OF_CO2 = re.compile(r"\s*CO[2₂][\s-]?(?:e|eq)?$", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")  # 1,000 or 1,234,567
_MEND = "write it like 5Wh, 10kJ or 2gCO2e"


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be spent.

    Attributes
    ----------
    amount
        In base units.
    unit
        J, or g of CO2 equivalent.
    in_joules
        Whether its user thinks in joules rather than in watt-hours.
    """

    amount: float
    unit: Unit
    in_joules: bool = False

    def of(self, joules: float, grams: float) -> float:
        """Return that of the two amounts which counts against this budget."""
        return joules if self.unit == "J" else grams


def parse(text: str) -> Budget:
    """Read a budget.

    A comma is a decimal comma (``0,5Wh``) or stands between thousands (``1,234.5 J``); ``1,000`` might be either and
    is refused. Units that begin with m or M, which are a thousand million times apart, must be written exactly.

    Raises
    ------
    ValueError
        With one line that names the mend.
    """
    found = _QUANTITY.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no amount of energy or CO₂e: {_MEND}")
    factor, unit = _unit(found["unit"], text)
    amount = _number(found["number"], text) * factor
    if not 0 < amount < math.inf:
        raise ValueError(f"a budget must be more than nothing and not endless, unlike {text!r}: {_MEND}")
    return Budget(amount, unit, in_joules=unit == "J" and found["unit"].lower().endswith("j"))


def joined(words: Sequence[str], option: str = "--budget") -> list[str]:
    """Put a budget that was written with spaces, as in ``--budget 2 g CO2e``, into one word."""
    made = list(words)
    for i, word in enumerate(made):
        given = (
            word[len(option) + 1 :] if word.startswith(f"{option}=") else word if i and made[i - 1] == option else ""
        )
        if not re.fullmatch(_NUMBER, given):
            continue
        for count in (2, 1):
            rest = made[i + 1 : i + 1 + count]
            if len(rest) == count and _names_a_unit(" ".join(rest)):
                made[i : i + 1 + count] = [f"{word} {' '.join(rest)}"]
                return made
    return made


def _names_a_unit(text: str) -> bool:
    try:
        _unit(text, text)
    except ValueError:
        return False
    return True


def _unit(text: str, whole: str) -> tuple[float, Unit]:
    mass = _OF_CO2.sub("", text).strip()
    if mass in _GRAMS or mass.lower() in ("g", "kg"):
        return _GRAMS[mass if mass in _GRAMS else mass.lower()], "gCO2e"
    if mass == text:
        alike = {name.lower(): name for name in _JOULES if name[0] not in "mM"}
        name = text if text in _JOULES else alike.get(text.lower())
        if name is not None:
            return _JOULES[name], "J"
    raise ValueError(f"{text!r} in {whole!r} is no unit of energy or CO₂e: {_MEND}")


def _number(text: str, whole: str) -> float:
    mantissa, exponent = [*re.split("[eE]", text), "0"][:2]
    plain = mantissa
    if "," in mantissa:
        before, point, _ = mantissa.partition(".")
        if _GROUPED.fullmatch(before):
            if not point and before.count(",") == 1 and not before.startswith("0"):
                raise ValueError(f"{whole!r} may mean a thousand or one: write it without the comma")
            plain = mantissa.replace(",", "" if not before.startswith("0") else ".")
        else:
            plain = mantissa.replace(",", ".", 1)
    try:
        return float(f"{plain}e{exponent}")
    except ValueError:
        raise ValueError(f"{mantissa!r} in {whole!r} is no number: {_MEND}") from None
