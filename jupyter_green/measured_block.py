"""``with green.measure("train") as m:`` – a block's or a function's footprint, with or without a notebook."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Any, ParamSpec, TypeVar, cast

from .footprint import Footprint
from .metering_session import Session, session
from .remote import Call
from .window import Window
from .work.stated import NoAmountError, amount, unit_name

_P = ParamSpec("_P")
_T = TypeVar("_T")
_SETTLE_TIMEOUT = 3.0  # s; a slice takes 1 s


class measure:  # noqa: N801 - reads as a verb, like contextlib's
    """Meter a block: ``with``, ``async with``, or as a decorator.

    A block inside a cell is a view on it: it is reported, and never added to totals.

    Parameters
    ----------
    label
        Name of the block.
    units, unit
        Work done in it, a number above 0, and what one unit of work is called; both may be set within the block.
        A unit alone picks what is counted by itself, such as ``token``, ``image``, ``sample`` or ``step``.

    Examples
    --------
    >>> with measure("train", units=1000, unit="sample") as m:
    ...     train()
    >>> m.footprint.energy.wh, m.footprint.energy_per_unit
    """

    def __init__(self, label: str | None = None, *, units: float | None = None, unit: str | None = None) -> None:
        self.label = label
        self.units = units
        self.unit = unit
        self._session: Session | None = None
        self._window: Window | None = None
        self._calls: list[Call] = []

    @property
    def footprint(self) -> Footprint:
        """The block's footprint: so far while it runs, afterwards the settled one (waits for it, 1 s at most).

        Raises
        ------
        RuntimeError
            Before the block has begun.
        """
        if self._window is None or self._session is None:
            raise RuntimeError("the block has not begun: read .footprint inside or after `with measure(…) as m:`")
        meter, remote = self._session.meter, self._session.remote
        if self._window.closed is not None and self._session.metering:
            footprint, calls = meter.settled(self._window, _SETTLE_TIMEOUT), remote.settled(self._calls)
        else:
            footprint, calls = meter.peek(self._window), remote.now(self._calls)
        return replace(footprint, remote=calls) if calls else footprint

    def __enter__(self) -> measure:
        self._session = session()
        self._window = self._session.meter.open(self.label, is_view=True)
        self._state_work()
        self._calls = self._session.remote.log.open(is_block=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._session is not None
        assert self._window is not None
        complaint = self._state_work()
        if complaint:
            print(complaint, file=sys.stderr)
        self._session.remote.log.close(self._calls)
        interrupted = kind is not None and issubclass(kind, KeyboardInterrupt)
        self._session.meter.close(self._window, "interrupted" if interrupted else "error" if kind else "ok")

    def _state_work(self) -> str | None:
        """Hand the work on, as it is stated now; return what is wrong with it, one line."""
        assert self._window is not None
        window, unit = self._window, self.unit
        if self.units is None:
            window.units, window.unit, window.counted = None, unit and unit_name(unit), True
            return None
        try:
            window.state_work(amount(self.units), unit_name(unit))
        except NoAmountError as error:
            window.state_work(None, None)
            return f"green.measure: units is {error}"
        return None

    async def __aenter__(self) -> measure:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, traceback)

    def __call__(self, function: Callable[_P, _T]) -> Callable[_P, _T]:
        """Meter each call of *function*; the last call is ``function.last``."""
        label = self.label or function.__name__

        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def metered_async(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever it takes
                with measure(label, units=self.units, unit=self.unit) as block:
                    metered_async.last = block  # type: ignore[attr-defined]
                    return await function(*args, **kwargs)

            return cast("Callable[_P, _T]", metered_async)

        @functools.wraps(function)
        def metered(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            with measure(label, units=self.units, unit=self.unit) as block:
                metered.last = block  # type: ignore[attr-defined]
                return function(*args, **kwargs)

        return metered
