"""The page's charts, in Bokeh. Nothing here is text that a user wrote as markup: labels are drawn on a canvas.

Colours of texts and lines come from the page's style sheet, so that they follow light and dark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bokeh.models import (
    ColumnDataSource,
    CustomJSTickFormatter,
    DatetimeTickFormatter,
    FixedTicker,
    HoverTool,
    LinearAxis,
    Range1d,
)
from bokeh.plotting import figure

from .. import quantities, wording

if TYPE_CHECKING:
    from .content import Amount, Part, Point, Run

# At least three to one on white and on black.
COLOURS = {"gpu": "#4f9a46", "cpu": "#4d83bb", "ram": "#a8841a"}
NEUTRAL = "#6f8499"
HATCH = "right_diagonal_line"
_MOST_BANDS = 2000
_MOST_NAMES = 12
_MOST_CELLS = 20
_LABEL = 44
_UNITS = ((3.6e6, "kWh"), (3600.0, "Wh"), (3.6, "mWh"))
_POWERS = ((1e3, "kW"), (1.0, "W"), (1e-3, "mW"))
_TOOLS = "xpan,xwheel_zoom,box_zoom,reset,save"


def timeline(runs: Sequence[Run], parts: Sequence[Part], *, names: bool) -> figure:
    """Draw each cell as a band: as long as it took, as high as its mean power, so that areas are energy.

    Parameters
    ----------
    names
        Whether to write the cells' numbers above the largest.
    """
    shown = sorted(largest(runs, _MOST_BANDS), key=lambda run: run.started)
    lasting = [run for run in shown if run.duration > 0]
    size, unit = _scale(max((_watts(run) for run in lasting), default=0.0), _POWERS)
    plot = _figure(260, x_axis_type="datetime", tools=_TOOLS, y_axis_label=f"mean power, {unit}")
    plot.xaxis.formatter = _times()
    base = [0.0] * len(lasting)
    modelled = {part.name for part in parts if part.how == "modelled"}
    for name in wording.COMPONENTS:
        tops = [
            low + run.components.get(name, 0.0) / run.duration / size for low, run in zip(base, lasting, strict=True)
        ]
        source = ColumnDataSource(
            {
                "left": [local_ms(run.started) for run in lasting],
                "right": [local_ms(run.started + run.duration) for run in lasting],
                "bottom": base,
                "top": tops,
                "cell": [shortened(f"{run.number} {run.label}") for run in lasting],
                "energy": [quantities.energy_range(run.amount.energy) for run in lasting],
                "power": [quantities.power(_watts(run)) for run in lasting],
                "time": [quantities.duration(run.duration) for run in lasting],
            }
        )
        hatch = {"hatch_pattern": HATCH, "hatch_color": "#ffffff", "hatch_alpha": 0.45} if name in modelled else {}
        band = plot.quad("left", "right", "top", "bottom", source=source, **_fill(COLOURS[name]), **hatch)
        _hover(plot, [band], ("cell", "energy", "power", "time"))
        base = tops
    plot.y_range.start = 0
    if names and lasting:
        _name_bands(plot, lasting)
    return plot


def cells(amounts: Sequence[Amount]) -> figure:
    """Draw the cells with the most energy as bars, measured and modelled apart."""
    return _bars(amounts[:_MOST_CELLS])


def amounts(of: Sequence[Amount]) -> figure:
    """Draw days or kernels as bars, measured and modelled apart."""
    return _bars(of[-_MOST_CELLS * 2 :])


def components(parts: Sequence[Part]) -> figure:
    """Draw each component's energy as a bar with its range."""
    known = [part for part in parts if part.energy.known]
    size, unit = _scale(max((part.energy.joules for part in known), default=0.0), _UNITS)
    rows = list(range(len(known)))
    plot = _horizontal([_named(part) for part in known], unit)
    for row, part in zip(rows, known, strict=True):
        hatch = {"hatch_pattern": HATCH, "hatch_color": "#ffffff"} if part.how == "modelled" else {}
        source = ColumnDataSource(
            {
                "row": [row],
                "right": [part.energy.joules / size],
                "component": [_named(part)],
                "energy": [quantities.energy_range(part.energy)],
            }
        )
        bar = plot.hbar("row", 0.6, "right", 0, source=source, **_fill(COLOURS[part.name]), **hatch)
        _hover(plot, [bar], ("component", "energy"))
    spans = [(row, part.energy) for row, part in zip(rows, known, strict=True) if part.energy.low == part.energy.low]
    for row, energy in spans:
        plot.segment([energy.low / size], [row], [energy.high / size], [row], line_color="#808080", line_width=2)
    return plot


