"""The cells that a snapshot tells of: those with the most energy, and the latest ones."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable

from ..record import Json, Record, energy_json, number, work_json
from ..report.per_unit import Work, by_unit, of_footprint, single

_LATEST = _LARGEST = 5  # so that a snapshot stays below 8 KB
_BANDS = 12


class CellList:
    """Takes each settled record once, so that a snapshot's cost does not grow with their number."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin with nothing, as another session does."""
        self._number = 0
        self._latest: deque[tuple[int, Json]] = deque(maxlen=_LATEST)
        self._largest: list[tuple[float, int, Json]] = []
        self._runs: dict[str, tuple[int, float]] = {}
        self._work: dict[str, list[Work]] = {}
        self._bands: deque[Json] = deque(maxlen=_BANDS)

    def add(self, records: Iterable[Record]) -> None:
        """Take records that are final."""
        for record in records:
            self._number += 1
            label, joules = record.footprint.label, record.footprint.energy.joules
            summary = self._summary(record)
            if label is not None:
                count, sum_ = self._runs.get(label, (0, 0.0))
                self._runs[label] = count + 1, sum_ + joules
                if (work := of_footprint(record.footprint)) is not None:
                    self._work[label] = by_unit([*self._work.get(label, ()), work])
            self._latest.append((self._number, summary))
            self._bands.append(_band(record))
            entry = (joules if joules > 0 else 0.0, self._number, summary)  # unknown is not the largest
            if len(self._largest) < _LARGEST:
                heapq.heappush(self._largest, entry)
            else:
                heapq.heappushpop(self._largest, entry)

    def summaries(self, unsettled: Iterable[Record]) -> list[Json]:
        """Return the largest and the latest cells, oldest first, those among them whose figures are not final last."""
        last = list(unsettled)[-_LATEST:]
        settled = list(self._latest)[max(0, len(self._latest) + len(last) - _LATEST) :]
        chosen = {number: summary for _, number, summary in self._largest} | dict(settled)
        return [chosen[number] for number in sorted(chosen)] + [self._summary(record) for record in last]

    def bands(self, unsettled: Iterable[Record], since: float) -> list[Json]:
        """Return when cells ran that ended after *since*, Unix time in s; oldest first."""
        return [b for b in (*self._bands, *map(_band, list(unsettled)[-_BANDS:])) if b["to"] > since]

    def _summary(self, record: Record) -> Json:
        footprint = record.footprint
        energy = footprint.energy
        summary: Json = {
            "id": record.id,
            "execution_count": record.execution_count,
            "label": footprint.label,
            "status": footprint.status,
            "duration_s": round(footprint.duration, 3),
            **{key: _short(value) for key, value in energy_json(energy, footprint.measured_share).items()},
            "grams": _short(number(footprint.emissions.grams)),
            "settled": footprint.settled,
            "recorded": record.recorded,
        }
        if footprint.units is not None:
            summary["work"] = work_json(footprint)
        if footprint.budget is not None and footprint.budget.interruptions:
            summary["budget_spent"] = True
        if footprint.label is not None and footprint.label in self._runs:
            count, joules = self._runs[footprint.label]
            summary |= {"runs": count + 1, "runs_joules": number(joules + energy.joules)}
            work = single([*self._work.get(footprint.label, ()), of_footprint(footprint)])
            if work is not None:
                summary["runs_work"] = {"amount": work.amount, "unit": work.unit, "joules": _short(work.energy.joules)}
        return summary


def _short(value: float | None) -> float | None:
    """Return a figure with as many digits as anybody sees."""
    return None if value is None else float(f"{value:.4g}")


def _band(record: Record) -> Json:
    start = record.footprint.started
    end = start + record.footprint.duration
    return {"execution_count": record.execution_count, "from": round(start, 1), "to": round(end, 1)}
