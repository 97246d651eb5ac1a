"""Every way of running a notebook without a frontend leaves one valid record for each metered cell."""

import subprocess
import sys

import jsonschema
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from jupyter_green import schema
from jupyter_green.schema import MIME_TYPE

# Of CPU time, so that it is as much work on a busy machine.
BURN = "import time\nend = time.process_time() + 1.2\nwhile time.process_time() < end: pass"
RUNNERS = {
    "nbclient": "import nbformat, nbclient; nb = nbformat.read('in.ipynb', 4);"
    " nbclient.NotebookClient(nb, allow_errors=True).execute(); nbformat.write(nb, 'out.ipynb')",
    "papermill": "import papermill; papermill.execute_notebook('in.ipynb', 'out.ipynb', progress_bar=False)",
    "jupyter execute": ["jupyter", "execute", "--allow-errors", "in.ipynb", "--output", "out.ipynb"],
    "nbconvert --execute": (
        ["jupyter", "nbconvert", "--execute", "--allow-errors", "--to", "notebook", "in.ipynb", "--output", "out.ipynb"]
    ),
}


def notebook():
    sources = ["%load_ext jupyter_green", BURN, "x = 1", "%%carbon small\nx", BURN + "\n1 / 0"]
    nb = new_notebook(cells=[new_code_cell(source) for source in sources])
    nb.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nb


@pytest.mark.parametrize("runner", RUNNERS)
def test_one_valid_record_for_each_metered_cell_also_where_it_raised(runner, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_GREEN_RECORD_THRESHOLD", "1.5")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    nbformat.write(notebook(), tmp_path / "in.ipynb")
    command = RUNNERS[runner]
    if isinstance(command, str):
        command = [sys.executable, "-c", command]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    # papermill reports the cell's own error, after it has written the notebook
    assert done.returncode == 0 or "ZeroDivisionError" in done.stderr, done.stderr
    assert "unhandled iopub" not in done.stderr
    cells = [c for c in nbformat.read(tmp_path / "out.ipynb", 4).cells if c.cell_type == "code"]
    records = [[o.data[MIME_TYPE] for o in c.outputs if MIME_TYPE in o.get("data", {})] for c in cells]
    assert [len(found) for found in records] == [0, 1, 0, 1, 1]
    for cell, found in zip(cells, records, strict=True):
        for record in found:
            jsonschema.Draft202012Validator(schema.load("footprint.v1")).validate(record)
            assert record["execution_count"] == cell.execution_count
    assert [found[0]["status"] for found in records if found] == ["ok", "ok", "error"]
    assert any(o.output_type == "error" for o in cells[-1].outputs)
    totals = [found[0]["session"]["joules"] for found in records if found]
    assert totals == sorted(totals)
