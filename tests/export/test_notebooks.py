"""The notebooks that we ship run from top to bottom, metered, and their page says what they cost."""

import nbformat
import pytest
from rig.shipped import NOTEBOOKS

from jupyter_green.schema import MIME_TYPE


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_its_page_carries_the_footnote(path, executed, command, tmp_path, opened):
    run = executed(path.stem)
    notebook = nbformat.read(run, 4)
    errors = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "error"]
    assert errors == []
    assert any(MIME_TYPE in o.get("data", {}) for c in notebook.cells for o in c.get("outputs", []))
    exported = command("nbconvert", "--to", "html", "--output-dir", tmp_path, run)
    assert exported.returncode == 0, exported.stderr
    page, alarms = opened((tmp_path / path.name).with_suffix(".html"))
    assert page.get_by_text("Running this notebook used").is_visible()
    assert alarms == []
