"""``log_with="jupyter_green"`` in scripts that use Accelerate, and in a notebook."""

import pytest
from rig.kernel import Kernel

from jupyter_green.ledger import open_ledger

FIGURES = ("energy_wh", "emissions_gco2e", "joules_per_token")
TOKENS = 24 * 10


@pytest.fixture(scope="module")
def script(told):
    return told("accelerated")


@pytest.mark.parametrize(("how", "label"), [("by_name", "by name"), ("as_an_object", "as an object")])
def test_it_meters_from_the_beginning_to_the_end(script, how, label):
    told = script[how]
    assert (told["label"], told["status"], told["tokens"]) == (label, "ok", TOKENS)
    history = told["history"]
    assert [noted["step"] for noted in history] == [1, 2, 3, 4, 5, 6]
    assert all(name in noted for noted in history for name in ("loss", *FIGURES))
    energy = [noted["energy_wh"] for noted in history]
    assert energy == sorted(energy)
    assert 0 <= energy[0] < energy[-1]
    low, joules, high = told["range"]
    assert 0 < low <= 3600 * energy[-1] <= high
    assert low < joules < high
    assert 3600 * energy[-1] / history[-1]["joules_per_token"] == pytest.approx(TOKENS)


def test_other_trackers_get_what_the_user_logs_and_nothing_else(script):
    assert [list(values) for values in script["by_name"]["others"]] == [["loss"]] * 6
    assert script["by_name"]["unwrapped"]
    others = {"aim", "clearml", "comet_ml", "dvclive", "mlflow", "swanlab", "tensorboard", "trackio", "wandb"}
    assert others | {"jupyter_green"} <= set(script["trackers"])


def test_two_of_them_agree(script):
    first, second = script["two_at_once"]
    assert (first["label"], second["label"]) == ("first", "second")
    assert first["tokens"] == second["tokens"] == TOKENS
    assert first["range"][0] < second["range"][1] < first["range"][2]


def test_a_tracker_that_is_thrown_away_ends_by_itself(script):
    assert script["forgotten"] == 0
    assert script["watches"] == []


def test_reading_too_early_names_the_mend(script):
    assert script["too_early"] == "no training has begun: call accelerator.init_trackers(…) first"


def test_the_ledger_keeps_the_projects_the_one_that_was_never_ended_too(script):
    cells = open_ledger(script["folder"] / "ledger.sqlite3").since(0)
    told = {cell["label"]: (cell["status"], cell["execution_count"]) for cell in cells}
    assert told == {
        "by name": ("ok", None),
        "as an object": ("ok", None),
        "first": ("ok", None),
        "forgotten": ("error", None),
        "never ended": ("ok", None),
    }


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebook")
    with Kernel(folder, {"JUPYTER_GREEN_LEDGER": str(folder / "ledger.sqlite3")}) as metered:
        metered.ledger = folder / "ledger.sqlite3"
        yield metered


def test_in_a_notebook_the_name_is_known_without_an_import_and_cells_keep_their_joules(kernel):
    assert not kernel.value("'jupyter_green.integrations' in __import__('sys').modules")
    begun = kernel.run(
        "from accelerate import Accelerator\n"
        'accelerator = Accelerator(cpu=True, log_with="jupyter_green")\n'
        'accelerator.init_trackers("in a notebook")\n'
    )
    assert begun.status == "ok", begun.outputs
    count = "accelerator.log({'loss': 1.0}, step=1)\nsum(i * i for i in range(3_000_000))"
    worked = kernel.run(f"%%carbon busy\n{count}")
    assert worked.status == "ok", worked.outputs
    ended = kernel.run("accelerator.log({'loss': 0.5}, step=2)\naccelerator.end_training()")
    assert ended.status == "ok", ended.outputs
    seen = "accelerator.get_tracker('jupyter_green')"
    first, second = kernel.value(f"[noted['energy_wh'] for noted in {seen}.history]")
    assert 0 <= first < second
    assert "overlapping-cells" not in worked.record["flags"]
    assert worked.record["energy"]["joules"] > 0
    assert "in a notebook" not in {cell["label"] for cell in open_ledger(kernel.ledger).since(0)}


def test_while_metering_is_off_nothing_is_claimed(kernel):
    kernel.run("accelerator.init_trackers('again')\naccelerator.log({'loss': 1.0})")
    kernel.run("%carbon off\naccelerator.log({'loss': 0.5})")
    on, off = kernel.value("accelerator.trackers[-1].history")
    assert "energy_wh" in on
    assert off == {"loss": 0.5, "step": None}
    assert kernel.run("accelerator.end_training()\n%carbon on").status == "ok"


def test_unloading_takes_the_name_back(kernel):
    table = "sorted(__import__('accelerate').tracking.LOGGER_TYPE_TO_CLASS)"
    before = kernel.value(table)
    kernel.run("%unload_ext jupyter_green")
    assert kernel.value(table) == [name for name in before if name != "jupyter_green"]
    refused = kernel.run('Accelerator(cpu=True, log_with="jupyter_green")')
    assert refused.error["ename"] == "ValueError"
    kernel.run("%load_ext jupyter_green")
    assert kernel.value(table) == before
