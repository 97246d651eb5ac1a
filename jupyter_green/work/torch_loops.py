"""PyTorch's loops: forward passes, backward passes, optimizer steps, batches and how long they were waited for.

Cost of each: `tests/benchmarks/results/work_overhead.md`.
"""

from __future__ import annotations

import functools
import sys
from math import nan
from time import perf_counter
from typing import Any, cast

from .counts import COUNTS
from .loader_items import ItemWatches
from .loader_traits import DataNumbers, Passes
from .module_calls import observed
from .optimizer_traits import OptimizerLooks
from .replaced import Remove, all_or_none, replaced
from .root_forwards import counting
from .standing_in_line import occupied


def install(torch: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Count what PyTorch does from now on; return what takes the probes out."""
    # Dynamo takes this for true while it traces. What it compiles must hold no counter of ours: it would compile anew
    # for each of its values. So a loop that is compiled as a whole is not counted; a compiled module is.
    compiling = torch.compiler.is_dynamo_compiling

    traits = OptimizerLooks()
    looks = traits.looks

    def steps(_optimizer: object, _args: object, _kwargs: object) -> None:
        if looks.left:
            traits.begin()

    def stepped(optimizer: object, _args: object, _kwargs: object) -> None:
        if not compiling():
            COUNTS.steps += 1
            if looks.left:
                traits.end(optimizer)

    def backward(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def counted(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
            result = original(*args, **kwargs)
            if not compiling():
                COUNTS.backwards += 1
                if looks.left:
                    traits.begin()
            return result

        return counted

    def next_batch(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def counted(iterator: Any) -> Any:  # noqa: ANN401
            if compiling():
                return original(iterator)
            looked = looks_at_batches.left > 0
            worked = occupied() if looked else nan
            begun = perf_counter()
            try:
                batch = original(iterator)
            except StopIteration:
                passes.ended(iterator)
                raise
            seconds = perf_counter() - begun
            COUNTS.stall_seconds += seconds
            COUNTS.batches += 1
            if looked or iterator._num_yielded == 1:
                if looked:
                    looks_at_batches.left -= 1
                    worked = occupied() - worked
                passes.came(iterator, seconds, worked)
            return batch

        return counted

    def fetch(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def looked(fetcher: Any, index: Any) -> Any:  # noqa: ANN401
            if (watches.passed_over() is fetcher and not looks_at_items.left) or compiling():
                return original(fetcher, index)
            return watches.fetch(original, fetcher, index)

        return looked

    loading = torch.utils.data.dataloader
    maps = loading._DatasetKind.Map
    numbers = DataNumbers()
    watches = ItemWatches(torch, numbers.of)
    passes = Passes(lambda iterator: iterator._dataset_kind == maps, numbers, watches.ended)
    looks_at_batches, looks_at_items = passes.looks, watches.looks
    roots, uncounted = counting(torch)
    optimizer = sys.modules[torch.optim.Optimizer.__module__]
    return all_or_none(
        lambda: cast(Remove, optimizer.register_optimizer_step_pre_hook(steps).remove),
        lambda: cast(Remove, optimizer.register_optimizer_step_post_hook(stepped).remove),
        lambda: replaced(torch.autograd, "_engine_run_backward", backward),
        lambda: replaced(loading._BaseDataLoaderIter, "__next__", next_batch),
        lambda: replaced(loading._utils.fetch._MapDatasetFetcher, "fetch", fetch),
        lambda: uncounted,
        lambda: observed(torch.nn.Module._wrapped_call_impl, roots),
    )
