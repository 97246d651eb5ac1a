"""A server on this machine that speaks the three live services' APIs, well or badly, as a test says."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN, USER, PASSWORD = "electricity-maps-secret", "watt-time-user", "watt-time-secret"
BEARER = "a-token-for-half-an-hour"
SECRETS = {
    "JUPYTER_GREEN_ELECTRICITYMAPS_TOKEN": TOKEN,
    "JUPYTER_GREEN_WATTTIME_USER": USER,
    "JUPYTER_GREEN_WATTTIME_PASSWORD": PASSWORD,
}
HUGE = 100_000_000


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


class GridServer:
    """Answers on 127.0.0.1; a context manager.

    Attributes
    ----------
    fault
        What it does instead of answering: an HTTP status, ``slow`` and ``black hole`` (until :attr:`release` is set;
        then ``slow`` answers and ``black hole`` hangs up), ``garbage``, ``nested``, ``huge``, ``gzip``,
        ``redirect``, ``null actual``, ``null both``.
    retry_after
        That header, with any status that is no 200.
    value
        Returns the carbon intensity at a Unix time: g/kWh, for WattTime lb/MWh.
    now
        Returns the Unix time that answers are about.
    asked
        All requests so far.
    waiting
        Set once a request is being held back.
    """

    def __init__(self) -> None:
        self.fault: int | str | None = None
        self.retry_after: str | None = None
        self.date: str | None = None
        self.value: Callable[[float], object] = lambda at: 200
        self.now: Callable[[], float] = time.time
        self.asked: list[Asked] = []
        self.waiting = threading.Event()
        self.release = threading.Event()
        self.sent = 0
        self.done = threading.Event()
        self.changes: dict[str, Any] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server._answer(self)

            def date_time_string(self, timestamp: float | None = None) -> str:
                return server.date if server.date is not None else super().date_time_string(timestamp)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def environment(self) -> dict[str, str]:
        """Variables under which our own processes ask this server."""
        return {"_JUPYTER_GREEN_LIVE_SERVER": self.url, "NO_PROXY": "127.0.0.1", **SECRETS}

    def __enter__(self) -> GridServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release.set()
        self._http.shutdown()
        self._http.server_close()

    # -- answering -------------------------------------------------------------------------------------------------

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.asked.append(Asked(parts.path, query, dict(request.headers)))
        fault = self.fault
        try:
            if fault in ("slow", "black hole"):
                self.waiting.set()
                self.release.wait()
                if fault == "black hole":
                    return
            if isinstance(fault, int):
                self._send(request, fault, b'{"error": "as a test asked for"}')
            elif fault == "redirect":
                self._send(request, 302, b"", {"Location": "http://127.0.0.2:9/elsewhere"})
            elif fault == "garbage":
                self._send(request, 200, b"<!doctype html><p>Maintenance \xff\xfe")
            elif fault == "nested":
                self._send(request, 200, b"[" * 100_000)
            elif fault == "gzip":
                self._send(request, 200, b"\x1f\x8b", {"Content-Encoding": "gzip"})
            elif fault == "huge":
                self._flood(request)
            else:
                status, document = self._document(parts.path, query, request.headers)
                self._send(request, status, json.dumps(document).encode())
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client had enough

    def _send(self, request: BaseHTTPRequestHandler, status: int, body: bytes, headers: Mapping[str, str] = {}) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        if status != 200 and self.retry_after is not None:
            request.send_header("Retry-After", self.retry_after)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def _flood(self, request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        part = b" " * 65536
        try:
            while self.sent < HUGE:
                self.sent += request.wfile.write(part)
        finally:
            self.done.set()

    def _document(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, Any]:
        if path.startswith("/regional/intensity/"):
            place = {"regionid": 13, "dnoregion": "UKPN London", "shortname": "London"}
            return 200, {"data": {**place, "data": self._uk(path.split("/")[3], actual=False)}}
        if path.startswith("/intensity/"):
            return 200, {"data": self._uk(path.split("/")[2], actual=True)}
        if path.startswith("/v4/carbon-intensity/"):
            if headers.get("auth-token") != TOKEN:
                return 401, {"error": "Invalid auth-token"}
            return 200, self._electricity_maps(path, query)
        if path == "/login":
            basic = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            return (200, {"token": BEARER}) if headers.get("Authorization") == f"Basic {basic}" else (401, {})
        if path == "/v3/forecast":
            if headers.get("Authorization") != f"Bearer {BEARER}":
                return 401, {}
            return 200, self._watttime(query)
        return 404, {}

    def _uk(self, since: str, *, actual: bool) -> list[Any]:
        begin = datetime.fromisoformat(since.replace("Z", "+00:00")).timestamp() // 1800 * 1800
        found = []
        for step in range(98):
            start = begin + step * 1800
            value = self.value(start)
            past = actual and start + 1800 <= self.now() and self.fault != "null actual"
            intensity = {"forecast": value, "index": "moderate"}
            if actual:
                intensity["actual"] = value if past else None
            if self.fault == "null both":
                intensity = {"forecast": None, "actual": None, "index": "moderate"}
            found.append({"from": _minutes(start), "to": _minutes(start + 1800), "intensity": intensity})
        return found

    def _electricity_maps(self, path: str, query: Mapping[str, str]) -> Any:
        hour = self.now() // 3600 * 3600
        about = {"zone": query.get("zone"), "updatedAt": _seconds(hour), "temporalGranularity": "hourly"}
        if path.endswith("/forecast"):
            hours = [hour + 3600 * step for step in range(int(query["horizonHours"]))]
            forecast = [{"carbonIntensity": self.value(at), "datetime": _seconds(at)} for at in hours]
            return {**about, "forecast": forecast, **self.changes}
        return {
            **about,
            "carbonIntensity": self.value(hour),
            "datetime": _seconds(hour),
            "emissionFactorType": query.get("emissionFactorType"),
            "isEstimated": True,
            "estimationMethod": "TIME_SLICER_AVERAGE",
            **self.changes,
        }

    def _watttime(self, query: Mapping[str, str]) -> Any:
        begin = self.now() // 300 * 300
        points = [begin + 300 * step for step in range(int(query["horizon_hours"]) * 12)]
        return {
            "data": [{"point_time": _seconds(at), "value": self.value(at)} for at in points],
            "meta": {
                "region": query["region"],
                "signal_type": query["signal_type"],
                "units": "lbs_co2_per_mwh",
                "data_point_period_seconds": 300,
                **self.changes,
            },
        }


def _minutes(at: float) -> str:
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%MZ")


def _seconds(at: float) -> str:
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
