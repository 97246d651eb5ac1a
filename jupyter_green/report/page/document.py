"""The page as HTML: self-contained, every text escaped, each chart with its table beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape

from ...version import __version__
from .. import wording
from ..problem import Problem
from . import tables
from .content import Content, by_cell

_MISSING = "The report needs bokeh: pip install bokeh"


def document(content: Content) -> str:
    """Return the page.

    Raises
    ------
    Problem
        When bokeh is missing.
    """
    try:
        from bokeh.core.json_encoder import serialize_json
        from bokeh.embed import json_item
        from bokeh.resources import Resources
    except ImportError as error:
        raise Problem(f"{_MISSING} ({error})") from error

    plots: list[object] = []
    sections: list[str] = []
    for heading, words, plot, table in _charts(content):
        name = f"chart-{len(plots)}"
        sections.append(_section(heading, words, name, table))
        plots.append(json_item(plot, name))
    # What a label holds must not end the element that it stands in.
    data = serialize_json(plots).replace("<", "\\u003c")
    script = Resources(mode="inline", components=["bokeh"]).render_js() if plots else ""
    return _PAGE.format(
        style=_STYLE,
        title=escape(content.title),
        lead=escape(content.lead),
        sections="".join(sections) + tables.units(content.runs) + tables.experiments(content.experiments),
        notes="".join(_note(heading, sentences) for heading, sentences in content.notes),
        made=escape(f"Made {datetime.now().astimezone():%Y-%m-%d %H:%M %Z} by jupyter-green {__version__}."),
        bokeh=script,
        data=data,
        script=_SCRIPT if plots else "",
    )


def _charts(content: Content) -> Iterator[tuple[str, str, object, str]]:
    """Yield heading, description, chart and table."""
    if not content.runs:
        return
    from . import figures

    keyed = f"{_key(measured=True)} {_key(measured=False)}"
    if content.days:
        yield (
            "By day",
            f"Cells by the day they began. {keyed}",
            figures.amounts(content.days),
            tables.sums("Day", content.days),
        )
    single = not content.kernels
    yield (
        "Timeline",
        "Each cell is as long as it took and as high as its mean power, so that areas are energy. "
        f"{_component_keys(content)}",
        figures.timeline(content.runs, content.parts, names=single),
        tables.runs(content.runs),
    )
    cells = by_cell(content.runs)
    yield (
        "By cell",
        f"The cells with the most energy, their re-runs together (×n). {keyed}",
        figures.cells([amount for amount, _, _ in cells]),
        tables.sums("Cell", [amount for amount, _, _ in cells]),
    )
    if len(content.kernels) > 1:
        words = f"Cells by the life of their kernel, named by when its first cell began. {keyed}"
        yield "By kernel", words, figures.amounts(content.kernels), tables.sums("Kernel", content.kernels)
    ranged = "The line shows the uncertainty range. " if any(part.how for part in content.parts) else ""
    words = f"{ranged}{_component_keys(content)}"
    yield "By component", words, figures.components(content.parts), tables.parts(content)
    words = f"{escape(content.cumulative_note)} The band is the uncertainty range."
    yield "Cumulative", words, figures.cumulative(content.cumulative), tables.points(content)


def _section(heading: str, words: str, name: str, table: str) -> str:
    return (
        f'<section aria-labelledby="{name}-heading"><h2 id="{name}-heading">{heading}</h2><p>{words}</p>'
        f'<div class="chart" id="{name}" role="img" aria-label="{heading}; the table below has the figures"></div>'
        f"<details><summary>{heading} as a table</summary>{table}</details></section>"
    )


def _key(*, measured: bool) -> str:
    name = "measured" if measured else "modelled"
    return f'<span class="key"><i class="{name}"></i>{name}</span>'


def _component_keys(content: Content) -> str:
    keys = ""
    for part in content.parts:
        kind = f" {part.how}" if part.how else ""
        hatched = " modelled" if part.how == "modelled" else ""
        keys += f'<span class="key"><i class="{part.name}{hatched}"></i>{wording.COMPONENTS[part.name]}{kind}</span> '
    return keys


def _note(heading: str, sentences: Sequence[str]) -> str:
    listed = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f"<section><h2>{escape(heading)}</h2><ul>{listed}</ul></section>"


_STYLE = """
:root { color-scheme: light dark; --text: #1f1f1f; --soft: #595959; --line: #d5d5d5; --page: #ffffff; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e6e6; --soft: #b3b3b3; --line: #444444; --page: #1b1b1b; }
}
html { background: var(--page); color: var(--text); }
body { max-width: 960px; margin: 0 auto; padding: 16px 20px; font: 14px/1.5 system-ui, sans-serif; }
h1 { font-size: 20px; margin: 0 0 8px; } h2 { font-size: 15px; margin: 24px 0 4px; } p, ul { margin: 0 0 6px; }
ul { padding-left: 18px; } footer, section > p, summary { color: var(--soft); font-size: 13px; }
.runs h3 { font-size: 14px; margin: 14px 0 2px; } .runs div { overflow-x: auto; }
.runs th, .runs td { white-space: nowrap; }
summary { cursor: pointer; margin-top: 6px; } li, th, td { overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: 6px 0; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 2px 14px 2px 0; text-align: right; vertical-align: top; border-bottom: 1px solid var(--line); }
th:first-child, td:last-child:nth-child(4) { text-align: left; } tbody th { font-weight: 400; }
thead th { overflow-wrap: normal; }
.key { display: inline-flex; align-items: center; gap: 5px; margin-right: 10px; white-space: nowrap; }
.key i { width: 12px; height: 12px; background-color: #6f8499; print-color-adjust: exact; }
.key i.gpu { background-color: #4f9a46; } .key i.cpu { background-color: #4d83bb; }
.key i.ram { background-color: #a8841a; }
.key i.modelled { background-image: repeating-linear-gradient(135deg, #fff 0 1px, transparent 1px 4px); }
.chart {
  --bk-axis-label-text-color: #595959; --bk-major-label-text-color: #1f1f1f;
  --bk-axis-line-color: #595959; --bk-major-tick-line-color: #595959; --bk-grid-line-color: #d5d5d5;
}
.painted-dark .chart {
  --bk-axis-label-text-color: #b3b3b3; --bk-major-label-text-color: #e6e6e6;
  --bk-axis-line-color: #b3b3b3; --bk-major-tick-line-color: #b3b3b3; --bk-grid-line-color: #444444;
}
@media print {
  body { max-width: none; padding: 0; } .chart, table { break-inside: avoid; } summary { display: none; }
  .painted-dark .chart { filter: invert(1) hue-rotate(180deg); }
}
"""

# A canvas keeps the colours it was painted in: it is painted anew when the scheme changes, and inverted on paper, for
# which there is no time. So its colours hang on a class, and a repaint amid printing is of the same ones.
_SCRIPT = """
const dark = matchMedia('(prefers-color-scheme: dark)');
let turn = Promise.resolve();
async function draw() {
  document.documentElement.classList.toggle('painted-dark', dark.matches);
  for (const item of JSON.parse(document.getElementById('figures').textContent)) {
    document.getElementById(item.target_id).replaceChildren();
    await Bokeh.embed.embed_item(item, item.target_id);
  }
}
function redraw() { if (!matchMedia('print').matches) { turn = turn.then(draw); } }
dark.addEventListener('change', redraw);
addEventListener('beforeprint', () => { document.querySelectorAll('details').forEach(each => { each.open = true; }); });
redraw();
"""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Energy and carbon: {title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>Energy and carbon: {title}</h1>
<p>{lead}</p>
{sections}
{notes}
</main>
<footer>{made}</footer>
{bokeh}
<script type="application/json" id="figures">{data}</script>
<script>{script}</script>
</body>
</html>
"""

__all__ = ["document"]
