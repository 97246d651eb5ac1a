"""A trial's progress bar, for a terminal or a notebook without our panel."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm.auto import tqdm

from .setting import Progress


@contextmanager
def bar() -> Iterator[Progress]:
    """Show a bar, and give what tells it how far a trial is; it goes when the trial is done."""
    with tqdm(desc="trial", unit="run", leave=False) as shown:

        def progress(done: int, of: int, _: float, joules: float) -> None:
            shown.total = of
            shown.n = max(done, 0)
            if math.isfinite(joules):
                shown.set_postfix_str(f"{joules:,.0f} J", refresh=False)
            shown.refresh()

        yield progress
