"""What making the hardware emitted, and which part of it a cell bears: opt-in, apart from the emissions of its use.

``share.py`` has the arithmetic, ``devices.py`` the figures, ``host.py`` what this machine consists of.
"""

from __future__ import annotations

from .host import Host, find_host
from .share import LIFE_YEARS, allocated, embodied_share

__all__ = ["LIFE_YEARS", "Host", "allocated", "embodied_share", "find_host"]
