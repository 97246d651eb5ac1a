"""Takes the pictures in ``docs``: ``python -m tests.pictures``.

Kernels, JupyterLab, Notebook and Chromium are real. The machine is the test rig's, so that there are a GPU and a
readable processor everywhere: counters that run, read by the same code as real ones.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, sync_playwright

from .rig.desk import LOAD, Desk
from .rig.gpu import StubGpu, StubNvml, steady
from .rig.lab import LabServer, change_theme, chromium, wait_until
from .rig.powercap import LivePowercap, PowercapTree
from .rig.records import notebook
from .rig.suggestion_cards import SuggestionCards

DOCS = Path(__file__).parents[1] / "docs"
COLOURS = 128
THEMES = {"dark": "JupyterLab Dark", "high-contrast": "JupyterLab Dark High Contrast"}
IDLE, BUSY, BUSIEST = 72.0, 230.0, 340.0
WORKLOAD = '''"""Keeps the processor busy for as long as its name says it would."""

from time import monotonic

from tqdm.auto import tqdm

corpus = loader = model = None


def tokenize(corpus, seconds=8):
    end = monotonic() + seconds
    while monotonic() < end:
        pass


def train(model, loader, seconds=20):
    end = monotonic() + seconds
    memory = bytearray(2**31)
    while monotonic() < end:
        memory[::4096] = memory[::4096]


def finetune_lora(model, epochs=15):
    for _ in tqdm(range(epochs), unit="epoch"):
        train(model, None, 3)
'''
CELLS = [
    LOAD,
    "from workload import corpus, finetune_lora, loader, model, tokenize, train",
    "%%carbon\nds = tokenize(corpus)",
    "%%carbon --units 53000 --unit sample\ntrain(model, loader)",
    "finetune_lora(model)",
    "import jupyter_green as green\ngreen.widget()",
    "%carbon report",
]

ADVISED = [
    LOAD,
    """import torch
from transformers import GPT2Config, GPT2LMHeadModel

config = GPT2Config(n_layer=2, n_head=2, n_embd=64, vocab_size=200, bos_token_id=0, eos_token_id=0)
model = GPT2LMHeadModel(config).eval()
prompts = torch.randint(1, 200, (2, 1, 8))""",
    """for ids in prompts:
    out = model.generate(
        ids, attention_mask=torch.ones_like(ids), pad_token_id=0,
        max_new_tokens=96, min_new_tokens=96, use_cache=False)""",
]


def save(name: str, picture: bytes) -> None:
    """Write a picture with as few colours as an interface has."""
    path = DOCS / f"{name}.png"
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS).save(path, optimize=True)
    print(f"{path.relative_to(DOCS.parent)}: {path.stat().st_size / 1024:.0f} KB")


def clip(around: Locator, height: float) -> FloatRect:
    """The upper part of an element."""
    box = around.bounding_box()
    assert box is not None
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": min(box["height"], height)}


def content_height(desk: Desk) -> float:
    """Where the panel's last section ends."""
    return float(
        desk.panel.evaluate(
            """panel => Math.max(...[...panel.querySelectorAll('section')].map(
              section => section.getBoundingClientRect().bottom)) - panel.getBoundingClientRect().top"""
        )
    )


def run(desk: Desk, text: str) -> Locator:
    """Run the cell with this text to its end."""
    cell = desk.run(text, wait=False)
    prompt = cell.locator(".jp-InputPrompt")
    wait_until(lambda: prompt.inner_text().strip("[]: ").isdigit(), f"the end of {text}", 90.0, desk.page)
    return cell


