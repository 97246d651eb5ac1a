"""What to do next, on the machine at hand, for figures that are worth more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..energy import MEASURED
from ..grid.pue import UNKNOWN as PUE_UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..emissions import Intensity
    from ..grid import Pue
    from ..power.source import Absent, Source
    from .surroundings import Surroundings


def suggestions(
    sources: Sequence[Source],
    absent: Sequence[Absent],
    surroundings: Surroundings,
    intensity: Intensity,
    pue: Pue,
    *,
    now_readable: bool = False,
) -> Iterator[str]:
    """Yield one sentence or two for each thing that can be bettered, or that cannot and why.

    Parameters
    ----------
    sources, absent
        Of the session.
    surroundings
        What kind of machine this is.
    intensity, pue
        In force.
    now_readable
        Whether the processor's counter, absent when the session began, can be read by now.
    """
    if now_readable:
        yield "The processor's energy counter can be read by now: restart the kernel to use it."
    elif any(source.component == "cpu" and source.method not in MEASURED for source in sources):
        yield from _processor(absent, surroundings)
    for source in sources:
        if source.component == "gpu" and source.method == "integrated":
            yield (
                f"{source.label}: this GPU tells its power but does not count its energy; trust cells of a few seconds "
                "and longer."
            )
    if intensity.status == "world-mean":
        yield (
            "CO₂e is reckoned with the world's mean, as the place is not known: say where the electricity comes from, "
            "with `%carbon region FR` in a notebook or JUPYTER_GREEN_REGION=FR for all."
        )
    if pue.flag == PUE_UNKNOWN:
        yield (
            "A data centre draws more than its computers do, for cooling above all: ask the provider for its PUE and "
            "set it, as with `%carbon pue 1.2`; on a machine of your own, `%carbon pue 1`."
        )


def _processor(absent: Sequence[Absent], surroundings: Surroundings) -> Iterator[str]:
    denied = any(source.name.startswith("rapl") and "root only" in source.because for source in absent)
    if denied:
        yield (
            "The processor counts its energy, but only root may read it, so the CPU is modelled: `jupyter green rapl` "
            "says how to grant access."
        )
    elif surroundings.virtual_machine is not None:
        named = f" ({surroundings.virtual_machine})" if surroundings.virtual_machine else ""
        yield (
            f"This is a virtual machine{named}: the processor's energy counter stays with its host, so the CPU is "
            "modelled from its type and load. Nothing here can change that; a bare-metal machine measures it. For "
            "comparing one cell with another on this machine the model serves."
        )
    elif surroundings.container:
        yield "A container shows no energy counters unless its host passes them on: `jupyter green rapl` says how."
    else:
        yield "The CPU is modelled, as no energy counter was found: `jupyter green rapl` says what can be done."
