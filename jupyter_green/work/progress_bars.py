"""tqdm's bars: what is left to count where no library is known. Outermost bars only."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from .counts import COUNTS
from .replaced import Remove, all_or_none, replaced


def install(std: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Count bars that end from now on, and let open ones be read; return what takes the probe out."""
    bars = std.tqdm

    def close(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def counted(bar: Any) -> Any:  # noqa: ANN401
            found = _progress(bar)
            if found is not None:
                COUNTS.add_bar(*found)
            return original(bar)

        return counted

    def still_open() -> Iterator[tuple[str, int]]:
        try:
            present = list(getattr(bars, "_instances", ()))
        except RuntimeError:  # another thread opens one
            return
        for bar in present:
            found = _progress(bar)
            if found is not None:
                yield found

    def shown() -> Remove:
        COUNTS.open_bars = still_open
        return _forget

    return all_or_none(shown, lambda: replaced(bars, "close", close))


def _forget() -> None:
    COUNTS.open_bars = tuple


def _progress(bar: Any) -> tuple[str, int] | None:  # noqa: ANN401
    """Return an outermost bar's unit and progress; ``None`` for one inside another, and one that does not count."""
    try:
        if bar.disable or bar.pos != 0:
            return None
        return str(bar.unit), max(0, int(bar.n - bar.initial))
    except Exception:  # noqa: BLE001 - a bar half made, or somebody's own kind
        return None
