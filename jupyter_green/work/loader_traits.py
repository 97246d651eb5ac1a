"""How DataLoaders were gone through: what a pass is made of, and what was done with its batches."""

from __future__ import annotations

import itertools
import multiprocessing
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from weakref import ref

from .counts import COUNTS
from .traits import TRAITS

_NOTES = TRAITS.looks()
_LOOKS = TRAITS.looks()
_MOST_PLAIN = 256  # data sets that no weak reference can be made to
_MOST_OPEN = 64  # passes that are looked at: nobody goes through more loaders at once


@dataclass(frozen=True, slots=True)
class Loading:
    """A pass over a DataLoader, when its first batch has come.

    Attributes
    ----------
    number
        Of the pass; :class:`Loaded` has the same.
    dataset
        Class of the data set, that of what a ``Subset`` is taken from.
    data
        Which data set it is: the same number for the same object.
    items
        Its length; ``None`` where it has none.
    sampler
        Class of what gives the order.
    batch_size
        Items in a batch; ``None`` where the data set makes the batches.
    batches
        In a whole pass; ``None`` unknown.
    workers
        Processes that load.
    pinned
        Whether batches are copied to pinned memory.
    portable
        Whether worker processes could have it: they are forked, or find its class in a module.
    passes
        That were begun over this data set in batches of this size, this one included: of many quick ones only a few
        are written down.
    """

    number: int
    dataset: str
    data: int
    items: int | None
    sampler: str
    batch_size: int | None
    batches: int | None
    workers: int
    pinned: bool
    portable: bool
    passes: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """A pass that has ended, at its end or because nobody wants more of it.

    Attributes
    ----------
    number
        As in :class:`Loading`.
    batches
        That it gave.
    seconds
        From its first batch to its end.
    backwards
        Backward passes meanwhile, in the whole process.
    waited, worked
        For how long those batches were waited for that were looked at, s, and how long this process worked meanwhile or
        stood in line for a processor, s.
    """

    number: int
    batches: int
    seconds: float
    backwards: int
    waited: float
    worked: float


class _Pass:
    """A pass that is not over yet; its number is 0 where it is not written down.

    Nothing is counted with each batch: the counter of all batches tells how many a pass gave, unless another pass was
    open meanwhile. Then it is as many as were known when a batch was looked at last.
    """

    __slots__ = ("backwards", "before", "began", "data", "known", "number", "shared", "waited", "worked")

    def __init__(self, number: int, data: int, *, shared: bool) -> None:
        self.number, self.data, self.shared = number, data, shared
        self.before, self.known = COUNTS.batches - 1, 1
        self.backwards, self.began = COUNTS.backwards, perf_counter()
        self.waited = self.worked = 0.0

    def ended(self, batches: int | None) -> Loaded:
        if batches is None:
            batches = self.known if self.shared else COUNTS.batches - self.before
        seconds, backwards = perf_counter() - self.began, COUNTS.backwards - self.backwards
        return Loaded(self.number, batches, seconds, backwards, self.waited, self.worked)


