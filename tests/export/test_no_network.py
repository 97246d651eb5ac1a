"""Without configuration nothing is asked of the network, by anything that a user can do."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import rig
from nbformat.v4 import new_code_cell, new_notebook
from rig.records import MIME_TYPE

GUARD = Path(rig.__file__).parent / "no_network"
CELLS = [
    "%load_ext jupyter_green",
    "%%carbon burn\nend = __import__('time').time() + 1.2\nwhile __import__('time').time() < end: pass",
    "import jupyter_green as green\nwith green.measure('block') as block: sum(range(10**6))\nblock.footprint.emissions",
    "%carbon",
    "%carbon status",
    "%carbon report",
    "%carbon report page.html",
    "%carbon regions",
    "%carbon regions aws:eu-west-3 DE",
    "%carbon region",
    "%carbon pue 1.2",
    "%carbon export json",
    "%carbon export csv",
    "%carbon export markdown",
    "green.widget()",
    "%carbon off\n%carbon on\n%carbon reset",
    # Whatever else there is to ask for, now or later; what wants arguments says so.
    "magics = get_ipython().magics_manager.magics['line']['carbon'].__self__\n"
    "for name in magics._commands:\n"
    "    try: magics.carbon(name)\n"
    "    except Exception as error: print(name, error)",
    "import sys\n[name for name in ('httpx', 'requests', 'aiohttp') if name in sys.modules]",
]


@pytest.fixture
def guarded(tmp_path):
    """Run a Python command without any configuration and with the network forbidden, all its children included."""
    home = tmp_path / "home"
    unset = {name for name in os.environ if name.startswith("JUPYTER_GREEN_") or name.upper().endswith("_PROXY")}
    environment = {
        **{name: value for name, value in os.environ.items() if name not in unset},
        "HOME": str(home),
        "TZ": "Europe/Paris",  # a machine knows its time zone
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(GUARD), os.environ.get("PYTHONPATH")])),
        "NO_NETWORK_LOG": str(tmp_path / "network.log"),
    }

    def run(*arguments):
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    return run


def log(folder, word):
    return [line for line in (folder / "network.log").read_text().splitlines() if line.startswith(word)]


def test_the_whole_flow_tries_nothing(guarded, tmp_path):
    nb = new_notebook(cells=[new_code_cell(source) for source in CELLS])
    nb.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nb, tmp_path / "work.ipynb")
    for arguments in (
        ("nbconvert", "--to", "notebook", "--execute", "work.ipynb", "--output", "done.ipynb"),
        ("nbconvert", "--to", "html", "done.ipynb"),
        ("nbconvert", "--to", "markdown", "done.ipynb"),
        ("jupyter_green.cli", "footnote", "done.ipynb", "-o", "noted.ipynb"),
        ("jupyter_green.cli", "status"),
        ("jupyter_green.cli", "report"),
        ("jupyter_green.cli", "report", "--html", "ledger.html"),
        ("jupyter_green.cli", "regions"),
        ("jupyter_green.cli", "export", "json", "done.ipynb"),
        ("jupyter_green.cli", "export", "latex", "--since", "1d"),
    ):
        done = guarded("-m", *arguments)
        assert done.returncode == 0, (arguments, done.stderr)
    guarded("-m", "jupyter_green.cli", "doctor")  # may find something wrong here
    assert log(tmp_path, "tried") == []
    armed = "\n".join(log(tmp_path, "armed"))
    assert "ipykernel" in armed
    assert armed.count("\n") >= 9
    cells = [c for c in nbformat.read(tmp_path / "done.ipynb", 4).cells if c.cell_type == "code"]
    records = [o.data[MIME_TYPE] for c in cells for o in c.outputs if MIME_TYPE in o.get("data", {})]
    assert records
    assert cells[-1].outputs[0]["data"]["text/plain"] == "[]"
    assert "CO₂e" in (tmp_path / "done.html").read_text()


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "import socket; socket.getaddrinfo('jupyter.example', 443)",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 53))",
        "import urllib.request; urllib.request.urlopen('http://jupyter.example')",
        "import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', 'import httpx;"
        'httpx.get("https://jupyter.example")\']))',
    ],
)
def test_the_guard_sees_what_is_tried(guarded, tmp_path, code):
    done = guarded("-c", code)
    assert done.returncode != 0
    assert "the network is forbidden" in done.stderr
    assert len(log(tmp_path, "tried")) == 1


def test_the_guard_lets_a_machine_talk_to_itself(guarded, tmp_path):
    code = "import socket; s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname())"
    assert guarded("-c", code).returncode == 0
    assert log(tmp_path, "tried") == []
