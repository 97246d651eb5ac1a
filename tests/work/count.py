"""Runs the examples of several libraries in a process of their own, metered, and tells what was counted.

``python -m work.count torch_loops diffusion`` prints JSON: for each library, by example, units, unit and all counters;
what there is of us in the libraries meanwhile, and once metering has ended.
"""

import dataclasses
import json
import sys
from importlib import import_module

from work.examples import ExpectedError
from work.traces import traces

import jupyter_green as green
from jupyter_green.work import COUNTS
from jupyter_green.work.probes import PROBES


def main(names):
    session = green.session()
    loaded_early = [module for module in (*PROBES, *_probes()) if module in sys.modules and "tqdm" not in module]
    loaded_early = [module for module in loaded_early if not module.endswith(".progress_bars")]
    examples = {name: import_module(f"work.examples.{name}").EXAMPLES for name in names}
    results = {name: {example.__name__: counted(example) for example in examples[name]} for name in names}
    metered = traces()
    trouble = dict(session.probes.trouble)
    unasked = [probe for probe in _probes() if probe in sys.modules and not set(_probes()[probe]) & set(sys.modules)]
    session.stop()
    before = COUNTS.read()
    for each in examples.values():
        each[0]()
    after = dataclasses.asdict(COUNTS.read().since(before))
    outcome = {
        "results": results,
        "trouble": trouble,
        "early": loaded_early + unasked,
        "metered": metered,
        "left": traces(),
        "counted_after": {key: value for key, value in after.items() if value},
    }
    print("COUNTED " + json.dumps(outcome))


def counted(example):
    """Run one example and return what it was found to do."""
    before = COUNTS.read()
    block = green.measure(example.__name__)
    try:
        with block:
            example()
    except (ExpectedError, KeyboardInterrupt):
        pass
    reading = COUNTS.read().since(before)
    work = block.footprint.units, block.footprint.unit
    return {"units": work[0], "unit": work[1], **dataclasses.asdict(reading)}


def _probes():
    """Return which modules each of the probes' modules is for."""
    probes = {}
    for module, probe in PROBES.items():
        probes.setdefault(f"jupyter_green.work.{probe}", []).append(module)
    return probes


if __name__ == "__main__":
    main(sys.argv[1:])