class Passes:
    """Notes passes as they begin and end.

    Parameters
    ----------
    is_map
        Whether an iterator goes through a data set that is asked for items by their index.
    numbers
        Of data sets.
    on_end
        Told of which data set a pass is over.
    """

    def __init__(self, is_map: Callable[[Any], bool], numbers: DataNumbers, on_end: Callable[[int], None]) -> None:
        self._is_map = is_map
        self._data = numbers
        self._on_end = on_end
        self._open: dict[int, tuple[ref[Any], _Pass]] = {}
        self._numbers = itertools.count(1)
        self._begun: dict[tuple[int, int | None], int] = {}
        self._notes, self.looks = _NOTES, _LOOKS

    def came(self, iterator: Any, seconds: float, worked: float) -> None:  # noqa: ANN401
        """Take note of a pass's first batch, or of one that was looked at.

        Parameters
        ----------
        iterator
            That gave it.
        seconds
            That it took.
        worked
            CPU time meanwhile, s; ``nan`` where nobody looked.
        """
        entry, yielded = self._open.get(id(iterator)), getattr(iterator, "_num_yielded", 1)
        if entry is None or yielded == 1:  # workers that stay begin anew
            self._begin(iterator)
        elif worked == worked:  # none of the first, with which files and libraries are opened
            entry[1].known = yielded
            entry[1].waited += seconds
            entry[1].worked += worked

    def _begin(self, iterator: Any) -> None:  # noqa: ANN401
        self.ended(iterator)
        if len(self._open) >= _MOST_OPEN:
            return
        number, key = next(self._numbers), id(iterator)
        with suppress(Exception):  # a loader unlike any other: its batches are counted all the same
            loading = self._loading(number, iterator)
            if self._notes.left > 0:
                self._notes.left -= 1
                TRAITS.note(loading)
            else:
                number = 0
            for _, other in self._open.values():
                other.shared = True
            this = _Pass(number, loading.data, shared=bool(self._open))
            self._open[key] = ref(iterator, lambda _: self._over(key, None)), this

    def ended(self, iterator: Any) -> None:  # noqa: ANN401
        """Take note that a pass is over."""
        self._over(id(iterator), getattr(iterator, "_num_yielded", None))

    def _over(self, key: int, batches: int | None) -> None:
        entry = self._open.pop(key, None)
        if entry is not None and entry[1].number:
            TRAITS.note(entry[1].ended(batches))
            self._on_end(entry[1].data)

    def _loading(self, number: int, iterator: Any) -> Loading:  # noqa: ANN401
        dataset, index = iterator._dataset, iterator._index_sampler
        finite = self._is_map(iterator)
        # Of automatic batches the sampler of items stands in that of batches.
        sampler = getattr(index, "sampler", index)
        size = getattr(index, "batch_size", None)
        size = size if isinstance(size, int) else None
        data = self._data.of(dataset)
        self._begun[data, size] = passes = self._begun.get((data, size), 0) + 1
        return Loading(
            number=number,
            dataset=type(innermost(dataset)).__name__,
            data=data,
            items=_length(dataset) if finite else None,
            sampler=type(sampler).__name__,
            batch_size=size,
            batches=_length(index) if finite else None,
            workers=int(iterator._num_workers),
            pinned=bool(iterator._pin_memory),
            portable=_forks() or type(innermost(dataset)).__module__ != "__main__",
            passes=passes,
        )


class DataNumbers:
    """Numbers for data sets, without keeping any of them alive."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Callable[[], Any], int]] = {}
        self._plain: dict[tuple[int, int | None], int] = {}
        self._numbers = itertools.count(1)

    def of(self, dataset: Any) -> int:  # noqa: ANN401
        """Return the number of a data set; that of a list is by its place in memory and its length."""
        key = id(dataset)
        known = self._known.get(key)
        if known is not None and known[0]() is dataset:
            return known[1]
        number = next(self._numbers)
        try:
            self._known[key] = ref(dataset, lambda _: self._forget(key, number)), number
        except TypeError:
            if len(self._plain) >= _MOST_PLAIN:
                self._plain.clear()
            return self._plain.setdefault((key, _length(dataset)), number)
        return number

    def _forget(self, key: int, number: int) -> None:
        if self._known.get(key, (None, 0))[1] == number:
            del self._known[key]


def innermost(dataset: Any) -> Any:  # noqa: ANN401
    """Return what a ``Subset``, of a subset perhaps, is taken from."""
    for _ in range(4):
        if type(dataset).__name__ != "Subset":
            break
        dataset = dataset.dataset
    return dataset


def _forks() -> bool:
    # Never asked without allow_none: that would settle it, and the user's own choice would fail afterwards.
    method = multiprocessing.get_start_method(allow_none=True) or multiprocessing.get_all_start_methods()[0]
    return method == "fork"


def _length(sized: Any) -> int | None:  # noqa: ANN401
    try:
        return len(sized)
    except Exception:  # noqa: BLE001 - without a length, or one that cannot be told
        return None
