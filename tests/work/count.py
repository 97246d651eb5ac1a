"""Runs the examples of one library in a process of their own, metered, and tells what was counted.

``python -m work.count torch_loops`` prints JSON: units, unit and all counters by example, and what is left of us once
metering has ended.
"""

import dataclasses
import json
import sys
from importlib import import_module

from work.examples import ExpectedError

import jupyter_green as green
from jupyter_green.work import COUNTS
from jupyter_green.work.probes import PROBES


def main(name):
    session = green.session()
    ours = {module for module in sys.modules if module.split(".")[0] == "jupyter_green"}
    loaded_early = [module for module in PROBES if module in sys.modules and not module.startswith("tqdm")]
    early_probes = [module for module in ours if module.split(".")[-1] in PROBES.values()]
    examples = import_module(f"work.examples.{name}")
    blocks = {}
    for example in examples.EXAMPLES:
        before = COUNTS.read()
        block = green.measure(example.__name__)
        try:
            with block:
                example()
        except (ExpectedError, KeyboardInterrupt):
            pass
        blocks[example.__name__] = block, COUNTS.read().since(before)
    results = {
        name: {"units": block.footprint.units, "unit": block.footprint.unit, **dataclasses.asdict(reading)}
        for name, (block, reading) in blocks.items()
    }
    trouble = dict(session.probes.trouble)
    session.stop()
    before = COUNTS.read()
    examples.EXAMPLES[0]()
    after = dataclasses.asdict(COUNTS.read().since(before))
    outcome = {
        "results": results,
        "trouble": trouble,
        "loaded_early": loaded_early + early_probes,
        "left": [str(one) for one in examples.attributes() if "jupyter_green" in _code_file(one)],
        "counted_after": {key: value for key, value in after.items() if value},
    }
    print("COUNTED " + json.dumps(outcome))


def _code_file(function):
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return code.co_filename if code else str(function)


if __name__ == "__main__":
    main(sys.argv[1])
