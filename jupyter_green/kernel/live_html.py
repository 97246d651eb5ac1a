"""A feed snapshot as HTML, part by part: numbers and our own templates, every text escaped."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from ..emissions import Intensity
from ..energy import MEASURED, Energy
from ..record import Json
from ..report import quantities, wording
from ..report.outlook import outlook
from ..report.per_unit import work
from .live_suggestions import suggestions

_MOST_CELLS = 6
_LABEL = 60
# Filled areas only, never text: three to one at least on white and on black.
_COLOURS = {"gpu": "#4f9a46", "cpu": "#4d83bb", "ram": "#a8841a"}

STYLE = """<style>
.jp-green-live { border: 1px solid var(--jp-border-color2, #8888); color: var(--jp-ui-font-color1, inherit); }
.jp-green-live .widget-html-content { line-height: 1.45; font-size: 13px; overflow: visible; }
.jp-green-live .widget-html { width: auto; height: auto; margin: 0 2px; }
.jp-green-live p, .jp-green-live ul { margin: 0 0 4px; }
.jp-green-live h4 { margin: 8px 0 2px; font-size: 12px; font-weight: 600; }
.jp-green-live h4, .jp-green-live .soft { color: var(--jp-ui-font-color2, inherit); }
.jp-green-live .soft { font-size: 12px; }
.jp-green-live .big { display: flex; flex-wrap: wrap; justify-content: space-between; column-gap: 24px; }
.jp-green-live .big b { font-size: 22px; font-weight: 600; color: var(--jp-ui-font-color0, inherit); }
.jp-green-live .split { display: flex; gap: 1px; height: 8px; margin: 6px 0 2px; }
.jp-green-live .split i, .jp-green-live .key i { display: block; forced-color-adjust: none; }
.jp-green-live .key { display: inline-flex; align-items: center; gap: 4px; margin-right: 12px; }
.jp-green-live .key i { width: 8px; height: 8px; }
.jp-green-live table { border-collapse: collapse; width: 100%; font-size: 12px; }
.jp-green-live th, .jp-green-live td { padding: 1px 0 1px 12px; text-align: right; white-space: nowrap; }
.jp-green-live th { font-weight: 400; color: var(--jp-ui-font-color2, inherit); }
.jp-green-live th:first-child { padding-left: 0; text-align: left; white-space: normal; overflow-wrap: anywhere; }
.jp-green-live tbody th { color: inherit; }
.jp-green-live summary { cursor: pointer; }
</style>"""


def totals(snapshot: Json) -> str:
    """Return the session's energy and emissions, and what they are made of."""
    session = snapshot["session"]
    energy, emitted = session["energy"], session["emissions"]
    if energy["joules"] is None:
        return "<p>No source could tell the energy of this kernel.</p>"
    grams = quantities.mass_range(_number(emitted["grams"]), _number(emitted["low"]), _number(emitted["high"]))
    parts = {name: part["joules"] for name, part in session["components"].items() if part["joules"] is not None}
    whole = sum(parts.values())
    shares = {name: joules / whole for name, joules in parts.items()} if whole > 0 else {}
    spoken = ", ".join(f"{_title(name)} {quantities.share(share)}" for name, share in shares.items())
    segments = "".join(
        f'<i style="width:{share * 100:.2f}%;background:{_colour(name)}"></i>' for name, share in shares.items()
    )
    bar = f'<div class="split" role="img" aria-label="{escape(spoken)}">{segments}</div>' if shares else ""
    keys = "".join(
        f'<span class="key"><i style="background:{_colour(name)}"></i>'
        f"{escape(_component(name, session['components'][name]))}</span>"
        for name in parts
    )
    grid = f"{wording.grid(_intensity(emitted['intensity']))}; {wording.pue(emitted['pue'])}"
    return (
        f'<div class="big">{_big(quantities.energy_range(_energy(energy)))}{_big(grams)}</div>{bar}<p>{keys}</p>'
        f'<p class="soft">{escape(_measured(energy["measured_share"]))} {escape(grid)}.</p>'
    )


def now(snapshot: Json) -> str:
    """Return the power at this moment, and the cells that run."""
    if snapshot["metering"] == "off":
        return "<h4>Power now</h4><p>Metering is paused.</p>"
    power = snapshot["power"]
    if power is None or not snapshot["running"]:
        return "<h4>Power now</h4><p>idle</p>"
    machine = "" if power["machine_w"] is None else f" of {quantities.power(power['machine_w'])} machine"
    cells = "".join(f"<p>▶ {_cell(cell)} · {escape(_so_far(cell))}</p>" for cell in snapshot["running"])
    return f"<h4>Power now</h4><p><b>{escape(quantities.power(power['kernel_w']))}</b>{escape(machine)}</p>{cells}"


def _so_far(cell: Json) -> str:
    energy = "energy unknown" if cell["joules"] is None else f"{quantities.energy_range(_energy(cell))} so far"
    each = _per_unit(cell.get("work"), cell["joules"])
    said = f"{energy} · {f'{each} · ' if each else ''}{quantities.duration(cell['duration_s'])}"
    forecast = cell.get("forecast")
    if forecast:
        whole = outlook(
            _energy(forecast),
            _number(forecast["seconds_left"]),
            grams=_number(forecast.get("grams")),
            at_least=bool(forecast.get("at_least")),
        )
        said += f" · forecast {whole}"
    return said


def cells(snapshot: Json) -> str:
    """Return the cells with the most energy, re-runs together, and the time between cells."""
    last_runs = {cell["label"] if cell["label"] is not None else cell["id"]: cell for cell in snapshot["cells"]}
    dearest = sorted(last_runs.values(), key=_all_runs, reverse=True)[:_MOST_CELLS]
    if not dearest:
        return "<h4>Cells</h4><p>No cell has been metered yet.</p>"
    works = [_work(cell) for cell in dearest]
    rows = "".join(
        f'<tr><th scope="row">{_cell(cell)}{_runs(cell)}{_status(cell)}</th>{_figures(cell)}'
        f"{f'<td>{escape(work)}</td>' if any(works) else ''}</tr>"
        for cell, work in zip(dearest, works, strict=True)
    )
    columns = ("Cell", "Energy", "Last time", "Measured", *(["Per unit"] if any(works) else []))
    head = "".join(f'<th scope="col">{text}</th>' for text in columns)
    session = snapshot["session"]
    why = " – the kernel held the GPU" if session.get("between_why") == "gpu-held" else ""
    between = f'<p class="soft">between cells: {escape(quantities.energy(session["between_joules"]))}{why}</p>'
    return f"<h4>Cells by energy</h4><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{between}"


def sources(snapshot: Json) -> str:
    """Return where the figures come from, why others could not be used, and what is not seen."""
    used = [source for source in snapshot["sources"] if source["unavailable_because"] is None]
    absent = [source for source in snapshot["sources"] if source["unavailable_because"] is not None]
    lines = [f"{escape(_source(source))} · {_method(source['method'])}" for source in used]
    lines += [
        f"<details><summary>{escape(_source(source))} · not available – why?</summary>"
        f"{escape(source['unavailable_because'])}</details>"
        for source in absent
    ]
    listed = "".join(f"<div>{line}</div>" for line in lines)
    return f'<h4>Sources</h4><div class="soft">{listed}<p>{wording.NOT_SEEN} {wording.USE_PHASE}</p></div>'


PARTS: Mapping[str, Callable[[Json], str]] = {
    "totals": totals,
    "now": now,
    "cells": cells,
    "suggestions": suggestions,
    "sources": sources,
}


def _big(text: str) -> str:
    figure, _, rest = text.partition(" (")
    more = f'<br><span class="soft">({escape(rest)}</span>' if rest else ""
    return f"<span><b>{escape(figure)}</b>{more}</span>"


def _component(name: str, part: Json) -> str:
    return f"{_title(name)} {quantities.energy(part['joules'])}, {_method(part['method'])}"


def _figures(cell: Json) -> str:
    joules = cell.get("runs_joules", cell["joules"])
    texts = (
        quantities.energy(joules, 3),
        quantities.duration(cell["duration_s"]),
        quantities.share(cell["measured_share"]),
    )
    return "".join(f"<td>{escape(text)}</td>" for text in texts)


def _work(cell: Json) -> str:
    """Return what a unit of work cost in all runs of a cell that did it."""
    if cell.get("runs", 1) > 1:
        done = cell.get("runs_work")
        return _per_unit(done, done["joules"]) if done else ""
    return _per_unit(cell.get("work"), cell["joules"])


def _per_unit(done: Json | None, joules: float | None) -> str:
    found = work(done["amount"], done["unit"], Energy(joules, joules, joules)) if done and joules is not None else None
    return "" if found is None else str(found)


def _measured(share: float | None) -> str:
    if share is None:
        return "Which part was measured is unknown."
    return f"{quantities.share(share)} measured, {quantities.share(1 - share)} modelled."


def _cell(cell: Json) -> str:
    label = cell["label"] or ""
    short = label if len(label) <= _LABEL else f"{label[: _LABEL - 1]}…"
    number = " " if cell["execution_count"] is None else cell["execution_count"]
    return f"[{number}] <code>{escape(short)}</code>"


def _runs(cell: Json) -> str:
    return f" ×{cell['runs']}" if cell.get("runs", 1) > 1 else ""


def _status(cell: Json) -> str:
    return "" if cell["status"] == "ok" else f" ({'error' if cell['status'] == 'error' else 'interrupted'})"


def _all_runs(cell: Json) -> float:
    joules = cell.get("runs_joules", cell["joules"])
    return -math.inf if joules is None else joules


def _source(source: Json) -> str:
    return f"{_title(source['component'])}: {source['label']}"


def _method(method: str) -> str:
    return "measured" if method in MEASURED else "modelled"


def _title(name: str) -> str:
    return wording.COMPONENTS.get(name, name)


def _colour(name: str) -> str:
    return _COLOURS.get(name, "#888888")


def _intensity(data: Json) -> Intensity:
    known: dict[str, Any] = {key: value for key, value in data.items() if key != "unit"}
    low, high = _numbers(data[key] for key in ("low", "high"))
    return Intensity(**known | {"low": low, "high": high})


def _energy(data: Json) -> Energy:
    return Energy(*_numbers(data[key] for key in ("joules", "low", "high")))


def _numbers(values: Iterable[float | None]) -> Iterable[float]:
    return (_number(value) for value in values)


def _number(value: float | None) -> float:
    return math.nan if value is None else value
