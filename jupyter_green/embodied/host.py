"""What this machine consists of, as far as figures for making it are concerned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..power.cpu_table import look_up
from ..power.source import Gpu

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..power.processor import Processor
    from ..power.source import Source
    from .devices import System

_WHOLE = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Host:
    """A computer, or the part of one that a virtual machine shows.

    Attributes
    ----------
    gpus
        Product names by the name of their source.
    system
        What it is, without its GPUs; ``None`` where that cannot be told, and then *lacking* says why.
    part
        Our part of it, lowest, middle and highest, 0 … 1.
    """

    gpus: Mapping[str, str]
    system: System | None
    part: tuple[float, float, float] = _WHOLE
    lacking: str = ""


def find_host(sources: Sequence[Source], processor: Processor, threads: int, *, battery: bool) -> Host:
    """Return the computer that these make up.

    Parameters
    ----------
    sources
        Of energy; the GPUs among them are known by name.
    processor
        As the operating system describes it.
    threads
        Hardware threads that we are shown.
    battery
        Whether there is one: a laptop.
    """
    gpus = {source.name: source.model for source in sources if isinstance(source, Gpu)}
    match = look_up(processor)
    if not processor.virtual:
        if match.generation.kind == "unknown":
            what = processor.name or "this processor"
            return Host(gpus, None, lacking=f"{what}: neither a server's nor a desktop's, as far as the tables tell")
        if match.generation.kind == "server":
            return Host(gpus, "server")
        return Host(gpus, "laptop" if battery else "desktop")
    if match.generation.vendor == "*":
        return Host(gpus, None, lacking=f"{processor.name or 'this processor'}: the threads of its host are not known")
    fewest, most = (match.threads, match.threads) if match.threads else match.generation.threads
    # Servers have one or two processors; most figures are for two.
    parts = threads / (2 * most), threads / (2 * (fewest * most) ** 0.5), threads / fewest
    return Host(gpus, "server", (min(1.0, parts[0]), min(1.0, parts[1]), min(1.0, parts[2])))
