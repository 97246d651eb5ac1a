"""A notebook that runs another one: the inner kernel is part of the outer one, and the ledger's sums count it once."""

from rig.kernel import Kernel

from jupyter_green.ledger import open_ledger
from jupyter_green.report.history import History

INNER = """
import nbformat, nbclient, time
from nbformat.v4 import new_code_cell, new_notebook
burn = "import time\\nend = time.monotonic() + 2\\nwhile time.monotonic() < end: pass"
nb = new_notebook(cells=[new_code_cell("%load_ext jupyter_green"), new_code_cell(burn), new_code_cell(burn)])
_ = nbclient.NotebookClient(nb, kernel_name="python3").execute()
"""


def test_an_inner_kernel_is_counted_once(tmp_path):
    with Kernel(tmp_path) as kernel:
        assert kernel.run(f"%%carbon outer\n{INNER}", timeout=120).status == "ok"
        kernel.listen(1.5)
    (file,) = tmp_path.glob("data/jupyter-green/*.sqlite3")
    sessions = open_ledger(file).sessions(0)
    assert len(sessions) == 2
    (inner,) = [row for row in sessions if row["inside"]]
    (outer,) = [row for row in sessions if not row["inside"]]
    assert inner["inside"] == outer["boot"]
    assert outer["joules"] > inner["joules"] > 1.0
    from datetime import datetime, timezone

    then, now = datetime.fromtimestamp(0, timezone.utc), datetime.now(timezone.utc)
    history = History(then, now, sessions, open_ledger(file).since(0))
    assert history.to_json()["total"]["joules"] == outer["joules"]
    assert "1 session ran inside metered cells" in history.text(bars=False)
