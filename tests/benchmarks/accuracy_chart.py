"""The accuracy figures as one picture, in SVG written by hand: no library, and the same bytes for the same figures."""

from __future__ import annotations

import math
from html import escape
from typing import Any

from .accuracy_page import GPU_TITLES, RAPL_ROWS
from .subjects import PUBLISHED, SETTLED

Figures = dict[str, Any]
INK, SOFT, LINE = "#1f2933", "#616e7c", "#e4e7eb"
# colour, dashes, width, marker; tools of one maker share a hue
STYLES = {
    SETTLED: ("#15803d", "", 3.2, "circle"),
    PUBLISHED: ("#15803d", "5 4", 2.0, "ring"),
    "codecarbon-machine": ("#b45309", "", 1.6, "square"),
    "codecarbon-process": ("#b45309", "2 3", 1.6, "ring"),
    "codecarbon-task": ("#f59e0b", "", 1.6, "circle"),
    "carbontracker": ("#7c3aed", "", 1.6, "square"),
    "zeus": ("#2563eb", "", 1.6, "circle"),
    "pyjoules": ("#db2777", "", 1.6, "circle"),
}
WIDTH, MARGIN, TOP = 1000, 28, 138
PANEL_WIDTH, PANEL_HEIGHT, GAP = 408, 270, 78
FLOOR, CEILING = 0.01, 300.0
GRID = (0.01, 0.1, 1.0, 10.0, 100.0)
ROW = 30


def chart(figures: Figures) -> str:
    """Return ``results/accuracy.svg``."""
    tools = [SETTLED, PUBLISHED, *figures["peers"]]
    panels = [part for part in GPU_TITLES if part in figures]
    dots_top = TOP + PANEL_HEIGHT + 108
    height = dots_top + ROW * len(RAPL_ROWS) + 66
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'font-family="system-ui, Segoe UI, Helvetica, Arial, sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" rx="10" fill="#ffffff"/>',
        _text(MARGIN, 36, "How far off is each tool?", size=20, weight=600),
        _text(MARGIN, 58, "Mean absolute error against the rig's known truth, logarithmic; lower is better", fill=SOFT),
        *_legend(figures, tools),
    ]
    for index, part in enumerate(panels):
        left = MARGIN + 44 + index * (PANEL_WIDTH + GAP)
        parts += _lines(left, _subtitle(part), figures[part], tools)
    parts += _dots(dots_top, figures, tools)
    return "\n".join([*parts, "</svg>", ""])


def _subtitle(part: str) -> str:
    return {
        "gpu_live": "GPU whose power reading is live",
        "gpu_per_tick": "GPU whose power reading moves every 100 ms",
    }[part]


