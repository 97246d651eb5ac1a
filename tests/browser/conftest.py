import shutil
from pathlib import Path

import pytest
from rig.lab import LabServer

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def notebooks(tmp_path_factory):
    """A copy of the notebooks, which the tests may run and save."""
    folder = tmp_path_factory.mktemp("root")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    return folder


@pytest.fixture(scope="session")
def lab(notebooks, tmp_path_factory):
    with LabServer(notebooks, tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture
def page(browser):
    """A page that reports what its scripts throw."""
    opened = browser.new_page(viewport={"width": 1400, "height": 950})
    opened.errors = []
    opened.on("pageerror", lambda error: opened.errors.append(str(error)))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A folder of notebooks for one file of tests."""
    return tmp_path_factory.mktemp("root")


@pytest.fixture
def desk(desk_of_all):
    """The page of one file of tests, its ``desk_of_all``, cleared afterwards; nothing of ours was thrown on it."""
    yield desk_of_all
    desk_of_all.clear()
    errors, desk_of_all.errors[:] = list(desk_of_all.errors), []
    assert [error for error in errors if "jupyter-green" in error] == []


@pytest.fixture(scope="session")
def shots():
    """Where screenshots go, to be looked at."""
    folder = Path(__file__).parent / "_shots"
    folder.mkdir(exist_ok=True)
    return folder
