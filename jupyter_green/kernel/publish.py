"""Puts a record below its cell: as our MIME type, with one line of text for every other frontend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..record import Record
from ..report.line import line
from ..schema import MIME_TYPE

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionResult, InteractiveShell

    from .pending_clear import PendingClear


class Publisher:
    """Publishes from ``post_run_cell``: such an output belongs to the cell, also when the cell raised."""

    def __init__(self, shell: InteractiveShell, clear: PendingClear) -> None:
        self._shell = shell
        self._clear = clear

    def may_publish(self, result: ExecutionResult, *, marked: bool) -> bool:
        """Whether an output of ours would leave the cell's own outputs as they are.

        In a terminal an output is a print, so only cells that ask for it get one.
        """
        if not marked and not hasattr(self._shell, "kernel"):
            return False
        pending, self._clear.pending = self._clear.pending, False
        return not pending or result.result is not None

    def publish(self, record: Record) -> None:
        """Publish a record as an output of the running cell."""
        self._shell.display_pub.publish(
            data={MIME_TYPE: record.to_json(), "text/plain": line(record.footprint)}, metadata={}
        )