def _legend(figures: Figures, tools: list[str]) -> list[str]:
    parts = []
    for index, tool in enumerate(tools):
        x, y = MARGIN + 190 * (index // 2), 84 + 20 * (index % 2)
        name = {SETTLED: "jupyter-green, settled", PUBLISHED: "… published at once"}.get(tool)
        name = name or figures["peers"][tool]["title"]
        colour, dashes, width, marker = STYLES[tool]
        parts.append(_stroke([(x, y), (x + 22, y)], colour, dashes, width))
        parts.append(_marker(x + 11, y, colour, marker))
        parts.append(_text(x + 28, y + 4, name, size=12, weight=600 if tool == SETTLED else 400))
    return parts


def _lines(left: float, title: str, scores: Figures, tools: list[str]) -> list[str]:
    windows = {key: float(key.removesuffix(" s")) for key in scores}
    low, high = math.log(min(windows.values())), math.log(max(windows.values()))

    def across(seconds: float) -> float:
        return left + 14 + (PANEL_WIDTH - 28) * (math.log(seconds) - low) / (high - low)

    def up(percent: float) -> float:
        return TOP + 26 + PANEL_HEIGHT * (1 - _level(percent))

    parts = [_text(left, TOP + 8, title, weight=600)]
    for level in GRID:
        parts.append(_stroke([(left, up(level)), (left + PANEL_WIDTH, up(level))], LINE, "", 1))
        parts.append(_text(left - 8, up(level) + 4, f"{level:g} %", fill=SOFT, size=11, anchor="end"))
    for seconds in windows.values():
        label = f"{seconds * 1000:g} ms" if seconds < 1 else f"{seconds:g} s"
        parts.append(_text(across(seconds), TOP + PANEL_HEIGHT + 46, label, fill=SOFT, size=11, anchor="middle"))
    middle, below = left + PANEL_WIDTH / 2, TOP + PANEL_HEIGHT + 64
    parts.append(_text(middle, below, "length of the cell", fill=SOFT, size=11, anchor="middle"))
    for tool in reversed(tools):  # ours on top
        points = [
            (across(seconds), up(scores[key][tool]["mean_absolute"]))
            for key, seconds in windows.items()
            if tool in scores[key]
        ]
        colour, dashes, width, marker = STYLES[tool]
        parts.append(_stroke(points, colour, dashes, width))
        parts += [_marker(x, y, colour, marker) for x, y in points]
    return parts


def _dots(top: float, figures: Figures, tools: list[str]) -> list[str]:
    left, right = MARGIN + 330, WIDTH - MARGIN - 14

    def across(percent: float) -> float:
        return left + (right - left) * _level(percent)

    rows = list(RAPL_ROWS.items())
    bottom = top + 18 + ROW * len(rows)
    remark = "CodeCarbon's figure includes its model of memory; Zeus adds psys to the package"
    parts = [
        _text(MARGIN, top, "CPU package and DRAM counters, 33 W + 3 W", weight=600),
        _text(right, top, remark, fill=SOFT, size=11, anchor="end"),
    ]
    for level in GRID:
        parts.append(_stroke([(across(level), top + 14), (across(level), bottom)], LINE, "", 1))
        parts.append(_text(across(level), bottom + 18, f"{level:g} %", fill=SOFT, size=11, anchor="middle"))
    for index, (key, (name, _)) in enumerate(rows):
        y = top + 18 + ROW * (index + 0.5)
        parts.append(_text(left - 16, y + 4, _short(name), size=12, anchor="end"))
        parts.append(_stroke([(left, y), (right, y)], LINE, "", 1))
        for tool in reversed(tools):
            if tool == PUBLISHED or tool not in figures["rapl"][key]:
                continue
            colour, _, _, marker = STYLES[tool]
            found = figures["rapl"][key][tool]["mean_absolute"]
            parts.append(_marker(across(found), y, colour, marker, 6.0 if tool == SETTLED else 4.5))
    return parts


def _short(name: str) -> str:
    name = name.replace("with psys, core, uncore and mmio views of the same energy", "beside psys, core and mmio views")
    return name.replace("longer than the counter's range: five wraps", "five wraps of the counter")


def _level(percent: float) -> float:
    """Return where a percentage stands on the logarithmic axis, 0 … 1."""
    kept = min(max(percent, FLOOR), CEILING)
    return math.log(kept / FLOOR) / math.log(CEILING / FLOOR)


def _stroke(points: list[tuple[float, float]], colour: str, dashes: str, width: float) -> str:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"'
        f"{dashed}/>"
    )


def _marker(x: float, y: float, colour: str, kind: str, radius: float = 4.0) -> str:
    if kind == "square":
        side = 1.8 * radius
        return (
            f'<rect x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side:.1f}" height="{side:.1f}" '
            f'fill="{colour}" stroke="#ffffff"/>'
        )
    fill, stroke = ("#ffffff", colour) if kind == "ring" else (colour, "#ffffff")
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}" stroke="{stroke}" stroke-width="1.4"/>'


def _text(
    x: float, y: float, text: str, *, fill: str = INK, size: float = 13, weight: int = 400, anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}" font-size="{size:g}" font-weight="{weight}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )
