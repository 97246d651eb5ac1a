"""Real kernels that ask a live service: what a cell's record says, and that no cell, status or export waits for it."""

import json
import os
import subprocess
import sys
import time

import jsonschema
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from rig.grid_server import BEARER, PASSWORD, TOKEN, GridServer
from rig.kernel import Kernel

from jupyter_green import schema
from jupyter_green.schema import MIME_TYPE

BURN = "end = __import__('time').time() + 0.3\nwhile __import__('time').time() < end: pass"
DEADLINE = 60  # s, beyond which something is broken


@pytest.fixture
def server():
    with GridServer() as server:
        yield server


def kernel(folder, server, provider, **environment):
    settings = {"JUPYTER_GREEN_PROVIDER": provider, "JUPYTER_GREEN_REGION": "GB"}
    return Kernel(folder, {**settings, **server.environment, **environment})


def status(kernel):
    """The sentence about the service."""
    said = " ".join(kernel.run("%carbon status", store_history=False).text.split())
    return said[said.index("live service:") : said.index("PUE")]


def wait_for(kernel, words):
    end = time.monotonic() + DEADLINE
    while words not in (said := status(kernel)):
        assert time.monotonic() < end, said
    return said


def exact(emissions, joules):
    return emissions["grams"] == joules * emissions["intensity"]["value"] * (emissions["pue"] / 3.6e6)


@pytest.mark.parametrize(
    ("provider", "zone", "said"),
    [
        ("uk", "", {"value": 123.0, "zone": "GB", "boundary": "direct", "method": "average", "basis": "consumption"}),
        ("electricitymaps", "FR", {"value": 123.0, "zone": "FR", "boundary": "lifecycle", "method": "average"}),
        ("watttime", "CAISO_NORTH", {"value": 123 * 0.45359237, "zone": "CAISO_NORTH", "method": "marginal"}),
    ],
)
def test_a_record_says_live_with_the_value_and_what_it_means(tmp_path, server, provider, zone, said):
    server.value = lambda at: 123
    with kernel(tmp_path, server, provider, JUPYTER_GREEN_PROVIDER_ZONE=zone, TZ=":no/such/zone") as one:
        wait_for(one, "live, last answer")
        record = one.run(f"%%carbon\n{BURN}").record
        told = one.run("%carbon\n%carbon status")
        best = one.run("%carbon regions FR")
    jsonschema.Draft202012Validator(schema.load("footprint.v1")).validate(record)
    intensity = record["emissions"]["intensity"]
    assert {key: intensity[key] for key in said} == pytest.approx(said)
    assert intensity["status"] == "live"
    assert intensity["low"] < intensity["value"] < intensity["high"]
    assert exact(record["emissions"], record["energy"]["joules"])
    assert "Best start: cell [" in best.text
    ledger = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    shown = json.dumps(record) + json.dumps(told.outputs) + json.dumps(best.outputs)
    for secret in (TOKEN, PASSWORD, BEARER):
        assert secret not in shown
        assert secret.encode() not in ledger


def test_neither_cell_nor_status_nor_export_waits_for_a_server_that_never_answers(tmp_path, server):
    server.fault = "black hole"
    with kernel(tmp_path, server, "uk") as one:
        assert server.waiting.wait(DEADLINE)
        outcome = one.run(f"%%carbon\n{BURN}")
        assert (outcome.status, outcome.text) == ("ok", "")
        record = outcome.record
        wait_for(one, "has not answered for")
        assert "No energy" not in one.run("%carbon").text
        nb = new_notebook(cells=[new_code_cell(BURN, execution_count=1, outputs=[_displayed(record)])])
        nbformat.write(nb, tmp_path / "metered.ipynb")
        done = subprocess.run(
            [sys.executable, "-m", "nbconvert", "--to", "markdown", "metered.ipynb"],
            cwd=tmp_path,
            env={**os.environ, **server.environment, "JUPYTER_GREEN_PROVIDER": "uk"},
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert not server.release.is_set()  # all of it was done before any answer
    assert len(server.asked) == 1
    assert record["emissions"]["intensity"]["status"] == "fallback"
    assert record["emissions"]["grams"] > 0
    assert "CO₂e" in (tmp_path / "metered.md").read_text()


def _displayed(record):
    return new_output("display_data", data={MIME_TYPE: record, "text/plain": "a line"})


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (429, "it asks for fewer requests (429); asked again in"),
        ("garbage", "it answers with something that is no JSON"),
    ],
)
def test_a_service_at_fault_is_one_line_of_the_status_and_nothing_in_a_cell(tmp_path, server, fault, words):
    server.fault = fault
    with kernel(tmp_path, server, "uk") as one:
        said = wait_for(one, words)
        outcome = one.run(f"%%carbon\n{BURN}")
    assert "fallback, the annual mean stands in" in said
    assert (outcome.status, outcome.text) == ("ok", "")
    assert outcome.record["emissions"]["intensity"]["status"] == "fallback"


