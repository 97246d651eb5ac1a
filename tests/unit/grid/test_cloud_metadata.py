"""The metadata services as their documentation has them, spoken by a server on this machine."""

import os
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from jupyter_green import grid
from jupyter_green.config import Green
from jupyter_green.grid import cloud_metadata
from jupyter_green.grid.cloud_metadata import ask
from jupyter_green.metering_session import Session
from jupyter_green.power.detect import Hardware

TOKEN = "AQAEAexample=="


class Service(BaseHTTPRequestHandler):
    """One cloud's service, which refuses whoever does not ask in its way."""

    cloud, region, asked = "aws", "eu-west-3", ()

    def do_PUT(self):
        wanted = self.path == "/latest/api/token" and self.headers["X-aws-ec2-metadata-token-ttl-seconds"] == "60"
        self._reply(TOKEN if self.cloud == "aws" and wanted else None)

    def do_GET(self):
        self.asked.append(self.path)
        headers = self.headers
        path, _, query = self.path.partition("?")
        self._reply(
            {
                ("aws", "/latest/meta-data/placement/region"): headers["X-aws-ec2-metadata-token"] == TOKEN
                and self.region,
                ("azure", "/metadata/instance/compute/location"): headers["Metadata"] == "true"
                and query == "api-version=2021-02-01&format=text"
                and self.region,
                ("gcp", "/computeMetadata/v1/instance/zone"): headers["Metadata-Flavor"] == "Google"
                and f"projects/415104041262/zones/{self.region}",
            }.get((self.cloud, path))
        )

    def _reply(self, text):
        body = (text or "no").encode()
        self.send_response(200 if text else 401)
        if self.cloud == "gcp":
            self.send_header("Metadata-Flavor", "Google")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def serve():
    running = []

    def start(cloud, region):
        handler = type("Handler", (Service,), {"cloud": cloud, "region": region, "asked": []})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        running.append(server)
        return SimpleNamespace(address=server.server_address, asked=handler.asked)

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def answering():
    """A server that sends these pieces whatever it is asked, and pauses after each until the test is over or 0.2 s."""
    stop, done = threading.Event(), threading.Event()
    listeners = []

    def start(*pieces):
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def talk(connection):
            with connection:
                try:
                    for piece in pieces:
                        connection.sendall(piece)
                        stop.wait(0.2 if piece else 30)
                except OSError:  # whoever asked has gone
                    return
                done.set()

        def accept():
            while not stop.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return SimpleNamespace(address=listener.getsockname(), done=done)

    yield start
    stop.set()
    for listener in listeners:
        listener.close()


@pytest.mark.parametrize(
    ("cloud", "told", "region"),
    [
        ("aws", "eu-west-3", "aws:eu-west-3"),
        ("azure", "francecentral", "azure:francecentral"),
        ("gcp", "europe-west9-a", "gcp:europe-west9"),
        ("aws", "mars-north-1", "aws:mars-north-1"),
    ],
)
def test_each_cloud_is_asked_in_its_own_way(serve, cloud, told, region):
    service = serve(cloud, told)
    assert ask(address=service.address) == region
    assert ask([cloud], service.address) == region


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 500 Oh\r\n\r\neu-west-3",
        b"HTTP/1.1 301 Moved\r\nLocation: http://192.0.2.1/\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n<html>captive portal</html>",
        b"HTTP/1.1 200 OK\r\n\r\n../../etc/passwd",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 10_000_000,
        b"HTTP/1.1 200 OK\r\n\r\n\xff\xfe\x00",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n\xf0\x9f\x92\xa9",
        b"\x00" * 100_000,
    ],
    ids=["404", "500", "redirect", "html", "path", "long", "binary", "short", "no-http"],
)
def test_garbage_is_no_region(answering, answer):
    assert ask(address=answering(answer).address) is None


@pytest.mark.parametrize(
    "pieces", [[b""], [b"HTTP/1.1 200 OK\r\n", *[b"X-More: x\r\n"] * 90]], ids=["silent", "dripping"]
)
def test_a_slow_answer_is_not_waited_for(answering, pieces):
    service = answering(*pieces)
    assert ask(address=service.address, seconds=0.5) is None
    assert not service.done.is_set()


