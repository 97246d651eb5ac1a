import io
import sys
import warnings
from dataclasses import replace
from operator import attrgetter

import pandas as pd
import pytest
from rig.evidence import MACHINE, cell, notebook, said

from jupyter_green.advice.evidence import Machine
from jupyter_green.advice.gates import Gates
from jupyter_green.advice.rules.file_reload import RULE
from jupyter_green.work import csv_reads, excel_reads, json_reads
from jupyter_green.work.file_reads import File, FileRead
from jupyter_green.work.traits import TRAITS

FILE = File(1, 1, 52_000_000)


def read(**changes):
    return FileRead(**{"file": FILE, "kind": "csv", "seconds": 2.0, "whole": True, **changes})


def of(*reads, source="df = pd.read_csv('data.csv')", machine=MACHINE, gates=None):
    cells = [cell(source, each, number=n, machine=machine, duration=4.0) for n, each in enumerate(reads)]
    return said(RULE, notebook(*cells), gates)


def test_the_third_time_is_told():
    found = of(read(), read(), read())
    assert "3 times" in found.evidence
    assert "52 MB" in found.evidence
    assert "6 s" in found.evidence
    assert found.share == 0.5
    assert of(read(), read()) is None


@pytest.mark.parametrize(
    "change",
    [
        {"file": replace(FILE, number=2)},
        {"file": replace(FILE, version=2)},
        {"kind": "json"},
        {"columns": 5},
        {"whole": False},
    ],
)
def test_what_is_read_otherwise_is_not_counted(change):
    assert of(read(), read(), read(**change)) is None
    assert of(read(), read(**change), read()) is None


def test_a_second_of_reading_is_a_size():
    quick = [read(seconds=0.01)] * 3
    assert of(*quick) is None
    assert of(*quick, gates=Gates(0)) is not None


def test_a_copy_takes_the_users_names():
    assert of(read(), read(), read()).patch.code == (
        "# once:\npd.read_csv('data.csv').to_pickle('data.pickle')\n"
        "# then, in place of read_csv:\npd.read_pickle('data.pickle')\n"
    )
    arrow = Machine(libraries=MACHINE.libraries, findable=frozenset({"pyarrow"}))
    assert "to_parquet('data.parquet')" in of(read(), read(), read(), machine=arrow).patch.code


def in_a_loop(source):
    found = said(RULE, notebook(cell(source, *[read()] * 5)))
    return found.patch


def test_out_of_a_loop_it_is_read_once():
    patch = in_a_loop("for k in range(5):\n    df = pd.read_csv(name, sep=';')\n    df['k'] = k")
    assert patch.after == (
        "as_read = pd.read_csv(name, sep=';')\nfor k in range(5):\n    df = as_read.copy()\n    df['k'] = k"
    )


def test_it_comes_out_of_all_loops():
    patch = in_a_loop("for k in range(5):\n    for j in range(5):\n        df = pd.read_csv('a.csv')")
    assert patch.after.startswith("as_read = pd.read_csv('a.csv')\nfor k")


@pytest.mark.parametrize(
    "source",
    [
        "for name in names:\n    df = pd.read_csv(name)",
        "for k in range(5):\n    df = pd.read_csv('a.csv')\n    df.to_csv('a.csv')",
        "for k in range(5): df = pd.read_csv('a.csv')",
        "for k in range(5):\n    df = pd.read_csv(path(k))",
        "for k in range(5):\n    def f():\n        return pd.read_csv('a.csv')",
    ],
)
def test_a_loop_that_may_need_it_anew_is_left(source):
    assert not hasattr(in_a_loop(source), "after")


@pytest.fixture
def file(tmp_path):
    remove = csv_reads.install(sys.modules["pandas.io.parsers.readers"])
    path = tmp_path / "secret.csv"
    path.write_text("a,b\n1,x\n2,y\n")
    yield path
    remove()


def noted(call):
    begun = TRAITS.begin()
    call()
    return [each for each in TRAITS.between(begun, TRAITS.end) if isinstance(each, FileRead)]


def test_a_read_is_noted_without_its_name(file):
    first, second = noted(lambda: (pd.read_csv(file), pd.read_csv(str(file))))
    assert (first.whole, first.columns, first.file.size) == (True, 0, 12)
    assert first.file == second.file
    assert "secret" not in repr(first)