def cumulative(points: Sequence[Point]) -> figure:
    """Draw the sum over time, with its range."""
    step = max(1, len(points) // _MOST_BANDS)
    shown = [*points[:-1:step], *points[-1:]]
    size, unit = _scale(max((point.energy.joules for point in shown), default=0.0), _UNITS)
    plot = _figure(240, x_axis_type="datetime", tools=_TOOLS, y_axis_label=f"energy so far, {unit}")
    plot.xaxis.formatter = _times()
    source = ColumnDataSource(
        {
            "time": [local_ms(point.time) for point in shown],
            "energy": [point.energy.joules / size for point in shown],
            "low": [point.energy.low / size for point in shown],
            "high": [point.energy.high / size for point in shown],
            "sum": [quantities.energy_range(point.energy) for point in shown],
        }
    )
    plot.varea("time", "low", "high", source=source, fill_color=NEUTRAL, fill_alpha=0.3)
    line = plot.line("time", "energy", source=source, line_color=NEUTRAL, line_width=2)
    _hover(plot, [line], ("sum",), mode="vline")
    plot.y_range.start = 0
    return plot


def largest(runs: Sequence[Run], most: int) -> list[Run]:
    """Return the runs with the most energy."""
    return sorted(runs, key=lambda run: -run.amount.energy.joules_or_zero)[:most]


def local_ms(unix: float) -> float:
    """Return a Unix time, s, as Bokeh draws it: ms, and what it shows is the wall clock here."""
    offset = datetime.fromtimestamp(unix).astimezone().utcoffset()
    return (unix + (offset.total_seconds() if offset else 0.0)) * 1e3


def shortened(label: str) -> str:
    """Cut a label so that a chart's axis leaves room for the chart."""
    return label if len(label) <= _LABEL else f"{label[: _LABEL - 1]}…"


def _bars(of: Sequence[Amount]) -> figure:
    size, unit = _scale(max((amount.energy.joules_or_zero for amount in of), default=0.0), _UNITS)
    plot = _horizontal([shortened(amount.name) for amount in of], unit)
    source = ColumnDataSource(
        {
            "row": list(range(len(of))),
            "measured": [amount.measured / size for amount in of],
            "all": [(amount.measured + amount.modelled) / size for amount in of],
            "name": [shortened(amount.name) for amount in of],
            "energy": [quantities.energy_range(amount.energy) for amount in of],
            "share": [f"{quantities.share(amount.measured_share)} measured" for amount in of],
        }
    )
    solid = plot.hbar("row", 0.7, "measured", 0, source=source, **_fill(NEUTRAL))
    hatched = plot.hbar(
        "row", 0.7, "all", "measured", source=source, hatch_pattern=HATCH, hatch_color="#ffffff", **_fill(NEUTRAL)
    )
    _hover(plot, [solid, hatched], ("name", "energy", "share"))
    return plot


def _horizontal(labels: Sequence[str], unit: str) -> figure:
    plot = _figure(
        56 + 24 * max(1, len(labels)), y_range=Range1d(len(labels) - 0.5, -0.5), tools="save", x_axis_label=unit
    )
    plot.yaxis.ticker = FixedTicker(ticks=list(range(len(labels))))
    plot.yaxis.major_label_overrides = dict(enumerate(labels))
    plot.yaxis.major_tick_line_color = None
    plot.ygrid.visible = False
    plot.x_range.start = 0
    return plot


def _name_bands(plot: figure, runs: Sequence[Run]) -> None:
    """Write the numbers of the largest cells above them, as far as there is room."""
    begin, end = runs[0].started, max(run.started + run.duration for run in runs)
    room = (end - begin) / 25
    named: dict[float, str] = {}
    for run in largest(runs, _MOST_NAMES):
        middle = run.started + run.duration / 2
        if all(abs(middle - other) >= room for other in named):
            named[middle] = run.number
    ticks = {local_ms(middle): number for middle, number in named.items()}
    # The labels are an axis of their own: as such they follow the page's colours.
    axis = LinearAxis(
        ticker=FixedTicker(ticks=list(ticks)),
        formatter=CustomJSTickFormatter(args={"names": list(ticks.items())}, code=_NAME),
        axis_line_color=None,
        major_tick_line_color=None,
    )
    plot.add_layout(axis, "above")


_NAME = "return (names.find(([place]) => place === tick) ?? [0, ''])[1]"


def _figure(height: int, **options: Any) -> figure:  # noqa: ANN401 - Bokeh's own
    plot = figure(height=height, sizing_mode="stretch_width", toolbar_location="right", **options)
    plot.background_fill_color = plot.border_fill_color = plot.outline_line_color = None
    plot.toolbar.logo = None
    plot.toolbar.autohide = True
    plot.axis.axis_label_text_font_style = "normal"
    plot.axis.minor_tick_line_color = None
    return plot


def _fill(colour: str) -> dict[str, str]:
    return {"fill_color": colour, "line_color": colour}


def _hover(plot: figure, renderers: list[Any], names: Iterable[str], **options: str) -> None:
    plot.add_tools(
        HoverTool(renderers=renderers, tooltips=[(name, f"@{name}") for name in names], visible=False, **options)
    )


def _times() -> DatetimeTickFormatter:
    return DatetimeTickFormatter(
        milliseconds="%H:%M:%S.%3N", seconds="%H:%M:%S", minsec="%H:%M:%S", minutes="%H:%M", hourmin="%H:%M",
        hours="%H:%M", days="%Y-%m-%d", months="%Y-%m", years="%Y",
    )  # fmt: skip


def _named(part: Part) -> str:
    title = wording.COMPONENTS[part.name]
    return title if part.how is None else f"{title}, {part.how}"


def _watts(run: Run) -> float:
    return run.amount.energy.joules_or_zero / run.duration if run.duration > 0 else 0.0


def _scale(largest_value: float, units: Sequence[tuple[float, str]]) -> tuple[float, str]:
    return next((unit for unit in units if largest_value >= unit[0]), units[-1])
