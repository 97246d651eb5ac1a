"""Snapshots as a metered kernel tells them, sent by a real kernel: for states that no test machine is in."""

from __future__ import annotations

import itertools
import json
from typing import Any

from playwright.sync_api import Page

ENERGY = {"joules": 44640.0, "low": 39240.0, "high": 50760.0, "measured_share": 0.78}
INTENSITY = {
    "value": 49.0,
    "unit": "gCO2e/kWh",
    "zone": "FR",
    "name": "France",
    "year": 2025,
    "boundary": "lifecycle",
    "source": "Ember",
    "status": "annual",
}
EMISSIONS = {"grams": 0.73, "low": 0.55, "high": 0.94, "pue": 1.2, "intensity": INTENSITY}
_sequence = itertools.count(1)


def component(joules: float, method: str = "counter", source: str = "nvml") -> dict[str, Any]:
    return {
        "joules": joules,
        "low": joules * 0.9,
        "high": joules * 1.1,
        "idle_joules": None,
        "method": method,
        "source": source,
    }


def cell(identity: str, count: int, label: str | None, joules: float | None, **changes: Any) -> dict[str, Any]:
    """A finished cell."""
    return {
        "id": identity,
        "execution_count": count,
        "label": label,
        "status": "ok",
        "duration_s": 12.0,
        "joules": joules,
        "low": joules and joules * 0.9,
        "high": joules and joules * 1.1,
        "measured_share": 0.8,
        "grams": 0.1,
        "settled": True,
        "recorded": False,
        **changes,
    }


def running(count: int, label: str, joules: float, **changes: Any) -> dict[str, Any]:
    return {
        "execution_count": count,
        "label": label,
        "started": "2026-11-23T15:04:05Z",
        "duration_s": 42.0,
        "joules": joules,
        "low": joules * 0.9,
        "high": joules * 1.1,
        **changes,
    }


def source(component: str, label: str, method: str, because: str | None = None, name: str = "") -> dict[str, Any]:
    return {"component": component, "name": name, "label": label, "method": method, "unavailable_because": because}


def snapshot(**changes: Any) -> dict[str, Any]:
    """What the design shows, without suggestions and chart."""
    return {
        "schema": "jupyter-green/feed/1",
        "boot": "a-scripted-boot",
        "sequence": next(_sequence),
        "time": "2026-11-23T15:04:05Z",
        "metering": "on",
        "session": {
            "energy": ENERGY,
            "components": {
                "gpu": component(34920.0),
                "cpu": component(7200.0, "modelled", "EPYC Genoa"),
                "ram": component(2520.0, "modelled", "0.3725 W/GB"),
            },
            "emissions": EMISSIONS,
            "cells": 23,
            "between_joules": 9720.0,
            "between_why": "gpu-held",
        },
        "power": {"kernel_w": 214.0, "machine_w": 390.0},
        "running": [
            running(
                25,
                "finetune_lora(model)",
                6840.0,
                forecast={"joules": 29880.0, "low": 27360.0, "high": 32760.0, "seconds_left": 120.0},
            )
        ],
        "cells": [
            cell("c2", 2, "import torch, transformers", 432.0),
            cell("c9", 9, "ds = tokenize(corpus)", 5184.0),
            cell("c23", 23, "train(model, loader)", 11000.0),
            cell("c24", 24, "train(model, loader)", 11320.0, runs=2, runs_joules=22320.0),
        ],
        "sources": [
            source("gpu", "NVML energy counter", "counter", name="nvml"),
            source("cpu", "EPYC Genoa, 16 of 192 threads", "modelled", name="cpu-model"),
            source("cpu", "RAPL", "counter", "energy_uj: root only", name="rapl"),
            source("ram", "0.3725 W/GB", "modelled", name="ram-model"),
        ],
        "history": None,
        "devices": [],
        "suggestions": [],
        "trial": None,
        **changes,
    }


def action(kind: str, code: str | None = None, **changes: Any) -> dict[str, Any]:
    """What a suggestion offers: ``before`` and ``execution_count`` make its code that of a whole cell."""
    nothing = {"joules": None, "seconds": None, "before": None, "execution_count": None}
    return {"kind": kind, "code": code, **nothing, **changes}


def verified(ratio: float, low: float, high: float, **changes: Any) -> dict[str, Any]:
    """What a measurement showed."""
    return {"ratio": ratio, "low": low, "high": high, "rounds": 12, "basis": "energy", "payback": None, **changes}


def trial(identity: str | None, done: int, of: int = 24, **changes: Any) -> dict[str, Any]:
    """How far a measurement has come."""
    return {"id": identity, "done": done, "of": of, "seconds_left": 40.0, "joules": 432.0, **changes}


def suggestion(rule: str, title: str, evidence: str, *actions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "id": f"{rule}-1",
        "rule": rule,
        "execution_count": 24,
        "severity": "hint",
        "title": title,
        "evidence": evidence,
        "saving": None,
        "effect": "",
        "verified": None,
        "actions": list(actions),
        **changes,
    }


def execute(page: Page, code: str) -> None:
    """Have the current notebook's kernel run code that leaves no trace."""
    page.evaluate(
        """async code => {
          const { session } = window.jupyterapp.shell.currentWidget.sessionContext;
          await session.kernel.requestExecute({ code, store_history: false }).done;
        }""",
        code,
    )


def tell(page: Page, data: Any) -> None:
    """Have the current notebook's kernel tell this as its snapshot."""
    execute(
        page,
        f"""import json
_kernel = get_ipython().kernel
_kernel.session.send(
    _kernel.iopub_socket,
    "comm_msg",
    content={{"comm_id": "jupyter-green-feed", "data": json.loads({json.dumps(json.dumps(data))})}},
    ident=b"comm-jupyter-green-feed",
)""",
    )
