"""Who uses a GPU, as one look at it shows.

A driver lists PIDs. Inside a container it may list none of ours, or list them by the numbers that the host knows them
by; then :mod:`.open_contexts` counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Part:
    """A GPU, or one MIG instance of it, and the processes on it.

    Attributes
    ----------
    holders
        PIDs with a compute context; ``None`` where the driver does not tell.
    slices
        The instance's share of the GPU's compute slices, 0 … 1; ``None`` for a GPU that is not divided.
    """

    holders: frozenset[int] | None
    slices: float | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a GPU showed.

    Attributes
    ----------
    own
        PIDs of our process tree.
    parts
        The GPU, or those of its instances that we may use.
    activity
        Utilisation of the multiprocessors by PID, in one unit for all; ``None`` where the driver does not tell.
    contexts
        Where the driver hides our PIDs: how many of our processes have a context, and how many that we can see.
    quiet
        Whether the GPU did next to nothing; ``None`` if that was not asked.
    """

    own: frozenset[int] = frozenset()
    parts: tuple[Part, ...] = ()
    activity: Mapping[int, float] | None = field(default=None, hash=False)
    contexts: tuple[int, int] | None = None
    quiet: bool | None = None

    @property
    def lists_ours(self) -> bool:
        """Whether the driver lists a process of ours."""
        return any(part.holders is not None and self.own & part.holders for part in self.parts)

    @property
    def shared(self) -> bool:
        """Whether it lists a process of ours beside somebody else's."""
        return self.lists_ours and any(part.holders is not None and part.holders - self.own for part in self.parts)

    @property
    def may_be_ours(self) -> bool:
        """Whether any of the GPU's energy may be ours: it is, or nobody tells."""
        told = bool(self.parts) and all(part.holders is not None for part in self.parts)
        return not told or self.lists_ours or (self.contexts is not None and self.contexts[0] > 0)
