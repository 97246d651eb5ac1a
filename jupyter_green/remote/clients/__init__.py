"""The client libraries that are observed: one small file each, which imports none of them.

Each has ``NAME``, as people know it, ``LIBRARY``, the module whose import brings it, and ``observe``, called when that
is imported.
"""

from __future__ import annotations

from typing import Protocol

from ..calls import CallLog
from ..seams import Seam
from . import anthropic, google_genai, mistralai, openai


class Client(Protocol):
    """A client library."""

    NAME: str
    LIBRARY: str

    def observe(self, log: CallLog) -> Seam | None:
        """Note this library's calls in *log* from now on; ``None`` where it is built in another way than expected."""


CLIENTS: dict[str, Client] = {client.LIBRARY: client for client in (anthropic, google_genai, mistralai, openai)}
