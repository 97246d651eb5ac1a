"""Passes over a DataLoader, made by hand."""

from __future__ import annotations

from jupyter_green.work.loader_traits import Loaded, Loading


def gone_through(
    *, passes=3, batches=10, size=32, seconds=30.0, backwards=None, first=1, waited=0.0, worked=0.0, **facts
):
    """The traits of so many whole passes; *seconds* and *backwards* are of each: the latter as many as batches."""
    values = {
        "dataset": "Frames",
        "data": 1,
        "items": batches * size,
        "sampler": "RandomSampler",
        "batch_size": size,
        "batches": batches,
        "workers": 0,
        "pinned": False,
        "portable": True,
        **facts,
    }
    backwards = batches if backwards is None else backwards
    traits = []
    for number in range(first, first + passes):
        traits.append(Loading(number=number, passes=number, **values))
        traits.append(Loaded(number, batches, seconds, backwards, waited, worked))
    return traits
