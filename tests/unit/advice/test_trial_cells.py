"""Trials of a suggestion's cell: in the notebook's namespace, which is afterwards as it was."""

import textwrap

import pytest
import torch
from rig.arms import CountedWork, instruments

from jupyter_green.advice.suggestion import Edit, Snippet, Suggestion
from jupyter_green.advice.trial import Options, cells, experiment, try_suggestion
from jupyter_green.advice.trial.outcome import CPU_TIME


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setitem(experiment.LONG, CPU_TIME, 0.002)
    monkeypatch.setitem(cells._SECONDS, CPU_TIME, 0.2)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


class Notebook:
    """Cells that were run."""

    def __init__(self, *sources):
        self.sources = {}
        self.work = CountedWork()
        self.namespace = {"__name__": "__main__", "spin": self.work.spin}
        for number, source in enumerate(sources, 1):
            self.sources[number] = textwrap.dedent(source)
            if not self.sources[number].startswith("%"):
                exec(compile(self.sources[number], f"<cell {number}>", "exec"), self.namespace)

    def tried(self, old, new, *, edited=None, cell=None, **options):
        cell = max(self.sources) if cell is None else cell
        edited = cell if edited is None else edited
        before = self.sources[edited]
        assert old in before
        suggestion = Suggestion(
            f"R00-{cell}",
            "R00",
            cell,
            "",
            "",
            None,
            "",
            "same result",
            Edit(edited, before, before.replace(old, new)),
            1.0,
        )
        names = dict(self.namespace)
        counts = any("spin(" in source for source in self.sources.values())
        by = self.work.instruments() if counts else instruments()
        trial = try_suggestion(suggestion, self.namespace, self.sources, by, Options(rounds=3, **options))
        assert self.namespace.keys() == names.keys()
        assert all(self.namespace[name] is value for name, value in names.items())
        return trial


def test_a_change_in_the_cell_itself():
    trial = Notebook("1", "x = spin(40_000)").tried("40_000", "10_000")
    assert (trial.low, trial.ratio, trial.high) == pytest.approx((0.25, 0.25, 0.25))
    assert trial.unit == "run"
    assert trial.label == "R00-2"
    assert trial.feasible


def test_a_change_of_a_function_in_an_earlier_cell():
    notebook = Notebook("def work():\n    return spin(40_000)", "x = work()")
    assert notebook.tried("40_000", "4_000", edited=1).ratio == pytest.approx(0.1)


def test_a_function_that_calls_the_changed_one_sees_the_change():
    notebook = Notebook("def inner():\n    return spin(40_000)", "def outer():\n    return inner()", "x = outer()")
    assert notebook.tried("40_000", "4_000", edited=1).ratio == pytest.approx(0.1)


def test_what_an_earlier_cell_makes_is_made_anew_with_what_depends_on_it():
    notebook = Notebook(
        "size = 60_000",
        "numbers = list(range(size))\nunused = 1",
        "never_again = print('trained')",
        "x = spin(len(numbers))",
    )
    assert notebook.tried("60_000", "6_000", edited=1).ratio == pytest.approx(0.1)


def test_a_model_in_another_precision_gets_its_optimizer_anew():
    notebook = Notebook(
        "import torch\nmodel = torch.nn.Linear(4, 4).double()",
        "optimizer = torch.optim.SGD(model.parameters(), 0.1)\nmodel.train()",
        """
        for step in range(3):
            optimizer.zero_grad()
            loss = model(torch.ones(2, 4, dtype=model.weight.dtype)).sum()
            loss.backward()
            optimizer.step()
        """,
    )
    model = notebook.namespace["model"]
    weights = model.weight.detach().clone()
    trial = notebook.tried(".double()", "", edited=1)
    assert trial.known, trial.reason
    assert model.weight.dtype == torch.float64
    assert torch.equal(model.weight, weights)


def test_a_class_that_is_changed_is_made_anew():
    notebook = Notebook(
        "class Work:\n    def run(self):\n        return spin(40_000)", "work = Work()", "x = work.run()"
    )
    assert notebook.tried("40_000", "4_000", edited=1).ratio == pytest.approx(0.1)


def test_a_long_loop_is_shortened_to_as_many_rounds_in_both_arms():
    notebook = Notebook("seen = []", "1")
    notebook.sources[2] = "for i in range(10**9):\n    seen.append(spin(1_000))"
    trial = notebook.tried("spin(1_000)", "spin(500)")
    assert trial.ratio == pytest.approx(0.5)
    assert trial.notes[0].startswith("loops shortened to ")
    assert notebook.namespace["seen"] == []


