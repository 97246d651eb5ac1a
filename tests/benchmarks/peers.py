"""The peers: each in an environment of its own, so that nobody's dependencies meet another's, and without a network."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import select
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TIMEOUT = 120


@dataclass(frozen=True)
class Peer:
    """A tool in one way of using it."""

    key: str
    title: str
    package: str
    version: str
    requirements: tuple[str, ...]


def _codecarbon(way: str) -> Peer:
    requirements = ("codecarbon==3.3.2", "ipykernel")  # overhead.py runs it in a kernel
    return Peer(f"codecarbon-{way}", f"CodeCarbon, {way}", "codecarbon", "3.3.2", requirements)


CODECARBON = _codecarbon("task")
PEERS = (
    _codecarbon("machine"),
    _codecarbon("process"),
    CODECARBON,
    Peer("carbontracker", "Carbontracker", "carbontracker", "2.4.7", ("carbontracker==2.4.7",)),
    Peer("zeus", "Zeus", "zeus", "0.16.0", ("zeus==0.16.0",)),
    Peer("pyjoules", "pyJoules", "pyjoules", "0.5.1", ("pyJoules[nvidia]==0.5.1",)),
)


class PeerError(Exception):
    """A peer cannot be run; the message says why."""


def python(cache: Path, peer: Peer) -> Path:
    """Return the interpreter of the peer's environment under *cache*; make the environment if it is not there.

    Raises
    ------
    PeerError
        When it cannot be installed.
    """
    major, minor = sys.version_info[:2]
    home = cache / f"{peer.package}-{peer.version}-py{major}{minor}"
    interpreter = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    complete = home / "complete"
    if complete.exists():
        return interpreter
    try:
        # Debian's Python cannot put pip into an environment; ours serves.
        subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(home)], check=True)
        pip = [sys.executable, "-m", "pip", "--python", str(interpreter), "install", "--quiet"]
        subprocess.run([*pip, *peer.requirements], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise PeerError(f"{peer.package} {peer.version} cannot be installed: {error}") from None
    complete.touch()
    return interpreter


@functools.cache
def namespace() -> list[str]:
    """Return the command that gives a process mounts of its own and no network.

    Raises
    ------
    PeerError
        Where the system does not permit that.
    """
    command = ["unshare", "--mount", "--net", *(["--map-root-user"] if os.geteuid() else [])]
    try:
        subprocess.run([*command, "mount", "-t", "tmpfs", "none", "/sys/class"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", b"") or str(error).encode()).decode(errors="replace").strip()
        raise PeerError(f"needs /sys/class/powercap, which cannot be mounted here ({said})") from None
    return command


class PeerProcess:
    """A peer at work beside the rig: its counters stand where the peer looks for them.

    Parameters
    ----------
    peer, interpreter
        Who, and its environment.
    scratch
        For what it writes.
    environment
        Of the rig.
    powercap
        The rig's class folder, which the process sees as ``/sys/class/powercap``; without it there is none.
    components
        ``gpu``, ``cpu`` or ``all``, for the peer that has to be told.
    """

    def __init__(
        self,
        peer: Peer,
        interpreter: Path,
        scratch: Path,
        environment: dict[str, str],
        powercap: Path | None,
        components: str,
    ) -> None:
        self.peer = peer
        self.lead_seconds = 0.0
        mounts = "mount -t tmpfs none /sys/class"
        if powercap is not None:
            mounts += f" && ln -s {shlex.quote(str(powercap))} /sys/class/powercap"
        worker = [str(interpreter), str(HERE / "peer_worker.py"), peer.key, components]
        with (scratch / "peers.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*namespace(), "sh", "-c", f'{mounts} && exec "$@"', "sh", *worker],
                env=environment,
                cwd=scratch,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Wait for the first window, which has costs of its own.

        Raises
        ------
        PeerError
            When the peer does not start.
        """
        self._answer()

    def ask(self, seconds: float) -> None:
        """Let it measure a window; :meth:`answer` returns the result."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"seconds": seconds}).encode() + b"\n")
        self._process.stdin.flush()

    def answer(self) -> tuple[int, int, dict[str, float]]:
        """Return the window's start and end, ns since boot, and the peer's joules by component.

        Raises
        ------
        PeerError
            When it failed.
        """
        found = self._answer()
        self.lead_seconds = found["lead_s"]
        return found["start"], found["end"], found["joules"]

    def stop(self) -> None:
        """End it, and what it started."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(3)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            if not select.select([self._process.stdout], [], [], 1.0)[0]:
                continue
            line = self._process.stdout.readline()
            if not line:
                raise PeerError(f"ended with {self._process.wait()}")
            found: dict[str, Any] = json.loads(line)
            if "error" in found:
                raise PeerError(found["error"])
            return found
        raise PeerError(f"did not answer within {TIMEOUT} s")
