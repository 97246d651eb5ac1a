"""Every rule speaks on its positives, and is silent on what only looks like them; nobody else speaks there."""

from importlib import import_module
from pathlib import Path

import pytest

CASES = [
    case
    for file in sorted((Path(__file__).parent / "cases").glob("[!_]*.py"))
    for case in import_module(f"cases.{file.stem}").CASES
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{'+' if case.fires else '-'}-{case.name}")
def test_case(adviser_kernel, case):
    kernel = adviser_kernel
    kernel.run("%reset -f")
    kernel.run("%carbon reset")
    for cell in case.cells:
        outcome = kernel.run(cell, timeout=240)
        assert outcome.status == "ok", outcome.error
    told = kernel.value("[s.rule for s in __import__('jupyter_green').suggestions(every=True)]")
    if case.fires:
        assert case.rule in told
    else:
        assert case.rule not in told
    assert set(told) <= {case.rule, *case.also}
