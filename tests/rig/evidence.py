"""Evidence made by hand, for rules as the pure functions that they are."""

from __future__ import annotations

from jupyter_green.advice.evidence import Evidence, Machine, Notebook
from jupyter_green.advice.gates import Gates
from jupyter_green.advice.source_code.code import Code
from jupyter_green.work import Reading

MACHINE = Machine(
    cpus=8, bf16=True, libraries=dict.fromkeys(("torch", "transformers", "sklearn", "pandas", "diffusers"), "")
)


def cell(source: str, *traits: object, number: int = 1, work: Reading | None = None, **facts) -> Evidence:
    """One cell that ran for two minutes at 50 W, unless *facts* say otherwise."""
    values = {"status": "ok", "duration": 120.0, "joules": 6000.0, "machine": MACHINE, **facts}
    return Evidence(cell=number, code=Code(source), work=work or Reading(), traits=traits, **values)


def notebook(*cells: Evidence) -> Notebook:
    return Notebook(cells)


def said(rule, of: Notebook, gates: Gates | None = None):
    """What a rule finds in the last cell."""
    return rule.see(of.cells[-1], of, gates or Gates())