def test_a_long_loop_in_a_function_of_an_earlier_cell_is_shortened():
    notebook = Notebook("def train(n):\n    for i in range(n):\n        sum(range(1_000))", "1")
    notebook.sources[2] = "train(10**9)\nx = 1"
    trial = notebook.tried("x = 1", "x = 2")
    assert trial.known, trial.reason
    assert trial.notes[0].startswith("loops shortened")


def test_a_nested_loop_is_shortened_in_its_inner_loop():
    notebook = Notebook("1")
    notebook.sources[1] = "for epoch in range(3):\n    for i in range(10**9):\n        x = sum(range(1_000))"
    assert notebook.tried("range(1_000)", "range(900)").known


def test_a_long_cell_whose_loop_is_the_change_is_refused(monkeypatch):
    monkeypatch.setattr(cells, "_LONGEST", 0.3)
    notebook = Notebook("1")
    notebook.sources[1] = "for i in range(10**9):\n    pass"
    assert "one of its loops" in refusal(notebook.tried("range(10**9)", "range(10**9 + 1)"))


def test_the_loss_that_a_cell_binds_is_compared():
    notebook = Notebook("import torch", "1")
    notebook.sources[2] = "my_loss = torch.tensor(3.0)\nx = sum(range(100))"
    assert notebook.tried("3.0", "3.5").loss_difference == pytest.approx(0.5)


def test_with_another_batch_size_a_shortened_loop_is_compared_by_the_sample():
    notebook = Notebook("import torch\nmodel = torch.nn.Linear(8, 8)\nsize = 2", "1")
    notebook.sources[2] = "for i in range(10**9):\n    model(torch.ones(size, 8))"
    from jupyter_green.work import Probes

    probes = Probes()
    probes.install()
    try:
        trial = notebook.tried("size = 2", "size = 64", edited=1)
    finally:
        probes.remove()
    assert trial.unit == "sample"
    assert trial.ratio < 0.3


def refusal(trial):
    assert not trial.feasible
    assert not trial.known
    assert "\n" not in trial.reason
    return trial.reason


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("!ls\nx = 1", "uses !ls"),
        ("%%bash\necho x = 1", "uses %%bash"),
        ("%run other.py\nx = 1", "uses %run"),
        ("%time work()\nx = 1", "uses %time"),
        ("df = 0\nx = 1\ndf.to_csv('y')", "to_csv writes files"),
        ("x = 1\nawait something()", "top-level await"),
        ("x = 1 +", "not plain Python"),
        ("x = 1\nnext(lines)", "lines is a live iterator"),
        ("x = 1\nhelper()", "helper cannot be repeated, as open writes files"),
    ],
)
def test_what_cannot_be_repeated_is_refused(cell, said):
    notebook = Notebook("lines = iter([1, 2])\ndef helper():\n    open('never', 'w')", "1")
    notebook.sources[2] = cell
    import linecache

    linecache.cache["<cell 1>"] = (1, None, notebook.sources[1].splitlines(keepends=True), "<cell 1>")
    assert said in refusal(notebook.tried("x = 1", "x = 2"))


def test_harmless_magics_are_left_out():
    notebook = Notebook("1")
    notebook.sources[1] = "%%carbon train\n%matplotlib inline\nx = sum(range(1_000))"
    assert notebook.tried("1_000", "900").known


def test_a_snippet_cannot_be_tried():
    suggestion = Suggestion("R00-1", "R00", 1, "", "", None, "", "same result", Snippet("x"), 1.0)
    assert "no change of code" in refusal(try_suggestion(suggestion, {}, {}, instruments()))


def test_a_change_that_raises_is_a_result():
    assert "the cell with the change raised NameError" in refusal(Notebook("x = 1").tried("1", "unknown"))
    notebook = Notebook("y = 1", "x = y")
    del notebook.namespace["y"]
    assert "the cell as it is raised NameError" in refusal(notebook.tried("x = y", "x = 1"))


def test_a_cell_that_deletes_and_rebinds_leaves_all_as_it_was():
    notebook = Notebook("a, b, rows = 1, 2, [1]", "1")
    notebook.sources[2] = "del a\nb = 3\nc = 4\nrows.append(2)\nx = 1"
    assert notebook.tried("x = 1", "x = 2").known
    assert notebook.namespace["rows"] == [1]


def test_what_a_cell_prints_is_not_shown(capsys):
    Notebook("1").sources[1] = ""
    notebook = Notebook("x = 1")
    capsys.readouterr()
    notebook.sources[1] = "x = 1\nprint('again')"
    assert notebook.tried("x = 1", "x = 2").known
    assert capsys.readouterr().out == ""


def test_an_interrupt_leaves_the_namespace():
    def stop(*_):
        raise KeyboardInterrupt

    trial = Notebook("x = 1").tried("1", "2", progress=stop)
    assert trial.feasible
    assert "stopped" in trial.reason
