"""How large a thing has to be before anybody speaks of it."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_JOULES = 1000.0
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Gates:
    """The gates of size.

    Attributes
    ----------
    joules
        A cell that used as much, J, or ran for a minute, is worth a word. 0 opens every gate of size, for teaching and
        tests: guards against wrong advice stay shut.
    saving
        The least share worth a word.
    """

    joules: float = DEFAULT_JOULES
    saving: float = 0.05

    @property
    def open(self) -> bool:
        """Whether size does not matter at all."""
        return self.joules == 0

    def lets(self, joules: float, seconds: float) -> bool:
        """Whether a cell that used so many J in so many s is large enough."""
        return self.open or joules >= self.joules or (seconds >= _SECONDS and self.joules <= DEFAULT_JOULES)

    def at_least(self, value: float, size: float) -> bool:
        """Whether a value reaches a size below which advice is right but not worth a word."""
        return self.open or value >= size
