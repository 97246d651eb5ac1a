"""What goes wrong around a kernel stays outside its cells."""

import pytest
from rig.kernel import Kernel
from rig.lab import wait_until

BURN = "import time\nend = time.monotonic() + 0.3\nwhile time.monotonic() < end: pass\n'done'"


@pytest.mark.parametrize(
    ("variable", "value", "line"),
    [
        ("JUPYTER_GREEN_REGION", "Frnce", "did you mean France (FR)?"),
        ("JUPYTER_GREEN_PUE", "-1", "pue must be from 1 to 5"),
        ("JUPYTER_GREEN_INTENSITY", "many", "JUPYTER_GREEN_INTENSITY"),
        ("JUPYTER_GREEN_RECORD", "sometimes", "Green.record is ignored"),
    ],
)
def test_a_bad_setting_gets_one_line_at_loading_and_its_default_stands(tmp_path, variable, value, line):
    with Kernel(tmp_path, {variable: value}, metered=False) as kernel:
        loaded = kernel.run("%load_ext jupyter_green")
        assert loaded.status == "ok"
        assert line in loaded.text
        assert loaded.text.count("\n") == 1
        assert kernel.run(f"%%carbon\n{BURN}").record["emissions"]["pue"] >= 1.0


def test_settings_from_a_file_and_from_the_environment_in_rising_order(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "jupyter_green_config.py").write_text("c.Green.region = 'PL'\nc.Green.pue = 1.3\n")
    with Kernel(tmp_path, {"JUPYTER_GREEN_PUE": "1.4"}) as kernel:
        emitted = kernel.run("%%carbon\n1").record["emissions"]
        assert (emitted["intensity"]["zone"], emitted["pue"]) == ("PL", 1.4)
        kernel.run("%config Green.pue = 1.5")
        assert kernel.run("%%carbon\n1").record["emissions"]["pue"] == 1.5
        refused = kernel.run("%config Green.pue = 0.5")
        assert "pue must be from 1 to 5" in (refused.text or refused.error["evalue"])


def test_a_data_directory_that_cannot_be_written_costs_the_ledger_only(tmp_path):
    (tmp_path / "data").write_text("a file stands where the folder should be")
    with Kernel(tmp_path) as kernel:
        outcome = kernel.run(f"%%carbon\n{BURN}")
        assert (outcome.status, outcome.result, outcome.text) == ("ok", "'done'", "")
        assert len(outcome.records) == 1
        kernel.listen(1.5)
        status = kernel.run("%carbon status").text
        assert "make it writable, or choose another file" in " ".join(status.split())


def test_a_counter_that_becomes_unreadable_is_named_and_the_cell_goes_on(tmp_path):
    from rig.powercap import LivePowercap, PowercapTree

    tree = PowercapTree(tmp_path / "powercap" / "class")
    with Kernel(tmp_path, tree.environment) as kernel:
        with LivePowercap(tree, 33.0):
            assert kernel.run(f"%%carbon\n{BURN}").record["components"]["cpu"]["method"] == "counter"
        tree.package().block()
        outcome = kernel.run(f"%%carbon\n{BURN}")
        assert (outcome.status, outcome.result) == ("ok", "'done'")
        kernel.listen(1.5)
        assert "energy_uj" in kernel.run("%carbon status").text
        flags = kernel.value("__import__('jupyter_green').session().cells[-2].footprint.flags")
        assert "cpu-partial" in flags


def test_a_fork_inside_a_cell_meters_nothing_and_disturbs_nothing(tmp_path):
    with Kernel(tmp_path) as kernel:
        outcome = kernel.run(
            "%%carbon\nimport os, jupyter_green as green\n"
            "with green.measure() as block:\n"
            "    child = os.fork()\n"
            "    if child == 0:\n"
            "        green.session().total\n"
            "if child == 0:\n"
            "    os._exit(0 if block.footprint.energy is not None else 1)\n"
            "os.waitpid(child, 0)[1]"
        )
        assert (outcome.status, outcome.result) == ("ok", "0")
        assert len(outcome.records) == 1


def test_nothing_asks_the_network(tmp_path):
    watch = (
        "import sys\nasked = []\n"
        "def audit(event, args):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'socket.gethostbyname', 'socket.sendto'):\n"
        "        asked.append(f'{event} {args}')\n"
        "sys.addaudithook(audit)"
    )
    with Kernel(tmp_path, metered=False) as kernel:
        kernel.run(watch)
        kernel.run("%load_ext jupyter_green")
        kernel.run(f"%%carbon\n{BURN}")
        kernel.run("%carbon\n")
        kernel.run("%carbon status")
        kernel.run("%carbon region aws:eu-west-3")
        kernel.run("%carbon regions")
        kernel.listen(1.5)
        assert kernel.value("asked") == []
        kernel.run("import socket\ns = socket.socket()\ns.settimeout(1)\ns.connect_ex(('127.0.0.1', 9))\ns.close()")
        assert len(kernel.value("asked")) == 1  # the watch works


def test_a_kernel_shut_down_at_once_leaves_its_last_cell_in_the_ledger(tmp_path):
    from jupyter_green.ledger import open_ledger

    with Kernel(tmp_path) as kernel:
        kernel.run(f"%%carbon the last\n{BURN}")
    (ledger,) = tmp_path.glob("data/jupyter-green/*.sqlite3")
    assert [row["label"] for row in open_ledger(ledger).since(0)][-1] == "the last"


def test_a_kernel_killed_in_mid_cell_leaves_its_cell_as_interrupted(tmp_path):
    import os
    import signal

    from jupyter_green.ledger import open_ledger

    with Kernel(tmp_path) as kernel:
        pid = kernel.value("__import__('os').getpid()")
        kernel.client.execute("%%carbon endless\nwhile True: pass")
        file = tmp_path / "data" / "jupyter-green" / "ledger.sqlite3"

        def row():
            rows = [row for row in open_ledger(file).since(0) if row["label"] == "endless"]
            return rows[0] if rows else None

        wait_until(row, "a heartbeat in the ledger")
        assert row()["status"] == "running"
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: row()["status"] == "interrupted", "the cell to be closed")
        assert row()["joules"] > 1.0
        assert row()["duration_s"] >= 2.0


def test_a_killed_kernels_cell_is_closed_for_good_by_the_next_kernel(tmp_path):
    import sqlite3

    from jupyter_green.ledger import open_ledger

    with Kernel(tmp_path) as kernel:
        kernel.run(f"%%carbon first\n{BURN}")
    (file,) = tmp_path.glob("data/jupyter-green/*.sqlite3")
    with sqlite3.connect(file) as ledger:
        ledger.execute("UPDATE cells SET process = 'another-boot pid:[1] 4711 1', started = started - 10000")
    with Kernel(tmp_path) as kernel:
        kernel.run(f"%%carbon second\n{BURN}")
    with sqlite3.connect(file) as ledger:
        assert ledger.execute("SELECT label, status, process FROM cells ORDER BY started").fetchall() == [
            ("first", "interrupted", None),
            ("second", "ok", None),
        ]
    assert [row["status"] for row in open_ledger(file).since(0)] == ["interrupted", "ok"]
