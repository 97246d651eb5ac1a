"""Whether a ``clear_output(wait=True)`` is pending: an output of ours would then delete the user's last figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


class PendingClear:
    """Watches the messages that a cell publishes, and changes none.

    Only displays are seen to end the wait; after a bare print the wait is taken to go on. At worst a record then
    stands in the ledger and the panel only.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self._publisher: Any = shell.display_pub
        self.pending = False

    def install(self) -> None:
        """Begin to watch, where the shell's publisher can be watched (a kernel's can)."""
        if hasattr(self._publisher, "register_hook"):
            self._publisher.register_hook(self._see)

    def uninstall(self) -> None:
        """Cease to watch."""
        if hasattr(self._publisher, "unregister_hook"):
            self._publisher.unregister_hook(self._see)

    def _see(self, message: dict[str, Any]) -> dict[str, Any]:
        kind = message.get("msg_type")
        if kind == "clear_output":
            self.pending = bool(message.get("content", {}).get("wait"))
        elif kind == "display_data":
            self.pending = False
        return message
