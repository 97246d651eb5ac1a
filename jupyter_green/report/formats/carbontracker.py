"""A log as carbontracker 2 writes it, which ``carbontracker.parser`` opens: an epoch is a recorded cell.

That package writes two files a run, one with the epochs and one with the total, and reads them as a pair. This text
holds both, and stands under either name (:func:`twin`). As there, the power of an epoch is the computer's and the
total is multiplied by the PUE; as the total holds small cells and the time between cells too, it may be more than the
epochs' sum.

The text does not end in a line feed: the parser takes a total only where the file or a date follows it at once.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

from .. import wording
from . import hardware, totals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..reading import Reading
    from .bundle import Bundle

_LOG = "carbontracker.log"
_TOTALS = "carbontracker_output.log"


def twin(name: str) -> str | None:
    """Return the name of the second file that the parser looks for beside *name*; ``None`` where *name* is neither."""
    for own, other in ((_LOG, _TOTALS), (_TOTALS, _LOG)):
        if name.endswith(own):
            return name.removesuffix(own) + other
    return None


def render(bundle: Bundle) -> str:
    """Return the log; energy in kWh, emissions in gCO2e, both unrounded.

    Raises
    ------
    Problem
        When energy or emissions are not known: the parser would read them as nothing.
    """
    energy, grams, pue = totals.kilowatt_hours(bundle), totals.grams(bundle), totals.mean_pue(bundle)
    components = list(bundle.footnote.parts)
    begin, end = bundle.footnote.first, bundle.created
    lines = [
        _line(begin, f"written by jupyter-green from {wording.count(len(bundle.records), 'record')}"),
        _line(begin, f"Only the actual consumption is multiplied by a PUE coefficient of {pue!r}."),
        _line(begin, f"The following components were found: {_devices(bundle, components)}"),
        *(line for number, record in enumerate(bundle.records, 1) for line in _epoch(number, record, components)),
    ]
    least = totals.lower_bound(bundle)
    if least:
        lines.append(_line(end, f"The actual consumption is {least}"))
    lines += [
        _line(end, "CarbonTracker: "),
        f"Actual consumption for {len(bundle.records)} epoch(s):",
        f"\tTime:\t{_clock(totals.duration(bundle), decimals=0)}",
        f"\tEnergy:\t{_decimal(energy * pue)} kWh",
        f"\tCO2eq:\t{_decimal(grams)} g",
    ]
    return "\n".join(lines)


def _line(when: datetime, text: str) -> str:
    return f"{when.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S} - {text}"


def _devices(bundle: Bundle, components: list[str]) -> str:
    names = {
        "gpu": [name for name, number in hardware.gpus(bundle).items() for _ in range(number)],
        "cpu": list(hardware.cpus(bundle)),
    }
    return " ".join(
        f"{name.upper()} with device(s) {','.join(map(_plain, names.get(name) or [name.upper()]))}."
        for name in components
    )


def _plain(device: str) -> str:
    """Leave out what ends a device or the list of devices for the parser."""
    return " ".join(re.sub(r"[.,;:]", " ", device).split()) or "unnamed"


def _epoch(number: int, record: Reading, components: list[str]) -> Iterator[str]:
    yield _line(record.started, f"Epoch {number}:")
    yield _line(record.ended, f"Duration: {_clock(record.duration, decimals=2)}")
    for name in components:
        part = record.components.get(name)
        known = part is not None and not math.isnan(part.joules) and record.duration > 0
        power = _decimal(part.joules / record.duration) if part is not None and known else "None"
        yield _line(record.ended, f"Average power usage (W) for {name}: {power}")


def _clock(seconds: float, *, decimals: int) -> str:
    """Return ``h:mm:ss`` as the package writes it; ``unknown``, which it reads as no time."""
    if math.isnan(seconds):
        return "unknown"
    ticks = round(seconds * 10**decimals)
    minutes, rest = divmod(ticks, 60 * 10**decimals)
    width = 3 + decimals if decimals else 2
    return f"{minutes // 60}:{minutes % 60:02d}:{rest / 10**decimals:0{width}.{decimals}f}"


def _decimal(value: float) -> str:
    """Return all digits without an exponent, which the parser does not read in a power."""
    return format(Decimal(repr(value)), "f")