def in_lab(desk: Desk, folder: Path, gpu: StubNvml) -> None:
    """Work as a user would, and picture what is seen."""
    page = desk.page
    desk.open(folder / "train.ipynb")
    desk.command("application:toggle-left-area")
    run(desk, LOAD)
    page.wait_for_timeout(3000)  # a quiet time, from which the idle power is learned
    run(desk, "from workload")
    for cell, watts in (("tokenize(corpus)", IDLE), ("train(model, loader)", BUSIEST)):
        gpu.set_power(watts)
        run(desk, cell)
        gpu.set_power(IDLE)
        page.wait_for_timeout(2000)
    gpu.set_power(BUSY)
    desk.run("finetune_lora(model)", wait=False)
    page.locator(".jp-green-running").first.wait_for()
    page.wait_for_timeout(20_000)
    page.locator(".jp-Notebook").first.evaluate("notebook => notebook.scrollTo(0, 0)")
    page.mouse.move(0, 0)
    window = page.locator("#jp-main-content-panel")
    save("panel", page.screenshot(clip=clip(window, content_height(desk) + 30)))
    for name, known in THEMES.items():
        change_theme(page, known)
        save(f"panel-{name}", page.screenshot(clip=clip(desk.panel, content_height(desk))))
    change_theme(page, "JupyterLab Light")
    wait_until(lambda: "[*]" not in page.locator(".jp-Notebook").inner_text(), "the end of the last cell", 90.0, page)
    gpu.set_power(IDLE)
    cell = page.locator(".jp-CodeCell", has_text="train(model, loader)").last
    cell.locator(".jp-green-badge summary").click()
    cell.locator(".jp-green-badge dl").wait_for()
    page.mouse.move(0, 0)
    save("badge", cell.screenshot())
    widget = run(desk, "green.widget")
    widget.locator(".jupyter-widgets").first.wait_for()
    save("widget", widget.locator(".jp-OutputArea").screenshot())
    run(desk, "%carbon report")
    report = page.locator("iframe.jp-green-report")
    report.scroll_into_view_if_needed()
    report.content_frame.locator(".bk-Figure").first.wait_for()
    save("report", report.screenshot())
    desk.command("docmanager:save")


def in_notebook(desk: Desk) -> None:
    """Notebook 7 on the same kernel."""
    page = desk.page
    page.goto(desk.server.url("notebooks/train.ipynb"))
    page.locator(".jp-green-badge").first.wait_for(timeout=60_000)
    desk.wait_for_idle()
    desk.show_panel()
    wait_until(desk.joules, "a total", page=page)
    save("notebook7", page.screenshot(clip={"x": 0, "y": 0, "width": 1300, "height": 700}))


def on_a_page(browser: Browser, notebook: Path) -> None:
    """The footnote of that session in the exported page, unfolded."""
    subprocess.run([sys.executable, "-m", "nbconvert", "--to", "html", str(notebook)], check=True)
    page = browser.new_page(viewport={"width": 900, "height": 900})
    page.route(re.compile("^https?:"), lambda route: route.abort())
    page.goto(notebook.with_suffix(".html").as_uri())
    page.locator("aside details").evaluate("details => { details.open = true }")
    save("footnote", page.locator("aside").screenshot())
    page.close()


def suggested(desk: Desk, folder: Path) -> None:
    """A suggestion, measured, and its code beside the cell's."""
    page = desk.page
    desk.open(folder / "generate.ipynb")
    desk.command("application:toggle-left-area")
    for text in (LOAD, "import torch", "for ids in"):
        run(desk, text)
    cards = SuggestionCards(desk)
    cards.of("R09").wait_for(timeout=60_000)
    cards.measure("R09")
    cards.finding("R09", 300.0)
    page.mouse.move(0, 0)
    window = page.locator("#jp-main-content-panel")
    save("suggestion", page.screenshot(clip=clip(window, content_height(desk) + 30)))
    save("suggestion-code", cards.open_code("R09").locator(".jp-Dialog-content").screenshot())


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        home = Path(temporary)
        folder = home / "notebooks"
        folder.mkdir()
        (folder / "workload.py").write_text(WORKLOAD)
        cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
        nbformat.write(notebook(*cells), folder / "train.ipynb")
        gpu = StubNvml(home, StubGpu(steady(IDLE)))
        tree = PowercapTree(home / "powercap" / "class", dram=True)
        with LivePowercap(tree, 30.0, watts_per_core=60.0, dram_watts=24.0) as processor:
            region = {"JUPYTER_GREEN_REGION": "FR", "JUPYTER_GREEN_PUE": "1.2"}
            environment = {**gpu.environment, **processor.environment, **region}
            with LabServer(folder, home / "lab", environment) as server:
                browser = chromium(playwright)
                desk = Desk(browser, server)
                in_lab(desk, folder, gpu)
                on_a_page(browser, folder / "train.ipynb")
                in_notebook(desk)
            # advice on small cells, too
            nbformat.write(
                notebook(*[nbformat.v4.new_code_cell(source) for source in ADVISED]), folder / "generate.ipynb"
            )
            with LabServer(folder, home / "advised", {**environment, "JUPYTER_GREEN_ADVICE_THRESHOLD": "0"}) as server:
                suggested(Desk(browser, server), folder)
                browser.close()


if __name__ == "__main__":
    main()
