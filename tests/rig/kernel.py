"""A real kernel that tests talk to over its sockets, as a frontend does."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.manager import KernelManager

from jupyter_green.schema import MIME_TYPE

COMM_ID = "jupyter-green-feed"


@dataclass
class Outcome:
    """What one execution sent back."""

    status: str
    execution_count: int
    outputs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything printed, stdout and stderr."""
        return "".join(o["text"] for o in self.outputs if o["type"] == "stream")

    @property
    def result(self) -> str | None:
        """The displayed trailing result."""
        results = [o["data"]["text/plain"] for o in self.outputs if o["type"] == "execute_result"]
        return results[0] if results else None

    @property
    def error(self) -> dict[str, Any] | None:
        """The error message's content."""
        errors = [o for o in self.outputs if o["type"] == "error"]
        return errors[0] if errors else None

    @property
    def records(self) -> list[dict[str, Any]]:
        """Our records among the outputs."""
        return [o["data"][MIME_TYPE] for o in self.outputs if MIME_TYPE in o.get("data", {})]

    @property
    def record(self) -> dict[str, Any]:
        """The one record."""
        (record,) = self.records
        return record

    def without_records(self) -> list[dict[str, Any]]:
        """All other outputs."""
        return [o for o in self.outputs if MIME_TYPE not in o.get("data", {})]


class Kernel:
    """One kernel; a context manager."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None, *, metered: bool = True) -> None:
        self.data = folder / "data"
        env = {
            **os.environ,
            "JUPYTER_DATA_DIR": str(self.data),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "IPYTHONDIR": str(folder / "ipython"),
            "TZ": "Europe/Paris",
            **(environment or {}),
        }
        # Of ports, another process may take the one that was found free; a socket's path must be short.
        self._sockets = tempfile.TemporaryDirectory(prefix="kernel-", ignore_cleanup_errors=True)
        self.manager = KernelManager(kernel_name="python3", transport="ipc", ip=f"{self._sockets.name}/socket")
        self.manager.start_kernel(env=env, cwd=str(folder))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.feed: list[dict[str, Any]] = []
        if metered:
            loaded = self.run("%load_ext jupyter_green")
            assert loaded.status == "ok", loaded.outputs
            assert loaded.text == ""

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=False)
        self._sockets.cleanup()

    def run(self, code: str, *, timeout: float = 60, interrupt_when: str | None = None, **options: Any) -> Outcome:
        """Execute a cell and wait until it is done; interrupt it once it has printed *interrupt_when*."""
        request = self.client.execute(code, **options)
        outcome = Outcome("", 0)
        deadline = time.monotonic() + timeout
        while True:
            message = self.client.get_iopub_msg(timeout=max(0.1, deadline - time.monotonic()))
            kind, content = message["msg_type"], message["content"]
            if kind == "comm_msg" and content["comm_id"] == COMM_ID:
                self.feed.append(content["data"])
            elif message["parent_header"].get("msg_id") != request:
                continue
            elif kind == "status" and content["execution_state"] == "idle":
                break
            elif kind in ("stream", "display_data", "execute_result", "error", "clear_output"):
                outcome.outputs.append({"type": kind, **content})
                if interrupt_when is not None and interrupt_when in outcome.text:
                    self.manager.interrupt_kernel()
                    interrupt_when = None
        reply = self.client.get_shell_msg(timeout=10)
        while reply["parent_header"].get("msg_id") != request:
            reply = self.client.get_shell_msg(timeout=10)
        outcome.status = reply["content"]["status"]
        outcome.execution_count = reply["content"].get("execution_count", 0)
        return outcome

    def value(self, expression: str) -> Any:
        """Evaluate an expression without metering it."""
        reply = self.client.execute(
            "", silent=False, store_history=False, user_expressions={"x": f"__import__('json').dumps({expression})"}
        )
        message = self.client.get_shell_msg(timeout=60)
        while message["parent_header"].get("msg_id") != reply:
            message = self.client.get_shell_msg(timeout=60)
        shown = message["content"]["user_expressions"]["x"]
        assert shown["status"] == "ok", shown
        import ast
        import json

        return json.loads(ast.literal_eval(shown["data"]["text/plain"]))

    def listen(self, seconds: float) -> list[dict[str, Any]]:
        """Collect the feed for some time and return what came."""
        before = len(self.feed)
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                message = self.client.get_iopub_msg(timeout=left)
            except Empty:
                break
            if message["msg_type"] == "comm_msg":
                self.feed.append(message["content"]["data"])
        return self.feed[before:]
