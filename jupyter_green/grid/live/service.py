"""Asks a live service now and then, on a thread of its own, and answers from memory.

What happens when it does not answer: for two hours after its last answer that still counts (what it said of the
present half hour, if it said anything); then the annual mean stands in. A mean of another kind – of other plants
(average, marginal) or with another boundary (lifecycle, direct) – cannot stand in for single hours of a sum, as the
sum would mean nothing. So :meth:`LiveIntensity.at` gives the annual mean only where it is of the service's own kind,
else nothing, and :class:`~jupyter_green.timed_factor.TimedFactor` then takes the annual mean for the whole sum.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ...emissions import Intensity, same_kind
from .json_client import THREAD, Client, ServiceError
from .periods import LAST_GOOD, Answer, Period, Provider, nearest

if TYPE_CHECKING:
    from ...clock import Clock
    from ...emissions import IntensityStatus

_RETRY: Final = 30.0  # s; doubled with each failure in a row
_REFUSED: Final = 3600.0  # s; a refused token is not mended in minutes, and asking on may lock the account
_PATIENCE: Final = 6 * 3600.0  # s; the longest wait that a server may ask for
_LOOK: Final = 60.0  # s
_NANO: Final = 1e-9

# Our allowance for what a service's estimates and forecasts of the present are off by: as for annual means of the same
# year, see factors.ANNUAL_ERROR; twice that where the value is of up to two hours ago.
LIVE_ERROR: Final = 1.15
CACHED_ERROR: Final = 1.3


@dataclass(frozen=True, slots=True)
class LiveState:
    """How a live service does.

    Attributes
    ----------
    label
        Its name.
    status
        ``live``, ``cached`` or ``fallback`` at present.
    age
        s since its last answer; ``None`` before the first.
    trouble
        Why it gave none when last asked, a part of a sentence; ``None`` when it did.
    retry
        s until it is asked again, after trouble.
    """

    label: str
    status: IntensityStatus
    age: float | None
    trouble: str | None
    retry: float | None


class LiveIntensity:
    """The carbon intensity in force, by a live service.

    Parameters
    ----------
    provider, client
        Which service, and what asks it.
    zone
        The place as the service calls it; may raise :class:`ServiceError` where none is known.
    annual
        What stands in when the service fails.
    clock
        Time.
    """

    def __init__(
        self, provider: Provider, client: Client, zone: Callable[[], str], annual: Intensity, clock: Clock
    ) -> None:
        self._provider = provider
        self._client = client
        self._zone = zone
        self._annual = annual
        self._clock = clock
        self._fallback = replace(annual, status="fallback")
        self._known: tuple[float, str, str, tuple[Period, ...]] | None = None  # replaced as a whole: readers never wait
        self._due = -float("inf")
        self._failures = 0
        self._trouble: str | None = None
        self._asked_at: float | None = None
        self._last: tuple[Period, str, Intensity] | None = None
        self._wanted = threading.Event()
        self._stopped: threading.Event | None = None

    # -- what is known: never waits ----------------------------------------------------------------------------------

    @property
    def annual(self) -> Intensity:
        """The annual mean, marked as standing in."""
        return self._fallback

    def at(self, boottime: int) -> Intensity | None:
        """Return the factor for a moment, ns on the boot-time clock, or ``None`` where there is none of this kind."""
        if not self._wanted.is_set():
            self._wanted.set()
        return self._known_at(boottime)

    def _known_at(self, boottime: int) -> Intensity | None:
        now = self._now()
        moment = self._clock.wall() - (now - boottime * _NANO)
        known = self._known
        if known is not None and now - known[0] <= LAST_GOOD:
            period = nearest(known[3], moment)
            if period is not None:
                fresh = now - known[0] <= self._provider.ttl + 2 * _RETRY and period.start <= moment < period.end
                return self._intensity(period, known[1], known[2], "live" if fresh else "cached")
        return self._fallback if same_kind(self._fallback, self._kind) else None

    @property
    def present(self) -> Intensity:
        """The factor in force now: the service's, or the annual mean in its place."""
        return self._known_at(self._clock.boottime()) or self._fallback

    @property
    def forecast(self) -> tuple[Period, ...]:
        """What the service says of the present and of the time ahead; empty where it says nothing that still counts."""
        known = self._known
        if known is None or self._now() - known[0] > LAST_GOOD:
            return ()
        wall = self._clock.wall()
        return tuple(period for period in known[3] if period.end > wall)

    @property
    def state(self) -> LiveState:
        """How the service does."""
        known, now, trouble = self._known, self._now(), self._trouble
        asked = self._asked_at
        if asked is not None and now - asked > 1:
            trouble = f"has not answered for {now - asked:.0f} s" if known is None or trouble else trouble
        return LiveState(
            self._provider.label,
            self.present.status,
            None if known is None else now - known[0],
            trouble,
            max(0.0, self._due - now) if trouble else None,
        )

    # -- asking ------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to ask, as long as somebody wants to know."""
        if self._stopped is None:
            self._stopped = threading.Event()
            self._wanted.set()
            threading.Thread(target=self._run, args=(self._stopped,), name=THREAD, daemon=True).start()

    def stop(self) -> None:
        """Cease to ask; a request under way is left to its time limit."""
        if self._stopped is not None:
            self._stopped.set()
            self._stopped = None
            self._wanted.set()

    def _run(self, stopped: threading.Event) -> None:
        while not stopped.is_set():
            self._wanted.wait()
            while (left := self._due - self._now()) > 0 and not stopped.is_set():
                stopped.wait(min(left, _LOOK))  # a suspended machine's clock goes on, its waits do not
            if stopped.is_set():
                return
            self._wanted.clear()
            self.poll()

    def poll(self) -> None:
        """Ask now if it is time to, and wait for the answer."""
        begun = self._now()
        if begun < self._due:
            return
        self._asked_at = begun
        try:
            zone = self._zone()
            answer = self._provider.fetch(self._client, zone, self._clock.wall())
            self._keep(answer, zone)
            self._trouble, self._failures = None, 0
            self._due = self._now() + self._provider.ttl
        except Exception as error:  # noqa: BLE001 - a server may answer anything; no cell may notice
            self._failures += 1
            self._trouble = (
                str(error) if isinstance(error, ServiceError) else f"cannot be read ({type(error).__name__})"
            )
            self._due = self._now() + self._pause(error)
        finally:
            self._asked_at = None

    def _keep(self, answer: Answer, zone: str) -> None:
        """Keep an answer, with what was known before of the hours that it leaves out."""
        known = self._known
        first = answer.periods[0].start
        old = known[3] if known is not None and known[1] == zone else ()
        since = self._clock.wall() - LAST_GOOD
        before = tuple(p for p in old if since < p.end and p.end <= first)
        if nearest(answer.periods, self._clock.wall()) is None:
            raise ServiceError("knows no value for the present hour")
        self._known = (self._now(), zone, answer.name, before + answer.periods)

    def _pause(self, error: Exception) -> float:
        """Return the s to leave a server alone that failed."""
        wait = error.wait if isinstance(error, ServiceError) else None
        if isinstance(error, ServiceError) and error.status in (401, 403):
            return _REFUSED
        backoff: float = min(_RETRY * 2 ** min(self._failures - 1, 10), self._provider.ttl)
        return max(backoff, min(wait or 0.0, _PATIENCE))

    def _now(self) -> float:
        return self._clock.boottime() * _NANO

    @property
    def _kind(self) -> Intensity:
        provider = self._provider
        return replace(self._annual, boundary=provider.boundary, basis=provider.basis, method=provider.method)

    def _intensity(self, period: Period, zone: str, name: str, status: IntensityStatus) -> Intensity:
        last = self._last
        if last is not None and last[0] is period and last[1] == status:
            return last[2]
        provider, error = self._provider, LIVE_ERROR if status == "live" else CACHED_ERROR
        found = Intensity(
            value=period.value,
            zone=zone,
            name=self._annual.name if zone == self._annual.zone else name,
            year=None,
            boundary=provider.boundary,
            source=provider.label,
            status=status,
            low=period.value / error,
            high=period.value * error,
            basis=provider.basis,
            method=provider.method,
        )
        self._last = (period, status, found)
        return found
