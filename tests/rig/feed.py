"""Snapshots as a kernel with much hardware would tell them, and the cell that tells them."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

STEP = 2.5
_ENERGY = {"joules": 44640.0, "low": 39240.0, "high": 50760.0, "measured_share": 0.78}
_EMISSIONS = {
    "grams": 0.73,
    "low": 0.55,
    "high": 0.94,
    "pue": 1.2,
    "intensity": {
        "value": 49.0,
        "unit": "gCO2e/kWh",
        "zone": "FR",
        "name": "France",
        "year": 2025,
        "boundary": "lifecycle",
        "source": "Ember, CC BY 4.0",
        "status": "annual",
    },
}
_RANGE = {"low": None, "high": None}

Watts = Sequence[float | None]


def snapshot(
    sequence: int = 1,
    *,
    boot: str = "scripted",
    gpu: Watts | None = None,
    cpu: Watts | None = None,
    ram: Watts | None = None,
    machine: Watts = (),
    bands: Sequence[tuple[int, float, float | None]] = (),
    running: bool = True,
    end: float | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """Make a snapshot.

    Parameters
    ----------
    sequence, boot
        As in the feed.
    gpu, cpu, ram, machine
        Watts by step of 2.5 s, oldest first; a component that is not given is not there.
    bands
        Execution count, beginning and end of cells, in seconds before the end (negative); an end of ``None`` runs.
    running
        Whether a cell runs, the last of *bands*.
    end
        Unix time; now if not given.
    changes
        Replace what else the snapshot has.
    """
    now = time.time() if end is None else end
    watts = {name: list(values) for name, values in (("gpu", gpu), ("cpu", cpu), ("ram", ram)) if values is not None}
    kernel = sum(values[-1] or 0.0 for values in watts.values() if values)
    part = {"low": 0.0, "high": 0.0, "idle_joules": None, "method": "modelled", "source": "model"}
    told: dict[str, Any] = {
        "schema": "jupyter-green/feed/1",
        "boot": boot,
        "sequence": sequence,
        "time": "2026-11-23T15:04:05Z",
        "metering": "on",
        "session": {
            "energy": _ENERGY,
            "components": {
                name: {**part, "joules": STEP * sum(value or 0.0 for value in values)} for name, values in watts.items()
            },
            "emissions": _EMISSIONS,
            "cells": len(bands),
            "between_joules": 0.0,
        },
        "power": {"kernel_w": kernel, "machine_w": machine[-1] if machine else None} if running else None,
        "running": [
            {"execution_count": bands[-1][0], "label": "finetune_lora(model)", "started": "2026-11-23T15:04:05Z"}
            | {"duration_s": -bands[-1][1], "joules": 6840.0, **_RANGE}
        ]
        if running and bands
        else [],
        "cells": [],
        "sources": [],
        "history": {
            "end": now,
            "step_s": STEP,
            "watts": watts,
            "machine_w": list(machine),
            "bands": [
                {"execution_count": count, "from": now + start, "to": None if stop is None else now + stop}
                for count, start, stop in bands
            ],
        },
        "devices": [],
        "suggestions": [],
        "trial": None,
    }
    return {**told, **changes}


def telling(*snapshots: dict[str, Any]) -> str:
    """Return the code of a cell that tells these snapshots, in a kernel without our extension."""
    return (
        "import json\n"
        "_kernel = get_ipython().kernel\n"
        f"for _told in json.loads({json.dumps(json.dumps(snapshots))}):\n"
        '    _content = {"comm_id": "jupyter-green-feed", "data": _told}\n'
        '    _kernel.session.send(_kernel.iopub_socket, "comm_msg", content=_content)\n'
    )


def telling_often(told: dict[str, Any], count: int, pause: float, comm_id: str = "jupyter-green-feed") -> str:
    """Return the code of a cell that goes on telling: each time a step later, and with more energy.

    Parameters
    ----------
    told
        The first snapshot.
    count, pause
        How often, and seconds from one to the next.
    comm_id
        Another one is for nobody.
    """
    return (
        "import json, time\n"
        "_kernel = get_ipython().kernel\n"
        f"_told = json.loads({json.dumps(json.dumps(told))})\n"
        "_begun = time.monotonic()\n"
        f"for _i in range({count}):\n"
        f"    time.sleep(max(0.0, _begun + {pause} * _i - time.monotonic()))\n"
        "    _told['sequence'] = int(time.time() * 1e3)\n"
        "    _told['session']['energy']['joules'] += 36.0\n"
        "    _told['history']['end'] = time.time()\n"
        "    for _watts in _told['history']['watts'].values():\n"
        "        _watts.append(_watts.pop(0))\n"
        "    for _cell in _told['running']:\n"
        f"        _cell['duration_s'] += {pause}\n"
        "        _cell['joules'] += 36.0\n"
        f"    _content = {{'comm_id': '{comm_id}', 'data': _told}}\n"
        "    _kernel.session.send(_kernel.iopub_socket, 'comm_msg', content=_content)\n"
    )
