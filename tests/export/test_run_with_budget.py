"""``jupyter green run`` of a notebook whose cell has a budget."""

import nbformat
from nbformat.v4 import new_code_cell
from rig.records import notebook

from jupyter_green.report.records import read


def test_it_stops_at_the_cell_that_spent_its_budget_and_says_so(command, tmp_path):
    source = tmp_path / "work.ipynb"
    cells = [new_code_cell("%%carbon --budget 3J\nwhile True: pass"), new_code_cell("'not reached'")]
    nbformat.write(notebook(*cells), source)
    result = command("jupyter_green.cli", "run", source, "-o", tmp_path / "out.ipynb")
    assert result.returncode == 1
    assert "cell [1] was interrupted: the cell's budget is spent" in result.stderr
    (reading,) = read(nbformat.read(tmp_path / "out.ipynb", as_version=4)).records
    assert reading.status == "interrupted"
    assert "budget-spent" in reading.flags
