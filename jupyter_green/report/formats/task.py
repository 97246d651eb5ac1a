"""What no record tells of the task, as its author states it: some formats demand it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from .. import checked
from ..problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

DATA = ("tabular", "audio", "boolean", "image", "video", "object", "text", "token", "word", "other")
"""The kinds of data that BoAmps knows."""
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Task:
    """A computing task.

    Attributes
    ----------
    stage
        Such as ``training``, ``finetuning``, ``inference``.
    family
        Such as ``text classification``.
    algorithm
        Such as ``llm``, ``random forest``.
    data
        One of :data:`DATA`.
    training
        How a model was trained, such as ``fine-tuning``.
    """

    stage: str = ""
    family: str = ""
    algorithm: str = ""
    data: str = ""
    training: str = ""


KEYS = tuple(field.name for field in fields(Task))


def parse(pairs: Sequence[Sequence[str]]) -> Task:
    """Return the task of ``--task KEY TEXT``.

    Raises
    ------
    Problem
        When a key is unknown, or its text cannot be.
    """
    stated: dict[str, str] = {}
    for key, text in pairs:
        if key not in KEYS:
            raise Problem(f"--task {key}: not known; known are {', '.join(KEYS)}")
        try:
            stated[key] = checked.text({key: text}, key, _LONGEST)
        except checked.BadValueError:
            raise Problem(f"--task {key} takes a line of at most {_LONGEST} characters") from None
    data = stated.get("data", "")
    if data and data not in DATA:
        raise Problem(f"--task data {data}: not known; known are {', '.join(DATA)}")
    return Task(**stated)
