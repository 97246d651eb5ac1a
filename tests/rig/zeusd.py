"""A server on a real Unix socket that answers as zeusd's documentation says, for one machine's packages."""

from __future__ import annotations

import json
import socketserver
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qs, urlsplit


class Zeusd:
    """Serves until the ``with`` block ends.

    Parameters
    ----------
    path
        Of the socket.
    packages
        µJ of CPU and DRAM (``None``: no such counter) by number; may be changed at any time.
    """

    def __init__(self, path: Path, packages: dict[str, tuple[int, int | None]]) -> None:
        self.path = path
        self.packages = packages
        self.status = 200
        self.garbage: bytes | None = None
        self.hangs = threading.Event()
        self.requests = 0
        zeusd = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                zeusd.requests += 1
                if zeusd.hangs.is_set():
                    zeusd._released.wait(30)
                body = zeusd._answer(self.path) if zeusd.garbage is None else zeusd.garbage
                self.send_response(zeusd.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def address_string(self) -> str:
                return "local"

            def log_message(self, *_: object) -> None:
                pass

        class Server(socketserver.ThreadingUnixStreamServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:  # a client that went away
                pass

        self._released = threading.Event()
        self._server = Server(str(path), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def _answer(self, target: str) -> bytes:
        url = urlsplit(target)
        asked = {name: values[0] == "true" for name, values in parse_qs(url.query).items()}
        assert (url.path, set(asked)) == ("/cpu/get_cumulative_energy", {"cpu", "dram"})
        answer = {
            number: {"cpu_energy_uj": cpu if asked["cpu"] else None, "dram_energy_uj": dram if asked["dram"] else None}
            for number, (cpu, dram) in self.packages.items()
        }
        return json.dumps(answer).encode()

    def __enter__(self) -> Zeusd:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, traceback: TracebackType | None) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.path.unlink(missing_ok=True)
