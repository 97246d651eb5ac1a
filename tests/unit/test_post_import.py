"""The post-import watch: told once, after the module's own code, and without a trace."""

import importlib
import importlib.util
import pkgutil
import runpy
import sys
import threading
import zipfile

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


def test_a_module_run_aside_is_still_to_come(watch, told, library):
    spec = importlib.util.find_spec(library)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.answer == 42
    assert len(told) == 1
    importlib.import_module(library)
    assert told[1:] == [(library, True)]


def test_a_lazy_module_is_told_when_it_is_made_real(watch, told, library):
    spec = importlib.util.find_spec(library)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = sys.modules[library] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert len(told) == 1
    assert module.answer == 42
    assert told[1:] == [(library, True)]


def test_code_and_data_can_be_had_without_an_import(watch, told, library):
    assert pkgutil.get_data(library, "a_library.py") == b"answer = 42\n"
    assert runpy.run_module(library)["answer"] == 42


def test_modules_of_every_kind(tmp_path, monkeypatch, told):
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("zipped_module.py", "answer = 42")
    (tmp_path / "spaced" / "name_space").mkdir(parents=True)
    (tmp_path / "spaced" / "name_space" / "inner.py").write_text("answer = 42")
    (tmp_path / "spaced" / "rewritten_module.py").write_text("def check(a):\n    assert a == [1, 2]\n")
    monkeypatch.syspath_prepend(tmp_path / "packed.zip")
    monkeypatch.syspath_prepend(tmp_path / "spaced")
    pytest.register_assert_rewrite("rewritten_module")
    names = ["zipped_module", "name_space.inner", "rewritten_module", "__phello__"]  # the last is frozen in Python
    for name in (*names, "name_space"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    watch = ImportWatch([*names, "name_space"], told.append)
    watch.install()
    try:
        modules = [importlib.import_module(name) for name in names]
        kinds = [type(module.__spec__.loader).__name__ for module in modules]
        assert kinds == ["zipimporter", "SourceFileLoader", "AssertionRewritingHook", "type"]
        assert told == names
        with pytest.raises(AssertionError, match="At index 1 diff: 3 != 2"):
            modules[2].check([1, 3])
        assert importlib.util.find_spec("name_space").submodule_search_locations
    finally:
        watch.remove()
        for name in (*names, "name_space"):
            sys.modules.pop(name, None)


def test_imports_in_several_threads_end_and_are_told_once(tmp_path, monkeypatch):
    names = [f"threaded_{i}" for i in range(8)]
    for i, name in enumerate(names):  # each imports the next, in a ring
        (tmp_path / f"{name}.py").write_text(f"import threaded_{(i + 1) % len(names)}\nready = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    told = []
    watch = ImportWatch(names, told.append)
    watch.install()
    together = threading.Barrier(len(names))
    ready = []

    def run(name):
        together.wait()
        importlib.import_module(name)
        ready.append(name)

    threads = [threading.Thread(target=run, args=(name,), daemon=True) for name in names]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(ready) == names
        assert sorted(told) == names
        assert all(sys.modules[name].ready for name in names)
    finally:
        watch.remove()
        for name in names:
            sys.modules.pop(name, None)


def test_who_removes_it_while_a_module_is_looked_for_hears_nothing(told, library):
    watch = ImportWatch([library], told.append)

    class Removing:
        def find_spec(self, name, path, target=None):
            if name == library:
                watch.remove()

    watch.install()
    sys.meta_path.insert(1, Removing())
    try:
        importlib.import_module(library)
    finally:
        del sys.meta_path[[type(finder) for finder in sys.meta_path].index(Removing)]
    assert told == []
