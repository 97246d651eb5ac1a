"""``jupyter green doctor``: what is wrong here, and the mend, in one screen."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..clock import SystemClock
from ..energy import MEASURED
from ..ledger import LedgerError, open_ledger
from ..power.detect import detect
from . import cross_checks, installation, live_service, quantities, rapl_access, wording
from .check import MARKS, Check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..config import Green
    from ..grid import Place
    from ..grid.live import LiveIntensity
    from ..power.detect import Hardware

_WIDTH: Final = 110
_TITLES: Final = 14
_ROOM: Final = 10_000_000  # bytes free below which a ledger soon cannot grow: some 10,000 cells


def examine(config: Green, complaints: Sequence[str], place: Place, live: LiveIntensity | None = None) -> list[Check]:
    """Look at everything.

    Parameters
    ----------
    config, complaints
        As :func:`jupyter_green.config.load` returns them.
    place
        The grid in force, and how it was found.
    live
        The service that is configured; it is asked now.
    """
    clock = SystemClock()
    hardware = detect(clock, Path(config.powercap), config.cpu_power_model)
    return [
        *installation.checks(),
        *_energy(hardware),
        _rapl(rapl_access.look(clock, Path(config.powercap))),
        *cross_checks.of_command(hardware),
        _proc(),
        _ledger(config),
        *_settings(complaints),
        _place(place),
        *([] if live is None else [_service(live)]),
    ]


def text(found: Sequence[Check]) -> str:
    """Return the checks as lines for a terminal, with a sentence to end them."""
    lines = []
    for check in found:
        first = f"{MARKS[check.verdict]} {check.title:<{_TITLES - 2}}"
        lines += textwrap.wrap(
            check.text,
            _WIDTH,
            initial_indent=first,
            subsequent_indent=" " * _TITLES,
            break_long_words=False,
            break_on_hyphens=False,
        )
    broken = [check.title for check in found if check.verdict == "broken"]
    end = f"To mend: {', '.join(broken)}." if broken else "Nothing is broken."
    return "\n".join([*lines, "", f"{end} `jupyter green status` tells what each figure is worth."])


def _energy(hardware: Hardware) -> Iterator[Check]:
    for component, title in wording.COMPONENTS.items():
        used = [source for source in hardware.sources if source.component == component]
        absent = [source for source in hardware.absent if source.component == component]
        for source in used:
            how = "measured" if source.method in MEASURED else "modelled"
            yield Check(title, "ok", f"{how}: {source.label} ({quantities.factor(source.spread)})")
        if component == "gpu":
            for missing in absent:
                failing = "no NVIDIA driver" not in missing.because
                yield Check(title, "note", f"{missing.label}: {missing.because}" if failing else missing.because)


def _rapl(access: rapl_access.Access) -> Check:
    title = "CPU counter"
    if access.readable and not access.unreadable and not access.trouble:
        return Check(title, "ok", f"{' and '.join(access.readable)} can be read")
    if access.unreadable:
        return Check(title, "note", "the processor counts its energy, but not for you: `jupyter green rapl` grants it")
    if access.trouble and access.readable:
        return Check(title, "note", access.trouble[0])
    if access.surroundings.virtual_machine is not None:
        return Check(title, "note", "a virtual machine shows no energy counter; nothing to mend here")
    return Check(title, "note", "no energy counter of the processor: `jupyter green rapl` says what can be done")


def _proc() -> Check:
    title = "processes"
    if sys.platform != "linux":
        return Check(title, "ok", "read through psutil")
    own = Path("/proc/self/task") / str(os.getpid()) / "children"
    for path in (Path("/proc/stat"), Path("/proc/self/stat"), own):
        try:
            path.read_bytes()
        except OSError as error:
            reason = f"{path} cannot be read ({error.strerror}): CPU time of child processes may be missed"
            return Check(title, "broken", f"{reason}; mount /proc as usual")
    if "lxcfs /proc/stat" in Path("/proc/mounts").read_text(encoding="utf-8", errors="replace"):
        return Check(title, "note", "/proc/stat is the container's own (lxcfs): the machine's load is not known")
    return Check(title, "ok", "/proc tells the CPU time of this machine and of child processes")


def _ledger(config: Green) -> Check:
    title = "ledger"
    if config.ledger == "none":
        return Check(title, "note", "none, by configuration: footprints are kept in the notebook only")
    reader = open_ledger(Path(config.ledger).expanduser() if config.ledger else None)
    path = reader.path
    try:
        cells = len(reader.since(time.time() - 7 * 86400))
    except LedgerError as error:
        return Check(title, "broken", str(error))
    there = path
    while not there.exists() and there != there.parent:
        there = there.parent
    if not os.access(there, os.W_OK) or (there != path and not there.is_dir()):
        return Check(title, "broken", f"{path} cannot be written ({there}); make it writable, or set Green.ledger")
    folder = there if there.is_dir() else there.parent
    if shutil.disk_usage(folder).free < _ROOM:
        return Check(title, "broken", f"{path}: less than 10 MB are free there; make room, or set Green.ledger")
    return Check(title, "ok", f"{path}: {wording.count(cells, 'cell')} in the last 7 days")


def _settings(complaints: Sequence[str]) -> Iterator[Check]:
    from jupyter_core.paths import jupyter_config_path

    files = [
        path
        for place in jupyter_config_path()
        for suffix in ("py", "json")
        if (path := Path(place) / f"jupyter_green_config.{suffix}").is_file()
    ]
    variables = sorted(name for name in os.environ if name.startswith("JUPYTER_GREEN_"))
    for line in complaints:
        yield Check("settings", "broken", f"{line.removeprefix('jupyter-green: ')}; correct or remove it")
    found = ", ".join([*map(str, files), *variables])
    yield Check("settings", "ok", f"from {found}" if found else "none: the defaults stand")


def _place(place: Place) -> Check:
    intensity = place.intensity
    line = f"{wording.grid(intensity)}; by {place.found}"
    if intensity.status == "world-mean":
        return Check("electricity", "note", f"{wording.grid(intensity)}; set JUPYTER_GREEN_REGION=FR or the like")
    return Check("electricity", "ok", line)


def _service(live: LiveIntensity) -> Check:
    """Ask the service that the user configured, as a kernel would."""
    live.poll()
    state = live.state
    if state.trouble is not None:
        return Check("live value", "broken", live_service.sentence(state))
    return Check("live value", "ok", wording.grid(live.present))
