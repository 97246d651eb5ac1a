"""What the battery gives a laptop that runs on it: a check on what the other sources say, and in no figure.

It is the only measurement on many a laptop, and yet no source. It feeds the whole machine, display and radio too: taken
for the CPU, it would bill them to a kernel, and what memory and GPU have by their own sources twice. It is there only
until somebody plugs in the charger, in the midst of a cell as it may be, and firmware refreshes it every few seconds at
best. But what the machine draws in all bounds what a model may say of its parts.

https://docs.kernel.org/power/power_supply_class.html · the kernel's Documentation/ABI/testing/sysfs-class-power

Tested on trees as the kernel documents them; never run on metal here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from .source import SourceError
from .sysfs import number, text

POWER_SUPPLY: Final = Path("/sys/class/power_supply")

_LIMIT_WATTS: Final = 500.0
"""More than any laptop's battery gives, W: several times the 100 Wh that aeroplanes allow, in an hour."""


def discharging_watts(root: Path = POWER_SUPPLY) -> float | None:
    """Return what the batteries give together, W, as their firmware last averaged it.

    ``None`` where that is not all that the machine draws, or not known: without a battery, on the charger, while one
    of several batteries is charged by another.
    """
    watts = 0.0
    discharging = False
    for supply in sorted(_inside(root)):
        if text(supply / "scope") == "Device":  # of a mouse or a headset
            continue
        kind, status = text(supply / "type"), text(supply / "status")
        if kind == "Battery" and status == "Discharging":
            try:
                watts += _watts(supply)
            except SourceError:
                return None
            discharging = True
        elif status == "Charging" or (kind != "Battery" and text(supply / "online") not in ("", "0")):
            return None
    return watts if discharging and 0.0 < watts <= _LIMIT_WATTS else None


def _watts(battery: Path) -> float:
    """Return one battery's power, W; some drivers give it as negative while it discharges."""
    if (battery / "power_now").exists():
        return abs(number(battery / "power_now")) * 1e-6
    return abs(number(battery / "current_now")) * number(battery / "voltage_now") * 1e-12


def _inside(root: Path) -> list[Path]:
    try:
        return list(root.iterdir())
    except OSError:
        return []
