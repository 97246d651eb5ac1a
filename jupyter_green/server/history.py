"""``GET jupyter-green/history?since=UNIX_SECONDS``: what the user's ledger holds, whichever kernel wrote it.

The panel's Today and All time. The answer is described by ``schema/history.v1.json``.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from ..ledger import LedgerError
from ..report.history import configured_ledger
from ..schema import HISTORY

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from ..ledger import Overview

Json = dict[str, Any]


class HistoryHandler(APIHandler):
    """Answers frontends. A panel that only looks must not keep an idle server from being culled."""

    _track_activity = False
    auth_resource = "jupyter_green"

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Return the sums since the moment that is asked for."""
        text = self.get_query_argument("since", "")
        since = _unix_seconds(text)
        if since is None:
            self._refuse(400, f"since takes Unix seconds, 0 for all time, not {text[:40]!r}")
            return
        try:
            answer = await asyncio.get_running_loop().run_in_executor(None, history, since)
        except LedgerError as error:
            self._refuse(503, str(error))
            return
        self.finish(answer)

    def _refuse(self, status: int, line: str) -> None:
        # Not by HTTPError: it would double each per cent sign of a path in the message.
        self.set_status(status)
        self.finish({"message": line})


def add_history(server_app: ServerApp) -> None:
    """Add the route to a server."""
    application = server_app.web_app
    route = url_path_join(application.settings["base_url"], "jupyter-green", "history")
    application.add_handlers(".*$", [(route, HistoryHandler)])  # type: ignore[no-untyped-call]


def history(since: float) -> Json:
    """Read the user's ledger and return the answer. A missing ledger is an empty one."""
    return as_history(configured_ledger().overview(since), since)


def as_history(overview: Overview, since: float) -> Json:
    """Return an overview as in ``schema/history.v1.json``. Errors are shared, so the ends of ranges add up."""
    kernels = overview.kernels
    joules = _sum(kernel["joules"] for kernel in kernels)
    measured = _sum(kernel["measured_joules"] for kernel in kernels)
    return {
        "schema": HISTORY,
        "since": since,
        "energy": {
            "joules": joules,
            "low": _sum(kernel["low"] for kernel in kernels),
            "high": _sum(kernel["high"] for kernel in kernels),
            "measured_share": min(1.0, measured / joules) if joules and measured is not None else None,
        },
        "grams": None if overview.mixed else _sum(kernel["grams"] for kernel in kernels),
        "components": overview.components,
        "cells": sum(kernel["cells"] for kernel in kernels),
        "kernels": len(kernels),
        "between_joules": _sum(kernel["between_joules"] for kernel in kernels),
        "at_least": overview.cut_short > 0 or any(kernel["unknown"] for kernel in kernels),
        "rows": [{key: value for key, value in row.items() if key != "boot"} for row in overview.rows],
    }


def _sum(values: Iterable[float | None]) -> float | None:
    """Return the sum of what is known, or ``None`` if nothing is."""
    known = [value for value in values if value is not None]
    return math.fsum(known) if known else None


def _unix_seconds(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < math.inf else None
