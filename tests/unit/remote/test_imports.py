"""The hook that hears of imports."""

import importlib
import sys

import pytest

from jupyter_green.remote.imports import ImportWatch


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A package and a module in it that nobody else has."""
    (tmp_path / "somebodys_llm").mkdir()
    (tmp_path / "somebodys_llm" / "__init__.py").write_text("loader = __loader__\nspec = __spec__\n")
    (tmp_path / "somebodys_llm" / "client.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path / "somebodys_llm"
    for name in ("somebodys_llm", "somebodys_llm.client"):
        sys.modules.pop(name, None)


@pytest.fixture
def heard():
    names = []
    watch = ImportWatch(["somebodys_llm", "somebodys_llm.client"], names.append)
    watch.install()
    yield names
    watch.remove()
    assert watch not in sys.meta_path


def test_an_import_is_told_when_it_is_done(library, heard):
    assert heard == []
    module = importlib.import_module("somebodys_llm")
    assert heard == ["somebodys_llm"]
    importlib.import_module("somebodys_llm.client")
    assert heard == ["somebodys_llm", "somebodys_llm.client"]
    assert module.loader is module.__loader__ is module.__spec__.loader
    assert "jupyter_green" not in repr((module.loader, module.spec))


def test_what_is_there_already_is_told_at_once(library):
    importlib.import_module("somebodys_llm")
    names = []
    watch = ImportWatch(["somebodys_llm"], names.append)
    watch.install()
    assert names == ["somebodys_llm"]
    importlib.reload(sys.modules["somebodys_llm"])
    assert names == ["somebodys_llm"]
    watch.remove()


def test_an_import_that_fails_is_told_when_it_succeeds(library, heard):
    source = library / "client.py"
    source.write_text("1 / 0")
    with pytest.raises(ZeroDivisionError):
        importlib.import_module("somebodys_llm.client")
    assert heard == ["somebodys_llm"]
    source.write_text("works = True")
    importlib.invalidate_caches()
    assert importlib.import_module("somebodys_llm.client").works
    assert heard == ["somebodys_llm", "somebodys_llm.client"]


def test_what_does_not_exist_fails_as_ever(heard):
    with pytest.raises(ModuleNotFoundError, match="No module named 'somebodys_llm'"):
        importlib.import_module("somebodys_llm")
    assert heard == []


def test_once_removed_it_hears_nothing(library):
    names = []
    watch = ImportWatch(["somebodys_llm"], names.append)
    watch.install()
    watch.remove()
    importlib.import_module("somebodys_llm")
    assert names == []
