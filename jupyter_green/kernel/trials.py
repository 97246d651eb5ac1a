"""``%carbon try``: a suggestion, or a function of the user's with a change, measured in this kernel."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from ..record import Json, number
from ..report import advice

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from ..advice.trial import Options, Trial
    from ..metering_session import Session

_USAGE = "%carbon try takes the id of a suggestion, or a function with --variant bf16; and --rounds N, --batches NAME"
_ID = re.compile(r"[A-Z]+\d*(-(\d+|session))?")
_PAUSE = 0.5  # s between two messages on how far it is


@dataclass(slots=True)
class _Asked:
    """What stands on the line."""

    subject: str
    variant: str | None = None
    rounds: int | None = None
    batches: str | None = None


class Trials:
    """Trials in one shell.

    Parameters
    ----------
    show
        Tells frontends how far one is, as in the feed's schema; ``None`` when it is over.
    """

    def __init__(self, shell: InteractiveShell, session: Session, show: Callable[[Json | None], None]) -> None:
        self._shell = shell
        self._session = session
        self._show = show

    def run(self, line: str) -> Trial:
        """Measure what a line asks for; its outcome stands beside the suggestion from then on.

        Raises
        ------
        UsageError
            When the line names nothing that could be tried.
        """
        asked = _parse(line)
        if asked.variant is None and _ID.fullmatch(asked.subject):
            return self._suggestion(asked)
        return self._function(asked)

    def _suggestion(self, asked: _Asked) -> Trial:
        from ..advice.trial import try_suggestion

        advisory = self._session.advisory
        suggestion = advisory.find(asked.subject)
        if suggestion is None:
            raise UsageError(f"%carbon try: {advice.no_such(asked.subject, advisory.suggestions())}")
        if asked.batches is not None:
            raise UsageError("%carbon try: --batches goes with a function; a suggestion's cell has its own")
        with self._options(asked, suggestion.id) as options:
            trial = try_suggestion(
                suggestion, self._shell.user_ns, advisory.adviser.sources(), self._session.for_trial(), options
            )
        if trial.verified is not None:
            advisory.adviser.verify(suggestion.id, trial.verified)
        return trial

    def _function(self, asked: _Asked) -> Trial:
        from ..advice.trial import try_step

        names = self._shell.user_ns
        if asked.subject not in names:
            raise UsageError(f"%carbon try: there is no {asked.subject!r}: no suggestion and no function of that name")
        if asked.variant is None:
            raise UsageError(f"%carbon try: what is to be changed in {asked.subject}? --variant says it, such as bf16")
        variant: Any = asked.variant
        if callable(names.get(variant)):
            variant = names[variant]
        try:
            with self._options(asked, None) as options:
                return try_step(names[asked.subject], variant, self._session.for_trial(), options)
        except (ValueError, TypeError) as error:
            raise UsageError(f"%carbon try: {error}") from None

    @contextmanager
    def _options(self, asked: _Asked, identity: str | None) -> Iterator[Options]:
        """Make what a trial is given, and show a bar and the frontends how far it is."""
        from ..advice.trial import Options
        from ..advice.trial.bar import bar
        from ..advice.trial.design import BLOCKS

        names = self._shell.user_ns
        if asked.batches is not None and asked.batches not in names:
            raise UsageError(f"%carbon try: there is no variable {asked.batches!r} with batches")
        with ExitStack() as stack:
            advance = stack.enter_context(bar())
            shown = 0.0

            def progress(done: int, of: int, seconds_left: float, joules: float) -> None:
                nonlocal shown
                advance(done, of, seconds_left, joules)
                if done == 0 or done == of or time.monotonic() - shown >= _PAUSE:
                    shown = time.monotonic()
                    self._show(_json(identity, done, of, seconds_left, joules))

            stack.callback(self._show, None)
            yield Options(
                rounds=asked.rounds or BLOCKS,
                batches=None if asked.batches is None else names[asked.batches],
                progress=progress,
                quiet=_quiet,
            )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what a run prints and displays from the notebook."""
    from IPython.utils.capture import capture_output

    from ..advice.trial.quiet import quiet

    with capture_output(), quiet():
        yield


def _json(identity: str | None, done: int, of: int, seconds_left: float, joules: float) -> Json:
    """Return the schema's ``TrialProgress``."""
    return {"id": identity, "done": done, "of": of, "seconds_left": number(seconds_left), "joules": number(joules)}


def _parse(line: str) -> _Asked:
    try:
        words = iter(shlex.split(line))
    except ValueError as error:
        raise UsageError(f"%carbon try: {error}") from None
    asked = _Asked("")
    for word in words:
        option, joined, value = word.partition("=")
        if not word.startswith("--"):
            if asked.subject:
                raise UsageError(_USAGE)
            asked.subject = word
            continue
        value = value if joined else next(words, "")
        if option == "--variant" and value:
            asked.variant = value
        elif option == "--batches" and value:
            asked.batches = value
        elif option == "--rounds" and value.isdecimal() and int(value) > 0:
            asked.rounds = int(value)
        else:
            raise UsageError(_USAGE)
    if not asked.subject:
        raise UsageError(_USAGE)
    return asked
