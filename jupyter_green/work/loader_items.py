"""Whether a data set gives the same items pass after pass: known by what it gave, never by asking it.

To ask for an item would run the user's code once more and use up random numbers. So a few items are fingerprinted
between the data set and the function that makes a batch of them; when the same index comes again, so is what it gives
then. An item whose making drew random numbers is none that could be kept, even if it came out the same.
"""

from __future__ import annotations

import random
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from weakref import ref

from .item_fingerprint import fingerprint
from .traits import TRAITS

_LOOKS = TRAITS.looks()
_WATCHED = 48  # items of a data set
_ENOUGH = 24  # that came again: a flip by one half leaves none of so many as it was
_PLAIN = (list, tuple, dict)


@dataclass(frozen=True, slots=True)
class ItemsAgain:
    """What became of items that came again.

    Attributes
    ----------
    data
        Which data set, as in ``Loading``.
    dataset
        Its class.
    compared, same
        How often an item came again, and how often it was the same.
    drew
        Whether random numbers were drawn while items were made.
    seconds
        For one item, at the least, when it came again, s.
    share
        The items' part of the time in which batches were made, 0 to 1.
    size
        Of one item, bytes.
    """

    data: int
    dataset: str
    compared: int
    same: int
    drew: bool
    seconds: float
    share: float
    size: int


class _Watch:
    """What is known of one data set's items."""

    def __init__(self, dataset: Any, number: int, forget: Callable[[Any], None]) -> None:  # noqa: ANN401
        self.dataset = ref(dataset, forget)
        self.name, self.number = type(dataset).__name__, number
        self.first: dict[int, int] = {}
        self.taken_from: Callable[[], Any] = _nothing
        self.compared = self.same = self.size = 0
        self.drew = self.blind = False  # blind: of these items or their chance nothing can be told
        self.seconds = float("inf")
        self.made = self.fetched = 0.0

    @property
    def wants(self) -> bool:
        """Whether each batch with a watched item is of interest."""
        return not self.drew and self.compared == self.same < _ENOUGH

    def note(self) -> ItemsAgain:
        share = self.made / self.fetched if self.fetched else 0.0
        return ItemsAgain(self.number, self.name, self.compared, self.same, self.drew, self.seconds, share, self.size)


class ItemWatches:
    """Looks at what data sets give, in this process; what worker processes load is not seen.

    Parameters
    ----------
    torch
        The library; not imported for it.
    number
        Returns the number of a data set.
    """

    def __init__(self, torch: Any, number: Callable[[Any], int]) -> None:  # noqa: ANN401
        self._torch = torch
        self._number = number
        self._watches: dict[int, _Watch] = {}
        self.looks = _LOOKS
        self.passed_over: Callable[[], Any] = _nothing
        """What makes batches of which nothing more is wanted, but for a look now and then."""

    def fetch(self, original: Callable[[Any, Any], Any], fetcher: Any, index: Any) -> Any:  # noqa: ANN401
        """Have a batch made, and look at its items if that tells more."""
        watch = self._of(fetcher.dataset)
        if watch is None or watch.blind:
            self.passed_over = ref(fetcher)
            return original(fetcher, index)
        indices = index if fetcher.auto_collation else [index]
        if type(indices) is not list or not indices or type(indices[0]) is not int:
            return original(fetcher, index)
        full = len(watch.first) >= _WATCHED
        if self.looks.left > 0:
            self.looks.left -= 1
        # Nothing comes again in the pass from which the watched ones were taken.
        elif not watch.wants or (full and watch.taken_from() is fetcher):
            self.passed_over = ref(fetcher)
            return original(fetcher, index)
        elif full and not any(map(watch.first.__contains__, indices)):
            return original(fetcher, index)
        return self._looked(watch, original, fetcher, index, indices)

    def ended(self, number: int) -> None:
        """Write down what is known, as a pass over the data set of that number has ended."""
        for watch in [*self._watches.values()]:
            if watch.number == number and watch.compared:
                TRAITS.note(watch.note())

    def _of(self, dataset: Any) -> _Watch | None:  # noqa: ANN401
        key = id(dataset)
        watch = self._watches.get(key)
        if watch is not None and watch.dataset() is dataset:
            return watch
        # A forked worker would only look for itself; nothing is made in a list.
        if _is_stored(dataset) or self._torch.utils.data.get_worker_info() is not None:
            return None
        try:
            watch = _Watch(dataset, self._number(dataset), lambda gone: self._forget(key, gone))
        except TypeError:  # it cannot be recognised again
            return None
        self._watches[key] = watch
        return watch

    def _forget(self, key: int, gone: Any) -> None:  # noqa: ANN401
        watch = self._watches.get(key)
        if watch is not None and watch.dataset is gone:
            del self._watches[key]

    def _looked(
        self,
        watch: _Watch,
        original: Callable[[Any, Any], Any],
        fetcher: Any,  # noqa: ANN401
        index: Any,  # noqa: ANN401
        indices: list[Any],
    ) -> Any:  # noqa: ANN401
        collate, before = fetcher.collate_fn, _chance(self._torch)
        if before is None:
            watch.blind = True
            return original(fetcher, index)
        made: float | None = None
        looked = 0.0

        def between(items: Any) -> Any:  # noqa: ANN401
            nonlocal made, looked
            fetcher.collate_fn = collate
            made = perf_counter()
            try:
                watch.drew |= _chance(self._torch) != before
                self._compare(watch, fetcher, indices, items if fetcher.auto_collation else [items], made - begun)
            except Exception:  # noqa: BLE001 - items unlike any other: nobody looks at more of them
                watch.blind = True
            looked = perf_counter() - made
            return collate(items)

        fetcher.collate_fn = between
        begun = perf_counter()
        try:
            return original(fetcher, index)
        finally:
            fetcher.collate_fn = collate
            if made is not None:
                watch.made += made - begun
                watch.fetched += perf_counter() - begun - looked

    def _compare(self, watch: _Watch, fetcher: Any, indices: list[Any], items: Any, seconds: float) -> None:  # noqa: ANN401
        if len(items) != len(indices):
            return
        again = False
        if len(watch.first) < _WATCHED:
            watch.taken_from = ref(fetcher)
        for number, item in zip(indices, items, strict=True):
            if type(number) is not int:
                continue
            known = watch.first.get(number)
            if known is None and len(watch.first) >= _WATCHED:
                continue
            print_of, size = fingerprint(item, self._torch.Tensor)
            watch.size = max(watch.size, size)
            if known is None:
                watch.first[number] = print_of
            else:
                again = True
                watch.compared += 1
                watch.same += known == print_of
        if again:
            watch.seconds = min(watch.seconds, seconds / len(items))


def _nothing() -> None:
    pass


def _is_stored(dataset: Any) -> bool:  # noqa: ANN401
    """Whether items lie there as they are given: in a list, or in a table of Hugging Face's without a transform."""
    kind = type(dataset)
    return kind in _PLAIN or (kind.__module__.startswith("datasets.") and dataset._format_type != "custom")


def _chance(torch: Any) -> tuple[int, ...] | None:  # noqa: ANN401
    """Return where the random number generators of everybody stand; ``None`` where they do not tell."""
    try:
        stands = [hash(random.getstate()), zlib.crc32(torch.get_rng_state().numpy().tobytes())]
        numpy = sys.modules.get("numpy.random")
        if numpy is not None:
            state = numpy.get_state(legacy=False)["state"]
            stands += [zlib.crc32(state["key"].tobytes()), int(state["pos"])]
    except Exception:  # noqa: BLE001 - generators of another kind, or no real tensors at present
        return None
    return tuple(stands)
