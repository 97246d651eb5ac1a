"""The panel's chart: fetched when it is first seen, live while a cell runs, in the theme's colours."""

import re

import nbformat
import pytest
from rig.feed import snapshot, telling
from rig.lab import change_theme, wait_until
from rig.pixels import of_colours

PANEL = "#jupyter-green-panel"
NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden)"
GPU, CPU, RAM = "--jp-green-gpu", "--jp-green-cpu", "--jp-green-ram"
WORK = "import time\nend = time.monotonic() + 9\nwhile time.monotonic() < end:\n    pass"
IDLE = """(() => {
  const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
  const kernel = context?.isReady ? context.session?.kernel : undefined;
  return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
})()"""

CELLS = [(24, -235.0, -175.0), (25, -135.0, None)]
STACK = {
    "ram": [12.0] * 120,
    "cpu": [10.0] * 26 + [40.0] * 24 + [10.0] * 16 + [45.0] * 54,
    "gpu": [0.0] * 26 + [165.0] * 24 + [2.0] * 16 + [190.0] * 54,
    "bands": CELLS,
}


class Page:
    """A notebook in Lab, with what it fetched and complained of."""

    def __init__(self, page, lab, name):
        self.page = page
        self._lab, self._name = lab, name
        self.fetched = []
        self.complaints = []
        self.told = []
        page.on("response", lambda answer: "jupyter-green/static" in answer.url and self.fetched.append(answer))
        page.on("console", lambda line: line.type in ("error", "warning") and self.complaints.append(line.text))
        page.on("pageerror", lambda error: self.complaints.append(error.stack or str(error)))
        page.on("websocket", lambda socket: socket.on("framereceived", self._note))
        self.figure = page.locator(f"{PANEL} .jp-green-chart-figure")
        self.picture = page.locator(PANEL).get_by_role("img", name=re.compile("^Power over"))

    def _note(self, frame):
        if b"jupyter-green-feed" in (frame if isinstance(frame, bytes) else frame.encode()):
            self.told.append(frame)

    def open(self):
        self.page.goto(self._lab.url(f"lab/tree/{self._name}?reset"))  # without what other tests left open
        self.ready()

    def reload(self):
        self.page.reload()
        self.ready()

    def ready(self):
        self.page.wait_for_selector(f"{NOTEBOOK} .jp-Cell", timeout=60_000)
        wait_until(lambda: self.page.evaluate(IDLE), "an idle kernel", page=self.page)

    def show(self):
        if not self.page.locator(PANEL).is_visible():
            self.page.evaluate("window.jupyterapp.commands.execute('jupyter-green:open')")
        self.page.locator(PANEL).wait_for()

    def hide(self):
        self.page.evaluate("window.jupyterapp.shell.collapseRight()")
        self.page.locator(PANEL).wait_for(state="hidden")

    def cell(self, index):
        return self.page.locator(f"{NOTEBOOK} .jp-CodeCell").nth(index)

    def run(self, index):
        self.cell(index).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")

    def run_to_the_end(self, index):
        self.run(index)
        self.cell(index).get_by_text(re.compile(r"^\[\d+\]:")).wait_for()

    def has_bokeh(self):
        return any(b"bk-" in answer.body() for answer in self.fetched if answer.ok)

    def labels(self):
        return self.page.locator(f"{PANEL} .jp-green-chart-cells span").all_inner_texts()

    def pixels(self, *variables):
        return {name: count for name, (count, _) in of_colours(self.figure, *variables).items()}

    def wait_for_colours(self, *variables):
        wait_until(lambda: min(self.pixels(*variables).values()) > 20, f"the colours {variables}", page=self.page)


@pytest.fixture
def opened(page, lab, notebooks):
    """Open a notebook with these cells."""

    def opener(name, *sources):
        metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        nbformat.write(nbformat.v4.new_notebook(metadata=metadata, cells=cells), notebooks / name)
        chart = Page(page, lab, name)
        chart.open()
        return chart

    return opener


