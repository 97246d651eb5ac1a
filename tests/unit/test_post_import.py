"""The post-import watch: told once, after the module's own code, and without a trace."""

import importlib
import importlib.util
import sys

import pytest

from jupyter_green.post_import import ImportWatch


@pytest.fixture
def library(tmp_path, monkeypatch):
    (tmp_path / "a_library.py").write_text("answer = 42\n")
    (tmp_path / "broken_library.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "a_library"
    sys.modules.pop("a_library", None)


@pytest.fixture
def told():
    return []


@pytest.fixture
def watch(told, library):
    made = ImportWatch([library, "broken_library", "sys"], lambda name: told.append((name, name in sys.modules)))
    made.install()
    yield made
    made.remove()
    assert made not in sys.meta_path


def test_what_is_there_is_told_at_once_and_the_rest_when_it_comes(watch, told, library):
    assert told == [("sys", True)]
    module = importlib.import_module(library)
    assert told == [("sys", True), (library, True)]
    assert module.answer == 42
    assert module.__loader__ is module.__spec__.loader
    assert type(module.__loader__).__module__ == "_frozen_importlib_external"
    importlib.reload(module)
    assert len(told) == 2


def test_who_only_looks_can_read_and_imports_nothing(watch, told, library):
    spec = importlib.util.find_spec(library)
    assert spec.loader.get_source(library) == "answer = 42\n"
    assert library not in sys.modules
    assert len(told) == 1


def test_an_import_that_fails_fails_as_ever(watch, told):
    with pytest.raises(ZeroDivisionError):
        importlib.import_module("broken_library")
    assert len(told) == 1


def test_nothing_is_told_after_the_end(watch, told, library):
    watch.remove()
    importlib.import_module(library)
    assert len(told) == 1


def test_a_module_inside_a_package_is_told_on_its_own(tmp_path, monkeypatch, told):
    (tmp_path / "a_package").mkdir()
    (tmp_path / "a_package" / "__init__.py").write_text("loader = __loader__\nspec = __spec__\n")
    (tmp_path / "a_package" / "inner.py").write_text("1 / 0")
    monkeypatch.syspath_prepend(tmp_path)
    watch = ImportWatch(["a_package", "a_package.inner"], told.append)
    watch.install()
    try:
        package = importlib.import_module("a_package")
        assert told == ["a_package"]
        assert package.loader is package.__loader__ is package.__spec__.loader
        assert "jupyter_green" not in repr((package.loader, package.spec))
        with pytest.raises(ZeroDivisionError):
            importlib.import_module("a_package.inner")
        assert told == ["a_package"]
        (tmp_path / "a_package" / "inner.py").write_text("works = True")
        importlib.invalidate_caches()
        assert importlib.import_module("a_package.inner").works
        assert told == ["a_package", "a_package.inner"]
    finally:
        watch.remove()
        for name in ("a_package", "a_package.inner"):
            sys.modules.pop(name, None)


def test_what_does_not_exist_fails_as_ever(told):
    watch = ImportWatch(["no_such_library"], told.append)
    watch.install()
    try:
        with pytest.raises(ModuleNotFoundError, match="No module named 'no_such_library'"):
            importlib.import_module("no_such_library")
    finally:
        watch.remove()
    assert told == []
