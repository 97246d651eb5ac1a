"""Notebooks as a metered kernel leaves them, made from the product's own record."""

from __future__ import annotations

import nbformat

from jupyter_green.emissions import Intensity
from jupyter_green.energy import Estimate
from jupyter_green.footprint import Component, Footprint
from jupyter_green.record import Record, SessionTotal
from jupyter_green.report.line import line
from jupyter_green.schema import MIME_TYPE

FRANCE = Intensity(
    49.0,
    "FR",
    "France",
    2025,
    "lifecycle",
    "Ember, processed by Our World in Data, CC BY 4.0",
    "annual",
    49.0 / 1.15,
    49.0 * 1.15,
)
STARTED = 1_795_446_245.0  # 2026-11-23 15:04:05 UTC


def footprint(joules: float, *, label: str | None = None, duration: float = 10.0, started: float = STARTED, **more):
    """Make a footprint, 84 % of it from a GPU's counter, 12 % from a modelled CPU, 4 % from modelled memory."""
    components = {
        "gpu": Component(Estimate(joules * 0.84, 0.0, 0.05), None, "counter", "NVML energy counter"),
        "cpu": Component(Estimate(joules * 0.12, 0.0, 0.4), None, "modelled", "AMD EPYC 9654, 16 of 192 threads"),
        "ram": Component(Estimate(joules * 0.04, 0.0, 0.4), None, "modelled", "0.3725 W/GB"),
    }
    machine = {name: part.estimate for name, part in components.items()}
    settings = {"intensity": FRANCE, "pue": 1.2, "hardware": {"gpu": ["NVIDIA H200"]}} | more
    return Footprint(components, machine, duration, started, label=label, **settings)


def record(
    execution_count: int | None,
    joules: float,
    *,
    session: float | None = None,
    cells: int | None = None,
    boot: str = "first-boot",
    **about,
) -> dict:
    """Make a record; *session* is the session's total up to this cell, J, and *cells* its number of cells."""
    place = {name: about[name] for name in ("intensity", "pue") if name in about}
    total = footprint(joules if session is None else session, **place)
    metered = cells if cells is not None else execution_count or 1
    made = footprint(joules, **about)
    identity = f"{boot}-{execution_count}"
    return Record(identity, boot, execution_count, made, SessionTotal(total, metered, 0.0), recorded=True).to_json()


def output(data: dict, text: str = line(footprint(1.0))):
    """Make the output in which a kernel publishes a record."""
    return nbformat.v4.new_output("display_data", {MIME_TYPE: data, "text/plain": text})


def cell(execution_count: int | None, data: dict | None = None, source: str = "step()", **metadata):
    """Make a code cell that printed something and, where *data* is given, left a record."""
    outputs = [] if execution_count is None else [nbformat.v4.new_output("stream", text="printed by the cell\n")]
    outputs += [] if data is None else [output(data)]
    return nbformat.v4.new_code_cell(source, execution_count=execution_count, outputs=outputs, metadata=metadata)


def notebook(*cells):
    """Make a notebook that any frontend opens without asking for its kernel."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=list(cells), metadata={"kernelspec": kernel})


def run_once():
    """Make a notebook run once from top to bottom: 3 cells, 2 with a record, 12.4 Wh in all.

    [1] loads the extension; [2] 5184 J, [3] 22320 J; the session of 44640 J also has a small cell [4] in it.
    """
    return notebook(
        cell(1, source="%load_ext jupyter_green"),
        cell(2, record(2, 5184.0, session=9000.0, cells=1, label="ds = tokenize(corpus)", duration=58.0)),
        cell(3, source="x = 1"),
        cell(
            4,
            record(
                4,
                22320.0,
                session=44640.0,
                cells=3,
                label="train(model, loader)",
                duration=104.2,
                started=STARTED + 1900,
            ),
        ),
    )
