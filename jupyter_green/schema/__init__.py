"""The published record and the live feed, as JSON Schema.

``footprint.v1.json`` describes what a metered cell leaves in the notebook, ``feed.v1.json`` what a running kernel
tells its frontends, ``history.v1.json`` what the server tells of the ledger. ``labextension/src/protocol.ts`` is
generated from them.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

FOOTPRINT = "jupyter-green/footprint/1"
FEED = "jupyter-green/feed/1"
HISTORY = "jupyter-green/history/1"
FEED_COMM_ID = "jupyter-green-feed"
MIME_TYPE = "application/vnd.jupyter-green.footprint.v1+json"


@cache
def load(name: str) -> dict[str, Any]:
    """Return the JSON Schema called *name*, such as ``"footprint.v1"``."""
    text = (files(__package__) / f"{name}.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
