"""The report's page offline, and report and widget in JupyterLab: what a person sees."""

import re
import time

import nbformat
import pytest
from rig.lab import change_theme, wait_until
from rig.records import footprint

from jupyter_green.ledger import Ledger, open_ledger
from jupyter_green.record import Record, SessionTotal
from jupyter_green.report import page as report_page
from jupyter_green.report.history import since

HOSTILE = "</script><script>alert(1)</script>"
HEADINGS = ["By day", "Timeline", "By cell", "By kernel", "By component", "Cumulative"]
IDLE = """(() => {
  const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
  const kernel = context?.isReady ? context.session?.kernel : undefined;
  return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
})()"""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Write the page of a ledger with two days and two kernels."""
    from datetime import datetime

    folder = tmp_path_factory.mktemp("report")
    ledger = Ledger(folder / "ledger.sqlite3")
    now = time.time()
    for boot, age in (("first", 30), ("second", 2)):
        for number, (label, joules) in enumerate((("load()", 400.0), ("train()", 9000.0), (HOSTILE, 12000.0)), start=1):
            begun = now - age * 3600 + number * 120
            made = footprint(joules, label=label, started=begun, duration=100.0)
            whole = footprint(number * 12000.0, started=now - age * 3600, duration=number * 120.0 + 100.0)
            ledger.append(Record(f"{boot}-{number}", boot, number, made, SessionTotal(whole, number, 500.0)))
    ledger.close()
    content = report_page.of_ledger(open_ledger(ledger.path), since("7d", datetime.now().astimezone()))
    report_page.write(report_page.document(content), folder / "page.html")
    return folder / "page.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_works_without_any_network(browser, written, shots, scheme):
    context = browser.new_context(viewport={"width": 1000, "height": 900}, color_scheme=scheme, offline=True)
    page = context.new_page()
    asked, alarms = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: alarms.append(str(error)))
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    page.goto(written.as_uri())
    for heading in HEADINGS:
        page.get_by_role("heading", name=heading, exact=True).wait_for()
    wait_until(lambda: page.locator(".chart canvas").count() >= len(HEADINGS), "the charts", page=page)

    chart = page.get_by_role("img", name=re.compile("By cell;"))
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()

    def tip():
        for x in (0.4, 0.41):  # into the first bar
            page.mouse.move(box["x"] + box["width"] * x, box["y"] + 22)
        return page.get_by_text("84 % measured", exact=True).is_visible()

    wait_until(tip, "the bar's figures", page=page)
    assert page.get_by_text(f"[3] {HOSTILE}").filter(visible=True).count() == 1

    page.get_by_text("By day as a table").click()
    table = page.get_by_role("table").filter(has=page.get_by_role("columnheader", name="Day"))
    assert table.get_by_role("row").count() == 3
    page.screenshot(path=shots / f"report-{scheme}.png", full_page=True)
    assert asked == [written.as_uri()]
    assert alarms == []
    context.close()


def test_report_and_widget_in_a_notebook(browser, lab, notebooks, shots):
    """Where our own extension is present they are no worse; the widget needs nothing of it."""
    cells = [
        "%load_ext jupyter_green",
        "import jupyter_green as green\ngreen.widget()",
        f"%%carbon {HOSTILE}\nimport time\nend = time.monotonic() + 3\nwhile time.monotonic() < end: pass",
        "%carbon report",
    ]
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nb = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(code) for code in cells], metadata={"kernelspec": kernelspec}
    )
    nbformat.write(nb, notebooks / "report.ipynb")
    # nothing is emulated, so that a frame takes its scheme from the notebook
    page = browser.new_page(viewport={"width": 1300, "height": 1500}, color_scheme="null")
    alarms = []
    page.on("pageerror", lambda error: alarms.append(str(error)))
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    page.goto(lab.url("lab/workspaces/report/tree/report.ipynb"))  # other tests keep their layout
    page.locator(".jp-CodeCell").first.wait_for(timeout=60_000)
    wait_until(lambda: page.evaluate(IDLE), "an idle kernel", page=page)
    change_theme(page, "JupyterLab Light")

    def run(number):
        page.locator(".jp-CodeCell").nth(number).locator(".cm-content").click()
        page.keyboard.press("Control+Enter")

    def done(number, count):
        prompt = page.locator(".jp-CodeCell").nth(number).locator(".jp-InputPrompt")
        wait_until(lambda: prompt.inner_text() == f"[{count}]:", f"the end of cell {count}", page=page)

    run(0)
    done(0, 1)
    run(1)
    done(1, 2)
    widget = page.locator(".jp-green-live")
    widget.get_by_role("heading", name="Sources").wait_for()
    run(2)
    widget.get_by_text("so far").wait_for()
    widget.get_by_text(HOSTILE).first.wait_for()
    page.screenshot(path=shots / "widget-running.png")
    done(2, 3)
    widget.get_by_text("idle", exact=True).wait_for()
    row = widget.get_by_role("row").filter(has_text=f"[3] {HOSTILE}")
    row.wait_for()
    widget.screenshot(path=shots / "widget.png")

    run(3)
    frame = page.frame_locator("iframe.jp-green-report")
    frame.get_by_role("heading", name="Timeline", exact=True).wait_for()
    wait_until(lambda: frame.locator(".chart canvas").count() >= 4, "the charts", page=page)
    page.screenshot(path=shots / "report-inline.png")
    scheme = "() => matchMedia('(prefers-color-scheme: dark)').matches"
    assert frame.locator("html").evaluate(scheme) is False
    change_theme(page, "JupyterLab Dark")
    wait_until(lambda: frame.locator("html").evaluate(scheme), "the dark report", page=page)
    wait_until(lambda: frame.locator("html.painted-dark").count(), "the dark charts", page=page)
    page.screenshot(path=shots / "report-inline-dark.png")
    change_theme(page, "JupyterLab Light")
    wait_until(lambda: not frame.locator("html").evaluate(scheme), "the light report", page=page)
    assert alarms == []
    page.close()
