"""How clean the electricity is now, asked of a service that the user has configured; never without that.

``LiveIntensity`` asks on a thread of its own and answers from memory. ``provider`` makes one of the three.
"""

from __future__ import annotations

from .periods import Answer, Period, Provider
from .providers import PROVIDERS, check_zone, client, provider, zone_of
from .service import LiveIntensity, LiveState

__all__ = [
    "PROVIDERS",
    "Answer",
    "LiveIntensity",
    "LiveState",
    "Period",
    "Provider",
    "check_zone",
    "client",
    "provider",
    "zone_of",
]
