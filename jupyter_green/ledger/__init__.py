"""What is kept: one SQLite file of the user's, a row for each metered cell and one for each kernel's life.

``Ledger`` writes, off the cell's path; ``open_ledger`` reads.
"""

from __future__ import annotations

from . import mutes
from .liveness import HEARTBEAT
from .overview import Overview
from .paths import default_path
from .reader import LedgerError, Reader, open_ledger
from .writer import Ledger

__all__ = ["HEARTBEAT", "Ledger", "LedgerError", "Overview", "Reader", "default_path", "mutes", "open_ledger"]
