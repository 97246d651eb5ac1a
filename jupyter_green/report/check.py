"""What one line of ``jupyter green doctor`` says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Verdict = Literal["ok", "broken", "note"]
MARKS: Final[dict[Verdict, str]] = {"ok": "✓", "broken": "✗", "note": "–"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Attributes
    ----------
    title
        Short: it stands in a column.
    verdict
        ``ok``; ``broken``: something that should work does not; ``note``: nothing is wrong, but it could be better
        or is not there.
    text
        What was found and, unless it is ``ok``, the mend where there is one.
    """

    title: str
    verdict: Verdict
    text: str
