"""Why something cannot be tried, told before or while it is."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - no error: an answer
    """It cannot be tried; the message says why, in one line that names the mend where there is one."""


class ArmFailure(Exception):  # noqa: N818 - as above
    """An arm raised; the message says which and what, in one line."""


def one_line(error: BaseException) -> str:
    """Return an exception's type and the first line of what it says."""
    said = str(error).strip().split("\n", 1)[0][:160]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception says that memory, of the machine or of an accelerator, is used up."""
    if isinstance(error, MemoryError) or type(error).__name__ in ("OutOfMemoryError", "AcceleratorError"):
        return isinstance(error, MemoryError) or "memory" in str(error).lower()
    said = str(error).lower()
    return isinstance(error, RuntimeError) and ("out of memory" in said or "can't allocate memory" in said)
