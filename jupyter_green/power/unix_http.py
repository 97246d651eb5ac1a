"""One HTTP request over a Unix socket. Imported where there is such a socket only: ``http.client`` costs 20 ms."""

from __future__ import annotations

import http.client
import socket
from pathlib import Path

_LONGEST = 65536  # bytes of an answer


class _LocalConnection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = str(path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def get(path: Path, target: str, timeout: float) -> tuple[int, bytes]:
    """Return the status and the body that a server answers with.

    Parameters
    ----------
    path
        Of the socket.
    target
        Path and query.
    timeout
        s, for each step.

    Raises
    ------
    OSError
        When nobody answers, or not in HTTP.
    """
    connection = _LocalConnection(path, timeout)
    try:
        connection.request("GET", target)
        response = connection.getresponse()
        return response.status, response.read(_LONGEST)
    except http.client.HTTPException as error:
        raise OSError(0, f"no HTTP: {type(error).__name__}") from None
    finally:
        connection.close()
