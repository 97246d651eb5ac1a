"""What the bar of ``jupyter green run`` says: cells done, energy, and what the running cell is going to need."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

from tqdm import tqdm

from ..energy import Energy
from ..schema import FEED_COMM_ID
from . import budget_words, quantities
from .outlook import outlook

Snapshot = dict[str, Any]


class RunProgress:
    """A bar on stderr; a context manager.

    Parameters
    ----------
    cells
        How many there are to run.
    """

    def __init__(self, cells: int) -> None:
        self._bar = tqdm(total=cells, unit="cell", file=sys.stderr)

    def __enter__(self) -> RunProgress:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def reach(self, cells: int, joules: float | None = None) -> None:
        """Show how many cells are done, and the energy of the session, J, where a record told it."""
        self._bar.set_postfix_str("" if joules is None else quantities.energy(joules), refresh=False)
        self._bar.update(cells - self._bar.n)

    def show(self, snapshot: Snapshot) -> None:
        """Show a running kernel's energy so far and the forecast of its cell."""
        said = quantities.energy(snapshot["session"]["energy"]["joules"])
        for cell in snapshot["running"][:1]:
            foretold = cell.get("forecast")
            if foretold:
                joules, low, high = (_number(foretold[key]) for key in ("joules", "low", "high"))
                whole = outlook(
                    Energy(joules, low, high),
                    _number(foretold["seconds_left"]),
                    grams=_number(foretold.get("grams")),
                    at_least=bool(foretold.get("at_least")),
                )
                said = f"{said}; this cell {whole}"
            if cell.get("budget"):
                said = f"{said}; {budget_words.live(cell['budget'])}"
        self._bar.set_postfix_str(said)


def listen(channel: Any, show: Callable[[Snapshot], None]) -> None:  # noqa: ANN401 - of any jupyter_client
    """Have each snapshot of the live feed shown that a channel receives; nbclient drops what answers no request."""
    receive = channel.get_msg

    async def receive_and_show(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - as jupyter_client's
        message = await receive(*args, **options)
        content = message["content"]
        if message["msg_type"] == "comm_msg" and content["comm_id"] == FEED_COMM_ID:
            show(content["data"])
        return message

    channel.get_msg = receive_and_show


def _number(value: float | None) -> float:
    return math.nan if value is None else value
