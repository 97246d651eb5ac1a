"""Real kernels under a stop watch: each is its own process, driven through jupyter_client."""

from __future__ import annotations

import ast
import json
import os
import time
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

import psutil
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from jupyter_green.schema import MIME_TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
TIMEOUT = 120


def environment(scratch: Path, rig: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what kernels and scripts run in: no settings of the user's, byte code as after an installation.

    Parameters
    ----------
    scratch
        For their homes and temporary files.
    rig
        The variables by which they find the rig's hardware.
    """
    unwanted = ("JUPYTER_GREEN_", "CODECARBON_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    directories = {name: str(scratch / name.lower()) for name in ("IPYTHONDIR", "JUPYTER_DATA_DIR", "TMPDIR", "HOME")}
    for directory in directories.values():
        Path(directory).mkdir(exist_ok=True)
    own = {"JUPYTER_CONFIG_DIR": directories["JUPYTER_DATA_DIR"], "PYTHONPATH": str(ROOT)}
    return {**kept, **directories, **own, **(rig or {})}


class Kernel:
    """One running kernel of the interpreter *python*.

    Attributes
    ----------
    published
        The records in the outputs of the last cell.
    """

    def __init__(self, python: Path, scratch: Path, rig: Mapping[str, str] | None = None) -> None:
        self.published: list[dict[str, Any]] = []
        name = f"benchmark-{abs(hash(python))}"
        specification = scratch / "kernels" / name / "kernel.json"
        specification.parent.mkdir(parents=True, exist_ok=True)
        arguments = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        specification.write_text(json.dumps({"argv": arguments, "display_name": name, "language": "python"}))
        self._manager = KernelManager(
            kernel_name=name, kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(scratch / "kernels")])
        )
        with (scratch / "kernels.log").open("ab") as log:
            self._manager.start_kernel(env=environment(scratch, rig), cwd=str(scratch), stderr=log)
        self._client = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=TIMEOUT)
        self.pid: int = self._manager.provisioner.process.pid
        self.process = psutil.Process(self.pid)

    def run(self, code: str) -> float:
        """Run a cell; return the seconds from request to reply."""
        before = time.perf_counter()
        request = self.begin(code)
        reply = self._reply(request)
        took = time.perf_counter() - before
        self._end(request, reply)
        return took

    def begin(self, code: str) -> str:
        """Let a cell begin; :meth:`finish` waits for its end."""
        request: str = self._client.execute(code)
        return request

    def finish(self, request: str) -> None:
        """Wait for the end of a cell."""
        self._end(request, self._reply(request))

    def _end(self, request: str, reply: dict[str, Any]) -> None:
        if reply["status"] != "ok":
            raise RuntimeError("\n".join(reply.get("traceback", [str(reply)])))
        self.published = []
        while True:  # the outputs, so that they do not pile up
            message = self._client.get_iopub_msg(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") != request:
                continue
            content = message["content"]
            if message["msg_type"] == "display_data" and MIME_TYPE in content["data"]:
                self.published.append(content["data"][MIME_TYPE])
            elif message["msg_type"] == "status" and content["execution_state"] == "idle":
                return

    def ask(self, expression: str) -> object:
        """Return the value of an expression in the kernel, by way of JSON; no cell is run for it."""
        wrapped = f"__import__('json').dumps({expression})"
        request = self._client.execute("", store_history=False, user_expressions={"asked": wrapped})
        answer = self._reply(request)["user_expressions"]["asked"]
        if answer["status"] != "ok":
            raise RuntimeError(str(answer))
        value: object = json.loads(ast.literal_eval(answer["data"]["text/plain"]))
        return value

    def cpu_seconds(self) -> float:
        """Return CPU time of the process and its live children, to the nanosecond (/proc has ticks of 10 ms)."""
        pids = [self.pid, *(child.pid for child in self.process.children(recursive=True))]
        return sum(time.clock_gettime_ns((~pid << 3) | 2) for pid in pids) * 1e-9

    def stop(self) -> None:
        """End the kernel."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)

    def _reply(self, request: str) -> dict[str, Any]:
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            try:
                message = self._client.get_shell_msg(timeout=1)
            except Empty:
                continue
            if message["parent_header"].get("msg_id") == request:
                content: dict[str, Any] = message["content"]
                return content
        raise TimeoutError("the kernel did not answer")