def test_nobody_there_is_no_region():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
    assert ask(address=address) is None


def test_proxies_are_not_asked(serve):
    service = serve("azure", "francecentral")
    script = f"from jupyter_green.grid.cloud_metadata import ask; print(ask(['azure'], {service.address!r}))"
    proxied = dict.fromkeys(("http_proxy", "HTTP_PROXY", "all_proxy"), "http://127.0.0.1:9")
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, **proxied}, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "azure:francecentral"


def session(fake_clock, **settings):
    tree = SimpleNamespace(pids=frozenset(), lost=0, cpu_seconds=lambda: 0.0, memory_bytes=lambda: 0)
    load = SimpleNamespace(cpus=4, scope="machine", busy_seconds=lambda: 0.0)
    return Session(Green(ledger="none", **settings), Hardware((), (), tree, load), fake_clock)


@pytest.fixture
def in_paris(serve, monkeypatch):
    service = serve("aws", "eu-west-3")
    monkeypatch.setattr(cloud_metadata, "ADDRESS", service.address)
    monkeypatch.setattr("jupyter_green.grid.place.local_timezone", lambda: "Europe/Berlin")
    return service


def test_the_cloud_is_asked_only_where_that_is_configured(fake_clock, in_paris):
    silent = session(fake_clock)
    silent.settle_place()
    assert (silent.place.intensity.zone, silent.place.found) == ("DE", "time zone Europe/Berlin")
    assert in_paris.asked == []


def test_the_clouds_answer_comes_before_the_time_zone_and_brings_its_pue(fake_clock, in_paris):
    metered = session(fake_clock, cloud_metadata=True)
    metered.settle_place()
    assert (metered.place.intensity.zone, metered.place.found) == ("FR", "cloud metadata, aws:eu-west-3 (Paris)")
    assert (metered.pue.value, metered.pue.flag) == (1.15, "pue-provider-mean")
    for _ in range(10):
        assert metered.place.intensity.zone == "FR"
    assert in_paris.asked.count("/latest/meta-data/placement/region") == 1
    footprint = metered.total.footprint
    assert (footprint.pue, footprint.flags) == (1.15, ("pue-provider-mean",))


def test_configuration_comes_before_the_cloud(fake_clock, in_paris):
    metered = session(fake_clock, cloud_metadata=True, region="US-CA", pue=1.3)
    metered.settle_place()
    assert (metered.place.intensity.zone, metered.pue.value, metered.pue.flag) == ("US-CA", 1.3, None)
    assert in_paris.asked == []
    metered.config.region = None
    metered.settle_place()
    assert metered.place.intensity.zone == "FR"


def test_a_region_that_no_table_has_leaves_the_time_zone_and_says_so(fake_clock, serve, monkeypatch):
    monkeypatch.setattr(cloud_metadata, "ADDRESS", serve("aws", "mars-north-1").address)
    monkeypatch.setattr("jupyter_green.grid.place.local_timezone", lambda: "Europe/Berlin")
    metered = session(fake_clock, cloud_metadata=True)
    metered.settle_place()
    assert metered.place.intensity.zone == "DE"
    assert metered.place.found == "time zone Europe/Berlin (the cloud says aws:mars-north-1, which is in no table)"


def test_a_cloud_that_does_not_answer_leaves_the_time_zone_at_once(fake_clock, answering, monkeypatch):
    monkeypatch.setattr(cloud_metadata, "ADDRESS", answering(b"").address)
    monkeypatch.setattr("jupyter_green.grid.place.local_timezone", lambda: "Europe/Berlin")
    metered = session(fake_clock, cloud_metadata=True)
    assert metered.place.intensity.zone == "DE"  # it is still being asked
    metered.settle_place()
    assert metered.place.found == "time zone Europe/Berlin"


def test_the_world_mean_comes_last(monkeypatch):
    monkeypatch.setattr("jupyter_green.grid.place.local_timezone", lambda: "UTC")
    assert grid.locate(None).intensity.status == "world-mean"
