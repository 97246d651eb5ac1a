"""One bounded HTTP request for JSON: what a server does, or does not do, costs no more than this."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from ...version import __version__

if TYPE_CHECKING:
    import httpx

LARGEST: Final = 1_000_000  # bytes of a body; 48 h in steps of five minutes are 40 kB
CONNECT: Final = 5.0  # s
READ: Final = 10.0  # s between two parts of an answer
WHOLE: Final = 30.0  # s for a body
SKEW: Final = 600.0  # s by which this machine's clock may differ from the server's
PIP: Final = "pip install 'jupyter-green[live]'"
_LOGGERS: Final = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy")


class ServiceError(Exception):
    """Why there is no answer: a part of a sentence for the user, which never holds a secret.

    Attributes
    ----------
    status
        HTTP status, if there was one.
    wait
        s for which the server wants to be left alone, if it says so.
    """

    def __init__(self, message: str, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.wait = wait


class Client:
    """Asks a server for JSON.

    Redirects are not followed: a token must not reach another host. Compressed answers are not asked for, as their
    size is known too late.

    Parameters
    ----------
    base
        Where all requests go, such as ``https://api.electricitymaps.com``.
    """

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/")

    def get(
        self,
        path: str,
        parameters: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        credentials: tuple[str, str] | None = None,
    ) -> object:
        """Return the JSON document at *path*.

        Raises
        ------
        ServiceError
            When there is none that can be used.
        """
        try:
            import httpx
        except ImportError:
            raise ServiceError(f"needs httpx: {PIP}") from None
        _hush()
        try:
            with (
                httpx.Client(timeout=httpx.Timeout(READ, connect=CONNECT), headers=_HEADERS) as client,
                client.stream(
                    "GET",
                    self._base + path,
                    params=dict(parameters or {}),
                    headers=dict(headers or {}),
                    auth=credentials,
                ) as response,
            ):
                return _document(response)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            # Not chained: the request in it holds the token.
            raise ServiceError(_reason(error)) from None
        except ImportError:
            raise ServiceError("cannot be asked through a SOCKS proxy: pip install 'httpx[socks]'") from None


_HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": f"jupyter-green/{__version__}",
}


def _document(response: httpx.Response) -> object:
    status = response.status_code
    if status in (401, 403):
        raise ServiceError(f"refuses the token ({status})", status)
    if status == 429:
        wait = _retry_after(response.headers.get("retry-after", ""))
        raise ServiceError("asks for fewer requests (429)", status, wait)
    if 300 <= status < 400:
        raise ServiceError(f"redirects elsewhere ({status}), which is not followed", status)
    if status != 200:
        wait = _retry_after(response.headers.get("retry-after", ""))
        raise ServiceError(f"answers with HTTP {status}", status, wait)
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise ServiceError("answers in an encoding that was not asked for")
    _check_clock(response.headers.get("date", ""))
    body = bytearray()
    due = time.monotonic() + WHOLE
    for part in response.iter_raw(65536):
        body += part
        if len(body) > LARGEST:
            raise ServiceError("answers with more than 1 MB, which is not read")
        if time.monotonic() > due:
            raise ServiceError(f"takes more than {WHOLE:.0f} s to answer")
    try:
        document: object = json.loads(body)
    except (ValueError, RecursionError):
        raise ServiceError("answers with something that is no JSON") from None
    return document


def _retry_after(text: str) -> float | None:
    """Return the s of a ``Retry-After`` header, which may hold a number or a date."""
    if text.strip().isdigit() and len(text) < 10:
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _check_clock(date: str) -> None:
    """Refuse an answer by hours if this machine does not know which hour it is."""
    try:
        ahead = time.time() - parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, OverflowError):
        return
    if abs(ahead) > SKEW:
        way = "ahead of" if ahead > 0 else "behind"
        raise ServiceError(
            f"cannot be used: this machine's clock is {abs(ahead) / 3600:.1f} h {way} the server's; set it"
        )


def _reason(error: Exception) -> str:
    import httpx

    if isinstance(error, httpx.ConnectTimeout):
        return f"cannot be reached within {CONNECT:.0f} s"
    if isinstance(error, httpx.TimeoutException):
        return f"does not answer within {READ:.0f} s"
    if isinstance(error, httpx.ConnectError):
        return "cannot be reached"
    return f"cannot be read ({type(error).__name__})"


_hushed = False


def _hush() -> None:
    """Keep our requests out of the user's log: a cell prints nothing because of us."""
    global _hushed
    if not _hushed:
        _hushed = True
        for name in _LOGGERS:
            logging.getLogger(name).addFilter(_not_ours)


THREAD: Final = "jupyter-green live intensity"


def _not_ours(record: logging.LogRecord) -> bool:
    return threading.current_thread().name != THREAD