def test_the_chart_is_live_while_a_cell_runs_and_there_again_after_a_reload(opened, shots):
    chart = opened("chart.ipynb", "%load_ext jupyter_green", WORK)
    chart.hide()
    chart.run_to_the_end(0)
    chart.run(1)
    wait_until(lambda: any(b'"step_s"' in frame for frame in chart.told), "a first history", page=chart.page)
    assert chart.fetched
    assert not chart.has_bokeh(), "fetched before anybody could see it"

    chart.show()
    chart.picture.wait_for()
    spoken = chart.picture.get_attribute("aria-label")
    assert re.fullmatch(r"Power over the last minute: now .*\sW, at most .*\sW", spoken)
    chart.wait_for_colours(CPU)
    assert chart.has_bokeh()
    assert chart.labels() == ["[2]"]
    legend = chart.page.locator(f"{PANEL} .jp-green-chart-legend").inner_text()
    assert "CPU" in legend
    assert "memory" in legend
    before = chart.pixels(CPU)[CPU]
    wait_until(lambda: chart.pixels(CPU)[CPU] > before, "growing areas", page=chart.page)
    assert chart.page.locator(f"{PANEL} .jp-green-chart-time").inner_text().split("\n")[-1] == "now"
    chart.page.screenshot(path=shots / "chart-running.png")

    wait_until(lambda: chart.page.evaluate(IDLE), "the end of the cell", page=chart.page)
    chart.page.keyboard.press("Control+s")
    chart.reload()
    chart.show()
    chart.picture.wait_for()
    chart.wait_for_colours(CPU)
    assert chart.labels() == ["[2]"]
    assert re.search(r"Power over the minute until \d.*: at most", chart.picture.get_attribute("aria-label"))
    assert chart.complaints == []


def test_the_chart_follows_the_theme_and_catches_up_when_it_is_seen_again(opened, shots):
    gap = {**STACK, "gpu": [*STACK["gpu"][:80], *[None] * 15, *STACK["gpu"][95:]]}
    first, second = snapshot(1, **STACK), snapshot(2, **gap)
    chart = opened("scripted.ipynb", telling(first), telling(second))
    change_theme(chart.page, "JupyterLab Light")  # which other tests may have left
    chart.show()
    chart.run_to_the_end(0)
    chart.picture.wait_for()
    chart.wait_for_colours(GPU, CPU, RAM)
    assert chart.labels() == ["[24]", "[25]"]
    spoken = chart.picture.get_attribute("aria-label").replace("\u00a0", " ")
    assert spoken == "Power over the last 5 minutes: now 247 W, at most 247 W"
    ticks = chart.page.locator(f"{PANEL} .jp-green-chart-ticks").inner_text()
    assert ticks.split() == ["300", "W", "150", "W", "0"]
    light = of_colours(chart.figure, GPU, CPU, RAM)
    chart.page.locator(PANEL).screenshot(path=shots / "chart-light.png")

    change_theme(chart.page, "JupyterLab Dark")
    try:
        chart.wait_for_colours(GPU, CPU, RAM)
        dark = of_colours(chart.figure, GPU, CPU, RAM)
        assert all(dark[name][1] != light[name][1] for name in light)
        chart.page.locator(PANEL).screenshot(path=shots / "chart-dark.png")
    finally:
        change_theme(chart.page, "JupyterLab Light")
    chart.wait_for_colours(GPU, CPU, RAM)

    whole = chart.pixels(GPU)[GPU]
    chart.hide()
    chart.run_to_the_end(1)
    chart.show()
    wait_until(lambda: 20 < chart.pixels(GPU)[GPU] < 0.95 * whole, "the gap where the GPU is unknown", page=chart.page)
    assert chart.complaints == []


def test_a_chart_that_cannot_be_loaded_says_so_and_comes_when_it_can(opened):
    chart = opened("unloaded.ipynb", telling(snapshot(1, **STACK)))
    chart.hide()
    chart.page.route("**/jupyter-green/static/**", lambda route: route.abort())
    chart.run_to_the_end(0)
    chart.show()
    trouble = chart.page.locator(PANEL).get_by_text("The chart could not be loaded.")
    trouble.wait_for()
    assert chart.page.locator(f"{PANEL} .jp-green-energy").first.get_attribute("data-joules")
    again = chart.page.locator(f"{PANEL} .jp-green-chart").get_by_role("button", name="Try again")
    again.click()
    trouble.wait_for()
    chart.page.unroute("**/jupyter-green/static/**")
    again.click()
    chart.picture.wait_for()
    chart.wait_for_colours(GPU, CPU, RAM)
    assert not trouble.is_visible()
