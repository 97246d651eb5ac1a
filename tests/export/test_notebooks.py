"""The notebooks that we ship run from top to bottom, metered, and their page says what they cost."""

from pathlib import Path

import nbformat
import pytest

from jupyter_green.schema import MIME_TYPE

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_its_page_carries_the_footnote(path, command, tmp_path, opened):
    done = command("jupyter_green.cli", "run", path, "-o", tmp_path / path.name, TZ="Europe/Paris")
    assert done.returncode == 0, done.stderr
    notebook = nbformat.read(tmp_path / path.name, 4)
    errors = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "error"]
    assert errors == []
    assert any(MIME_TYPE in o.get("data", {}) for c in notebook.cells for o in c.get("outputs", []))
    exported = command("nbconvert", "--to", "html", "--output-dir", tmp_path, tmp_path / path.name)
    assert exported.returncode == 0, exported.stderr
    page, alarms = opened((tmp_path / path.name).with_suffix(".html"))
    assert page.get_by_text("Running this notebook used").is_visible()
    assert alarms == []
