"""The notebook on LoRA, executed and opened in JupyterLab: its badges tell joules per token."""

import re
import shutil


def test_the_badges_of_the_trainings_show_joules_per_token(executed, page, lab, notebooks, shots):
    shutil.copy(executed("lora"), notebooks / "executed.ipynb")
    page.goto(lab.url("lab/tree/executed.ipynb?reset"))
    for label in ("all weights", "LoRA, Trainer", "LoRA, Accelerate"):
        cell = page.locator(".jp-CodeCell", has_text=f"%%carbon {label}")
        cell.first.scroll_into_view_if_needed(timeout=60_000)
        badge = cell.locator(".jp-green-badge")
        badge.wait_for()
        assert re.search(r"\d\s[mµ]?J/token", badge.inner_text())
        page.screenshot(path=shots / f"lora {label}.png")
    assert page.errors == []
