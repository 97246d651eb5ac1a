"""Whether a thread that does not go on waits for something else than a processor."""

from __future__ import annotations

from pathlib import Path
from time import process_time

# Of this thread: ns on a processor, ns in line for one, turns. https://docs.kernel.org/scheduler/sched-stats.html
_SCHEDULED = Path("/proc/thread-self/schedstat")


def occupied() -> float:
    """Return the CPU time of this process and the time in which this thread stood in line for a processor, s.

    What a wait takes beyond their rise was spent on a disk, a network or a clock; ``nan`` where the system does not
    tell: on a busy machine a wait would look like that.
    """
    try:
        return process_time() + int(_SCHEDULED.read_bytes().split()[1]) * 1e-9
    except (OSError, IndexError, ValueError):
        return float("nan")