def test_parts_are_told_from_the_whole(file):
    head, column = noted(lambda: (pd.read_csv(file, nrows=1), pd.read_csv(file, usecols=["a"])))
    chunks = noted(lambda: list(pd.read_csv(file, chunksize=1)))
    assert not head.whole
    assert column.whole
    assert column.columns
    assert not any(each.whole for each in chunks)


def test_a_changed_file_is_another(file):
    (first,) = noted(lambda: pd.read_csv(file))
    file.write_text("a,b\n1,x\n")
    (second,) = noted(lambda: pd.read_csv(file))
    assert first.file.number == second.file.number
    assert first.file.version != second.file.version


def test_what_cannot_be_read_says_so_itself(file, tmp_path):
    with pytest.raises(FileNotFoundError):
        pd.read_csv(tmp_path / "none.csv")
    with file.open() as opened:
        assert noted(lambda: pd.read_csv(opened)) == []


def test_warnings_still_name_the_users_line(file):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        pd.read_csv(file, sep="::", engine=None)
    assert [each.filename for each in caught] == [__file__]


PROBED = (
    (csv_reads, "pandas.io.parsers.readers", "_read"),
    (json_reads, "pandas.io.json._json", "JsonReader.__init__"),
    (json_reads, "pandas.io.json._json", "JsonReader.read"),
    (excel_reads, "pandas.io.excel._base", "BaseExcelReader.__init__"),
    (excel_reads, "pandas.io.excel._base", "BaseExcelReader.parse"),
)


@pytest.mark.parametrize(("probe", "module", "name"), PROBED)
def test_it_leaves_no_trace(probe, module, name):
    found = attrgetter(name)
    before = found(sys.modules[module])
    remove = probe.install(sys.modules[module])
    assert found(sys.modules[module]) is not before
    remove()
    assert found(sys.modules[module]) is before


@pytest.fixture
def others():
    removes = [probe.install(sys.modules[name]) for probe, name, _ in PROBED[1::2]]
    yield
    for remove in removes:
        remove()


def test_json_is_noted_however_it_is_written(others, tmp_path):
    table, lines = tmp_path / "table.json", tmp_path / "lines.json"
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    frame.to_json(table)
    frame.to_json(lines, orient="records", lines=True)
    got = []
    one, other = noted(lambda: got.extend((pd.read_json(table), pd.read_json(str(lines), lines=True))))
    assert all(each.equals(frame) for each in got)
    assert (one.kind, one.whole, one.file.size) == ("json", True, table.stat().st_size)
    assert one.file != other.file
    assert not any(each.whole for each in noted(lambda: pd.read_json(lines, lines=True, nrows=1)))
    assert noted(lambda: pd.read_json(io.StringIO(frame.to_json()))) == []
    with pytest.raises(FileNotFoundError):
        pd.read_json(tmp_path / "none.json")


def test_sheets_are_told_apart(others, tmp_path):
    book = tmp_path / "book.xlsx"
    with pd.ExcelWriter(book) as writer:
        for name in ("one", "two"):
            pd.DataFrame({"a": [1, 2]}).to_excel(writer, sheet_name=name, index=False)
    first, second, again = noted(
        lambda: (pd.read_excel(book), pd.read_excel(book, sheet_name="two"), pd.read_excel(str(book)))
    )
    assert (first.kind, first.whole, first.file) == ("excel", True, second.file)
    assert first.columns == again.columns != second.columns
    with pd.ExcelFile(book) as opened:
        opening, parsing = noted(lambda: (pd.read_excel(opened), pd.read_excel(opened)))
    assert opening.seconds > parsing.seconds
    assert not any(each.whole for each in noted(lambda: pd.read_excel(book, nrows=1)))


def test_json_comes_out_of_a_loop_too():
    found = said(RULE, notebook(cell("for k in range(5):\n    df = pd.read_json('a.json')", *[read(kind="json")] * 5)))
    assert found.patch.after.startswith("as_read = pd.read_json('a.json')\nfor k")
    found = said(
        RULE,
        notebook(*[cell("df = pd.read_json('a.jsonl', lines=True)", read(kind="json"), number=n) for n in range(3)]),
    )
    assert "pd.read_json('a.jsonl', lines=True).to_pickle('a.pickle')" in found.patch.code
