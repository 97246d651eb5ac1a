"""Asks the cloud that this machine runs in for its region: only where the user configured it, and once.

The service has a link-local address, which no router passes on. It is asked directly, never through a proxy, in
threads of their own; whoever waits for the answer does so for a second at most.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from queue import Empty, SimpleQueue

from .cloud import PROVIDERS

SECONDS = 1.0
ADDRESS = ("169.254.169.254", 80)
_LONGEST = 2048  # bytes of an answer
_REGION = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")

_Get = Callable[[str, str, Mapping[str, str]], tuple[Mapping[str, str], str]]


class Inquiry:
    """One question to the cloud, asked in the background.

    Parameters
    ----------
    provider
        The only one to ask; ``None`` asks as each of them would be.
    """

    def __init__(self, provider: str | None = None) -> None:
        self._answer: str | None = None
        providers = tuple(PROVIDERS) if provider is None else (provider,)
        self._thread = threading.Thread(target=self._ask, args=(providers,), name="jupyter-green-cloud", daemon=True)
        self._thread.start()

    @property
    def answer(self) -> str | None:
        """``provider:region``; ``None`` as long as there is no answer."""
        return self._answer

    def wait(self) -> None:
        """Wait for the answer, but not longer than it may take."""
        self._thread.join(SECONDS + 0.5)

    def _ask(self, providers: tuple[str, ...]) -> None:
        self._answer = ask(providers)


def ask(
    providers: Iterable[str] = tuple(PROVIDERS), address: tuple[str, int] | None = None, seconds: float = SECONDS
) -> str | None:
    """Return ``provider:region`` as the cloud says, or ``None`` when it does not within *seconds*.

    Parameters
    ----------
    address
        Host and port of the service, in place of the link-local one.
    """
    answers: SimpleQueue[str | None] = SimpleQueue()
    end = time.monotonic() + seconds
    asked = 0
    for provider in providers:
        arguments = (provider, address or ADDRESS, seconds, answers)
        threading.Thread(target=_put, args=arguments, name=f"jupyter-green-{provider}", daemon=True).start()
        asked += 1
    for _ in range(asked):
        try:
            answer = answers.get(timeout=max(0.0, end - time.monotonic()))
        except Empty:
            return None
        if answer is not None:
            return answer
    return None


def _put(provider: str, address: tuple[str, int], seconds: float, answers: SimpleQueue[str | None]) -> None:
    try:
        region = _QUESTIONS[provider](_getter(address, seconds))
        answers.put(f"{provider}:{region}" if _REGION.fullmatch(region) else None)
    except Exception:  # noqa: BLE001 - whatever answers there may answer anything
        answers.put(None)


def _getter(address: tuple[str, int], seconds: float) -> _Get:
    import http.client

    def get(method: str, path: str, headers: Mapping[str, str]) -> tuple[Mapping[str, str], str]:
        connection = http.client.HTTPConnection(*address, timeout=seconds)
        try:
            connection.request(method, path, headers=dict(headers))
            response = connection.getresponse()
            if response.status != 200:
                raise OSError(0, f"status {response.status}")
            body = response.read(_LONGEST).decode("ascii")
            return {name.lower(): value for name, value in response.getheaders()}, body.strip()
        finally:
            connection.close()

    return get


def _aws(get: _Get) -> str:
    # IMDSv2 wants a short-lived token: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html
    _, token = get("PUT", "/latest/api/token", {"X-aws-ec2-metadata-token-ttl-seconds": "60"})
    _, region = get("GET", "/latest/meta-data/placement/region", {"X-aws-ec2-metadata-token": token})
    return region


def _azure(get: _Get) -> str:
    # https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service
    path = "/metadata/instance/compute/location?api-version=2021-02-01&format=text"
    return get("GET", path, {"Metadata": "true"})[1]


def _gcp(get: _Get) -> str:
    # The zone's name is the region's with a letter: https://cloud.google.com/compute/docs/metadata/overview
    headers, zone = get("GET", "/computeMetadata/v1/instance/zone", {"Metadata-Flavor": "Google"})
    if headers.get("metadata-flavor") != "Google":
        raise OSError(0, "not Google's service")
    return zone.rpartition("/")[2].rpartition("-")[0]


_QUESTIONS: Mapping[str, Callable[[_Get], str]] = {"aws": _aws, "azure": _azure, "gcp": _gcp}
