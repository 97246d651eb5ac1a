"""``jupyter green doctor``, each time as the command in a process of its own, on an installation made to order."""

import json
import os
import subprocess
import sys

import pytest

from jupyter_green.ledger import Ledger
from jupyter_green.version import __version__

FOOTNOTE = "jupyter_green.report.preprocessor.FootnotePreprocessor"


class Installation:
    """The files that ``pip install`` puts into an environment, and the user's own; they come before all others."""

    def __init__(self, folder, powercap):
        self.home = folder
        self.config = folder / "config"
        self.user = folder / "user"
        self.data = folder / "data"
        self.lab = self.data / "labextensions" / "jupyter-green" / "package.json"
        self.server = self.config / "jupyter_server_config.d" / "jupyter-green.json"
        self.nbconvert = self.config / "jupyter_nbconvert_config.py"
        self.put(self.lab, json.dumps({"name": "jupyter-green", "version": __version__}))
        self.put(self.server, json.dumps({"ServerApp": {"jpserver_extensions": {"jupyter_green": True}}}))
        self.put(self.nbconvert, f"c.Exporter.preprocessors.append({FOOTNOTE!r})\n")
        self.user.mkdir()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("JUPYTER_GREEN_")},
            **powercap.environment,
            "JUPYTER_CONFIG_PATH": f"{self.user}{os.pathsep}{self.config}",
            "JUPYTER_CONFIG_DIR": str(folder / "none"),
            "JUPYTER_PATH": str(self.data),
            "JUPYTER_DATA_DIR": str(folder / "share"),
            "JUPYTER_GREEN_LEDGER": str(folder / "ledger.sqlite3"),
            "TZ": "Europe/Paris",
        }

    @staticmethod
    def put(path, content):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def doctor(self, **variables):
        """Run it; return its exit status and its lines by title, each with its mark and joined where it is wrapped."""
        done = subprocess.run(
            [sys.executable, "-m", "jupyter_green.cli", "doctor"],
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.stderr == ""
        self.screen = done.stdout.splitlines()
        told = {}
        for line in self.screen:
            if line[:1] in "✓✗–" and line[1:2] == " ":
                title = line[2:14].strip()
                told[title] = f"{told[title]} {line[0]}" if title in told else line[0]
                told[title] += f" {line[14:]}"
            elif line.startswith(" ") and told:
                told[title] += f" {line.strip()}"
        return done.returncode, told


@pytest.fixture
def installation(tmp_path, powercap):
    return Installation(tmp_path / "installed", powercap(dram=True))


def test_a_sound_installation_has_nothing_to_mend_and_fits_a_screen(installation):
    status, told = installation.doctor()
    assert status == 0
    assert installation.screen[-1].startswith("Nothing is broken.")
    assert not any(line.startswith("✗") for line in installation.screen)
    assert told["package"].startswith(f"✓ jupyter-green {__version__}, Python 3.")
    assert told["JupyterLab"] == f"✓ its extension {__version__} in {installation.data / 'labextensions'}"
    assert told["server"].startswith("✓ its extension is enabled")
    assert told["nbconvert"] == "✓ HTML exports carry the footnote"
    assert told["CPU"] == "✓ measured: RAPL package counter (powercap), 1 package (±5 %)"
    assert told["CPU counter"].startswith("✓ RAPL package counter")
    assert told["processes"].startswith("✓ /proc tells")
    assert told["ledger"] == f"✓ {installation.home / 'ledger.sqlite3'}: 0 cells in the last 7 days"
    assert told["settings"] == "✓ from JUPYTER_GREEN_LEDGER, JUPYTER_GREEN_POWERCAP"
    assert told["electricity"].endswith("by time zone Europe/Paris")
    assert len(installation.screen) <= 30
    assert max(len(line) for line in installation.screen if str(installation.home) not in line) <= 110


def test_it_changes_nothing(installation):
    before = sorted(installation.home.rglob("*"))
    installation.doctor()
    assert sorted(installation.home.rglob("*")) == before


def test_an_old_lab_extension(installation):
    installation.put(installation.lab, json.dumps({"version": "0.0.1"}))
    status, told = installation.doctor()
    assert status == 1
    assert told["JupyterLab"].startswith(f"✗ its extension is 0.0.1, the package {__version__}; `pip install")
    assert installation.screen[-1].startswith("To mend: JupyterLab.")


@pytest.mark.parametrize("name", ["jupyter-green", "jupyter-green:panel"])
def test_a_disabled_lab_extension(installation, name):
    installation.put(
        installation.user / "labconfig" / "page_config.json", json.dumps({"disabledExtensions": {name: True}})
    )
    status, told = installation.doctor()
    assert (status, told["JupyterLab"]) == (
        1,
        f"✗ {name} is disabled; `jupyter labextension enable {name}` mends it",
    )


def test_a_lab_extension_that_the_user_enabled_again(installation):
    for place, off in ((installation.config, True), (installation.user, False)):
        content = json.dumps({"disabledExtensions": {"jupyter-green": off, "another": True}})
        installation.put(place / "labconfig" / "page_config.json", content)
    assert installation.doctor()[0] == 0


def test_a_disabled_server_extension(installation):
    installation.put(
        installation.user / "jupyter_server_config.json",
        json.dumps({"ServerApp": {"jpserver_extensions": {"jupyter_green": False}}}),
    )
    status, told = installation.doctor()
    assert (status, told["server"]) == (
        1,
        "✗ its extension is off; `jupyter server extension enable jupyter_green` mends it",
    )


@pytest.mark.parametrize(
    "assignment",
    [
        'c.HTMLExporter.preprocessors = ["nbconvert.preprocessors.TagRemovePreprocessor"]',
        "c.HTMLExporter.preprocessors = []",
    ],
)
def test_a_configuration_that_overrides_the_footnote_is_named(installation, assignment):
    culprit = installation.user / "jupyter_nbconvert_config.py"
    installation.put(culprit, assignment)
    status, told = installation.doctor()
    assert status == 1
    assert told["nbconvert"].startswith(f"✗ no footnote: {culprit} assigns the list of preprocessors")


def test_a_configuration_that_appends_is_left_alone(installation):
    installation.put(
        installation.user / "jupyter_nbconvert_config.py",
        'c.Exporter.preprocessors.append("nbconvert.preprocessors.TagRemovePreprocessor")',
    )
    assert installation.doctor()[1]["nbconvert"].startswith("✓")


def test_a_configuration_of_nbconvert_that_fails(installation):
    installation.put(installation.user / "jupyter_nbconvert_config.py", "1 / 0")
    status, told = installation.doctor()
    assert status == 1
    assert "ZeroDivisionError: division by zero" in told["nbconvert"]


def test_refused_settings_and_their_files(installation):
    file = installation.user / "jupyter_green_config.py"
    installation.put(file, "c.Green.pue = -1\nc.Green.nonsense = 1\n")
    status, told = installation.doctor(JUPYTER_GREEN_REGION="XX")
    assert status == 1
    for refused in ("Green.pue is ignored", "no setting Green.nonsense", "✗", "Green.region is ignored"):
        assert refused in told["settings"]
    assert f"✓ from {file}, JUPYTER_GREEN_LEDGER" in told["settings"]


def test_a_ledger_that_is_something_else(installation):
    (installation.home / "ledger.sqlite3").write_text("not a database, and long enough to be read as one" * 50)
    status, told = installation.doctor()
    assert status == 1
    assert "cannot be read" in told["ledger"]


def test_a_ledger_that_cannot_be_written(installation):
    (installation.home / "file").write_text("")
    status, told = installation.doctor(JUPYTER_GREEN_LEDGER=str(installation.home / "file" / "ledger"))
    assert status == 1
    assert "cannot be written" in told["ledger"]


def test_a_ledger_with_cells(installation):
    import time

    from rig.records import footprint

    from jupyter_green.record import Record, SessionTotal

    ledger = Ledger(installation.home / "ledger.sqlite3")
    made = footprint(100.0, started=time.time())
    ledger.append(Record("1", "boot", 3, made, SessionTotal(made, 1, 0.0)))
    ledger.close()
    assert installation.doctor()[1]["ledger"].endswith("ledger.sqlite3: 1 cell in the last 7 days")


def test_no_ledger_no_place_and_no_counter_are_notes(installation):
    status, told = installation.doctor(
        JUPYTER_GREEN_LEDGER="none", TZ="Etc/UTC", JUPYTER_GREEN_POWERCAP=str(installation.home)
    )
    assert status == 0
    assert told["ledger"].startswith("– none, by configuration")
    assert told["electricity"].startswith("– World")
    assert told["CPU counter"].startswith("–")
    assert told["CPU"].startswith("✓ modelled")