def test_a_refused_token_is_named_and_not_shown(tmp_path, server):
    secret = "an-expired-token"
    with kernel(tmp_path, server, "electricitymaps", JUPYTER_GREEN_ELECTRICITYMAPS_TOKEN=secret) as one:
        said = wait_for(one, "it refuses the token (401): check JUPYTER_GREEN_ELECTRICITYMAPS_TOKEN")
        everything = one.run("import logging; logging.basicConfig(level=0)\n%carbon status\n%carbon").outputs
    assert secret not in said + json.dumps(everything)


def test_tokens_from_a_file_that_only_its_owner_reads(tmp_path, server):
    (tmp_path / "config").mkdir()
    file = tmp_path / "config" / "jupyter_green_tokens"
    file.write_text(f"JUPYTER_GREEN_ELECTRICITYMAPS_TOKEN={TOKEN}\n")
    file.chmod(0o640)
    with kernel(tmp_path, server, "electricitymaps", JUPYTER_GREEN_ELECTRICITYMAPS_TOKEN="") as one:
        wait_for(one, "others can read jupyter_green_tokens; chmod 600 it")
        assert server.asked == []
        file.chmod(0o600)
        one.run("%config Green.provider_zone = 'GB'")  # a change of settings asks at once
        wait_for(one, "live, last answer")


def test_without_httpx_the_status_names_the_pip_command_and_the_annual_mean_is_used(tmp_path, server):
    (tmp_path / "missing").mkdir()
    (tmp_path / "missing" / "httpx.py").write_text("raise ImportError('not installed')")
    paths = os.pathsep.join(filter(None, [str(tmp_path / "missing"), os.environ.get("PYTHONPATH")]))
    with kernel(tmp_path, server, "uk", PYTHONPATH=paths) as one:
        wait_for(one, "it needs httpx: pip install 'jupyter-green[live]'")
        record = one.run(f"%%carbon\n{BURN}").record
    assert record["emissions"]["intensity"]["status"] == "fallback"
    assert server.asked == []


def test_doctor_asks_the_service_and_says_what_it_got(tmp_path, server):
    def doctor(**environment):
        done = subprocess.run(
            [sys.executable, "-m", "jupyter_green.cli", "doctor"],
            env={
                **os.environ,
                **server.environment,
                "JUPYTER_CONFIG_DIR": str(tmp_path),
                "JUPYTER_GREEN_LEDGER": "none",
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )
        said = " ".join(done.stdout.split())
        assert PASSWORD not in said
        return said

    server.value = lambda at: 321
    said = doctor(JUPYTER_GREEN_PROVIDER="uk")
    assert (
        "✓ live value United Kingdom, 321 g CO₂e/kWh, live, direct emissions only (NESO Carbon Intensity API)" in said
    )
    refused = doctor(
        JUPYTER_GREEN_PROVIDER="watttime",
        JUPYTER_GREEN_PROVIDER_ZONE="CAISO_NORTH",
        JUPYTER_GREEN_WATTTIME_PASSWORD="wrong-secret",
    )
    assert "✗ live value" in refused
    assert "refuses user name or password (401)" in refused
    assert "wrong-secret" not in refused
