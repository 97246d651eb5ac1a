"""What else the machine measures of itself, beside the figures: the platform's counter (psys) and a laptop's battery.

Both measure more than the sources do, and are in no figure; they tell how much no source sees, or that a source must be
wrong.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Final

from ..energy import MEASURED
from ..power.battery import discharging_watts
from ..power.source import SourceError
from . import quantities
from .check import Check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..power.detect import Hardware
    from ..power.psys import Comparison
    from ..power.source import Source

_PAUSE: Final = 0.5
"""s that a command waits; hundreds of refreshes of the counters."""

_TOO_HIGH: Final = 1.2
"""How often the battery's power the sources may say before they are called wrong: firmware averages over seconds."""


def of_session(hardware: Hardware, machine_watts: float) -> list[Check]:
    """Return the checks since they were last asked for; nothing waits.

    Parameters
    ----------
    hardware
        Of the session.
    machine_watts
        What all sources together say that the machine draws, W; ``nan`` if unknown.
    """
    return list(_checks(hardware, machine_watts, discharging_watts()))


def of_command(hardware: Hardware) -> list[Check]:
    """Return the checks over a moment that this waits for, if there is anything to check; for a command line.

    Parameters
    ----------
    hardware
        Of this process, and read by nobody else.
    """
    battery = discharging_watts()
    if hardware.platform is None and battery is None:
        return []
    before, began = [_read(source) for source in hardware.sources], time.monotonic()
    time.sleep(_PAUSE)
    after, seconds = [_read(source) for source in hardware.sources], time.monotonic() - began
    watts = sum(later - earlier for earlier, later in zip(before, after, strict=True)) / seconds
    return list(_checks(hardware, watts, battery))


def _checks(hardware: Hardware, machine_watts: float, battery: float | None) -> Iterator[Check]:
    if hardware.platform is not None:
        yield platform(hardware.platform.compare())
    if battery is not None:
        yield on_battery(battery, machine_watts, hardware.sources)


def platform(found: Comparison | None) -> Check:
    """Say what ``psys`` tells beside packages and memory."""
    if found is None:
        return Check(
            "platform", "note", "The platform's counter (psys) cannot be compared yet: ask again in some seconds."
        )
    parts = "package alone says" if found.dram is None else "package and memory say"
    inner = found.packages + (found.dram or 0.0)
    said = f"The platform's counter (psys) says {quantities.power(found.platform)}"
    meanwhile = f"{quantities.power(inner)} over the last {quantities.duration(found.seconds)}"
    if found.platform < inner:
        return Check(
            "platform",
            "note",
            f"{said}, less than what it contains: {parts} {meanwhile}. It is not wired up in this machine; believe the "
            "others, which the figures are made of.",
        )
    return Check(
        "platform",
        "ok",
        f"{said} where {parts} {meanwhile}: the rest – board, storage, fans – is in no figure here.",
    )


def on_battery(battery: float, machine_watts: float, sources: Sequence[Source]) -> Check:
    """Say what the battery tells beside all sources, both in W."""
    said = f"The battery gives the whole laptop {quantities.power(battery)}, as it last averaged it"
    if math.isnan(machine_watts):
        return Check("battery", "ok", f"{said}; display, storage and radio, which it feeds too, are in no figure here.")
    seen = f"the sources here see {quantities.power(machine_watts)}"
    if machine_watts <= _TOO_HIGH * battery:
        return Check(
            "battery", "ok", f"{said}; {seen} of that. The rest – display, storage, radio – is in no figure here."
        )
    modelled = any(source.component == "cpu" and source.method not in MEASURED for source in sources)
    mend = "set Green.cpu_power_model, as in 'idle=3,full=25', where this stays so" if modelled else "ask again"
    return Check("battery", "note", f"{said}, but {seen}, which is more than there is: {mend}.")


def _read(source: Source) -> float:
    try:
        return source.read()
    except SourceError:
        return math.nan
