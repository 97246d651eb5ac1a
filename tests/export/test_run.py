"""``jupyter green run``: real kernels, started and metered by the command."""

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from rig.records import MIME_TYPE, notebook

from jupyter_green.report.records import read


def written(path, *cells):
    nbformat.write(notebook(*cells), path)
    return path


@pytest.fixture(scope="module")
def ran(command, tmp_path_factory):
    """Run a notebook that loads nothing, with parameters, once for several tests."""
    folder = tmp_path_factory.mktemp("run")
    source = written(
        folder / "work.ipynb",
        new_code_cell("rounds, name = 1, 'default'", metadata={"tags": ["parameters"]}),
        new_code_cell("%%carbon loop\nfor _ in range(rounds): sum(range(300_000))"),
        new_code_cell("print(name, rounds, 'jupyter_green' in dir())"),
        new_code_cell("%load_ext jupyter_green\nimport os; print(os.getcwd())"),
    )
    before = source.read_bytes()
    result = command(
        "jupyter_green.cli", "run", source, "-o", folder / "out.ipynb", "-p", "rounds", "3", "-p", "name", "it's"
    )
    assert result.returncode == 0, result.stderr
    assert source.read_bytes() == before
    return result, nbformat.read(folder / "out.ipynb", as_version=4), folder


def printed(cell):
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def test_cells_are_metered_though_the_notebook_does_not_ask(ran):
    _, nb, _ = ran
    (reading,) = read(nb).records
    assert reading.label == "loop"
    assert reading.execution_count == 3
    assert reading.session.cells == 3
    assert reading.energy.joules > 0


def test_the_saved_notebook_has_its_footnote(ran):
    result, nb, folder = ran
    assert nb.cells[-1].metadata.tags == ["jupyter-green-footnote"]
    sentence = result.stdout.strip().removeprefix(f"{folder / 'out.ipynb'}: ")
    assert sentence.startswith("Running this notebook used ")
    assert "at least" not in sentence


def test_parameters_follow_their_defaults(ran):
    _, nb, _ = ran
    assert nb.cells[1].metadata.tags == ["injected-parameters"]
    assert nb.cells[1].source == '# Parameters\nrounds = 3\nname = "it\'s"'
    assert printed(nb.cells[3]).split() == ["it's", "3", "False"]


def test_loading_it_again_says_nothing_and_the_kernel_works_where_the_notebook_is(ran):
    _, nb, folder = ran
    assert printed(nb.cells[4]).strip() == str(folder)


def test_progress_is_on_stderr(ran):
    result, _, _ = ran
    assert "5/5" in result.stderr
    assert "cell" in result.stderr


def test_the_bar_foretells_a_long_cell(command, tmp_path):
    loop = "import io, time\nfrom tqdm import tqdm\nfor _ in tqdm(range(60), file=io.StringIO()): time.sleep(0.1)"
    source = written(tmp_path / "long.ipynb", new_code_cell(loop))
    result = command("jupyter_green.cli", "run", source)
    assert result.returncode == 0, result.stderr
    told = re.findall(r"Wh; this cell .*Wh.*, [0-9.]+ [mµ]?g CO₂e, ([0-9.]+) s left", result.stderr)
    assert len(told) >= 2
    assert float(told[-1]) < float(told[0])


def test_a_cell_that_raises_leaves_what_there_is(command, tmp_path):
    source = written(
        tmp_path / "bad.ipynb",
        new_code_cell("%%carbon\nsum(range(300_000))\nraise ValueError('no such\\nthing')"),
        new_code_cell("print('never')", execution_count=7, outputs=[nbformat.v4.new_output("stream", text="old")]),
    )
    result = command("jupyter_green.cli", "run", source)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == "jupyter green: cell [1] raised ValueError: no such"
    nb = nbformat.read(tmp_path / "bad.green.ipynb", as_version=4)
    assert [output.output_type for output in nb.cells[0].outputs] == ["error", "display_data"]
    assert MIME_TYPE in nb.cells[0].outputs[1].data
    assert (nb.cells[1].execution_count, nb.cells[1].outputs) == (None, [])
    assert "1 cell was not run or cleared" in nb.cells[-1].source


def test_a_kernel_that_is_not_there_is_one_line(command, tmp_path):
    nb = notebook(new_code_cell("1"))
    nb.metadata.kernelspec.name = "no-such-kernel"
    nbformat.write(nb, tmp_path / "strange.ipynb")
    result = command("jupyter_green.cli", "run", tmp_path / "strange.ipynb")
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1].startswith("jupyter green: there is no kernel 'no-such-kernel' here")
    assert "Traceback" not in result.stderr
    assert not list(tmp_path.glob("*.green.ipynb"))


def test_a_kernel_that_cannot_meter_says_where_to_install(command, environment, tmp_path):
    """A kernel whose environment has no jupyter_green, as one beside JupyterLab's often is."""
    elsewhere = tmp_path / "elsewhere" / "jupyter_green"
    elsewhere.mkdir(parents=True)
    (elsewhere / "__init__.py").write_text("raise ImportError('not installed here')")
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Elsewhere",
        "language": "python",
        "env": {"PYTHONPATH": str(elsewhere.parent)},
    }
    kernels = Path(environment["JUPYTER_DATA_DIR"]) / "kernels" / "elsewhere"
    kernels.mkdir(parents=True)
    (kernels / "kernel.json").write_text(json.dumps(spec))
    nb = notebook(new_code_cell("1"))
    nb.metadata.kernelspec.name = "elsewhere"
    nbformat.write(nb, tmp_path / "nb.ipynb")
    result = command("jupyter_green.cli", "run", tmp_path / "nb.ipynb")
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1] == (
        "jupyter green: kernel 'elsewhere' cannot load jupyter_green (ImportError: not installed here); "
        "install it in its environment"
    )


def test_an_interrupt_ends_the_cell_and_keeps_what_there_is(environment, tmp_path):
    source = written(
        tmp_path / "long.ipynb",
        new_code_cell("open('begun', 'w').close()\nimport time\ntime.sleep(100)"),
        new_code_cell("print('never')"),
    )
    command = [sys.executable, "-m", "jupyter_green.cli", "run", str(source)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        deadline = time.monotonic() + 60
        while not (tmp_path / "begun").exists():
            assert running.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert running.returncode == 1
    assert said.splitlines()[-1] == "jupyter green: cell [1] raised KeyboardInterrupt"
    assert nbformat.read(tmp_path / "long.green.ipynb", as_version=4).cells[0].outputs[-1].ename == "KeyboardInterrupt"
