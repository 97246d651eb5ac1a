"""Each rule on its own small notebooks: does it speak, is it silent on look-alikes, and what does it save.

python -m tests.benchmarks.advice [--rules R09,R10] [--rounds 8]

Writes ``results/advice.md`` and ``.json``; some half an hour. Savings are measured by the product's own trials, in the
kernel in which the notebook has just run. Rules that need a GPU have blanks where there is none.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from tqdm import tqdm

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "advice")]  # as the tests have it

from rig.advice_case import Case  # noqa: E402
from rig.kernel import Kernel, Outcome  # noqa: E402

from .advice_page import page  # noqa: E402
from .figures import machine  # noqa: E402

RESULTS = Path(__file__).parent / "results"
_TOLD = "[s.rule for s in __import__('jupyter_green').suggestions({})]"
_TRY = """
import json as _json
import jupyter_green as _green
from jupyter_green.advice import Edit as _Edit, Suggestion as _Suggestion
from jupyter_green.advice.trial import Options as _Options, try_suggestion as _try_suggestion
_arms = _Suggestion("arms", "", None, "", "", None, "", "same result", _Edit(None, {without!r}, {with_it!r}), 0.0)
_names, _instruments = get_ipython().user_ns, _green.session().for_trial()
_trial = _try_suggestion(_arms, _names, {{}}, _instruments, _Options(rounds={rounds}))
print(_json.dumps([_trial.ratio, _trial.low, _trial.high, _trial.rounds, _trial.basis, _trial.reason]))
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rules", default="", help="only these anew, by id, with commas between them")
    options.add_argument("--rounds", type=int, default=8, help="ABBA blocks of each trial")
    asked = options.parse_args()
    chosen = set(asked.rules.split(",")) - {""}
    cases = [case for case in _cases() if not chosen or case.rule in chosen]
    rows = []
    with tempfile.TemporaryDirectory() as folder, Kernel(Path(folder), _environment()) as kernel:
        for case in tqdm(cases, unit="notebook"):
            rows.append(_row(kernel, case, asked.rounds))
    figures = {"date": time.strftime("%Y-%m-%d"), "machine": machine(), "rounds": asked.rounds, "rows": rows}
    if chosen:  # the others stay as they were
        kept = json.loads((RESULTS / "advice.json").read_text())["rows"]
        known = {(row["rule"], row["name"]): row for row in [*kept, *rows]}
        figures["rows"] = [known[case.rule, case.name] for case in _cases() if (case.rule, case.name) in known]
    (RESULTS / "advice.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    (RESULTS / "advice.md").write_text(page(figures, _rules()))


def _cases() -> list[Case]:
    files = sorted((TESTS / "advice" / "cases").glob("[!_]*.py"))
    return [case for file in files for case in import_module(f"cases.{file.stem}").CASES]


def _rules() -> list[tuple[str, str, str]]:
    from jupyter_green.advice.rules import rules

    return [(rule.id, rule.title, rule.effect) for rule in rules()]


def _environment() -> dict[str, str]:
    return {"JUPYTER_GREEN_ADVICE_THRESHOLD": "0", "PYTHONPATH": os.pathsep.join([str(TESTS.parent), *sys.path[:2]])}


def _row(kernel: Kernel, case: Case, rounds: int) -> dict[str, Any]:
    kernel.run("%reset -f")
    kernel.run("%carbon reset")
    for cell in case.cells:
        outcome = kernel.run(cell, timeout=600)
        if outcome.status != "ok":
            raise RuntimeError(f"{case.rule}, {case.name}: {outcome.error}")
    every, shown = (kernel.value(_TOLD.format(argument)) for argument in ("every=True", ""))
    measured = _measured(kernel, case, rounds) if case.arms or (case.fires and case.rule in every) else None
    return {
        "rule": case.rule,
        "name": case.name,
        "fires": case.fires,
        "spoke": case.rule in every,
        "shown": case.rule in shown,
        "others": sorted(set(every) - {case.rule, *case.also}),
        "unit": case.unit,
        "measured": measured,
    }


def _measured(kernel: Kernel, case: Case, rounds: int) -> dict[str, Any]:
    """Return what the advice saves here, by a trial: of the code that the case gives, or of the suggestion's change."""
    if case.arms is None:
        outcome = kernel.run(f"%carbon try {case.rule} --rounds {rounds}", timeout=1800)
        told = kernel.value(
            "[[s.verified.ratio, s.verified.low, s.verified.high, s.verified.rounds, s.verified.basis, '']"
            f" for s in __import__('jupyter_green').suggestions(every=True) if s.rule == '{case.rule}' and s.verified]"
        )
        values = told[0] if told else [None, None, None, 0, "", _last_line(outcome)]
    else:
        without, with_it = case.arms
        outcome = kernel.run(_TRY.format(without=without, with_it=with_it, rounds=rounds), timeout=1800)
        lines = [line for line in outcome.text.splitlines() if line.startswith("[")]
        values = json.loads(lines[-1]) if lines else [None, None, None, 0, "", _last_line(outcome)]
    keys = ("ratio", "low", "high", "rounds", "basis", "reason")
    return dict(zip(keys, (None if value != value else value for value in values), strict=True))


def _last_line(outcome: Outcome) -> str:
    texts = [outcome.text, *(o["data"].get("text/plain", "") for o in outcome.without_records() if "data" in o)]
    return next((text.strip().splitlines()[0] for text in reversed(texts) if text.strip()), outcome.status)


if __name__ == "__main__":
    main()
