"""Who may read the processor's energy counters on this system, and what decides how access could be granted."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..power import rapl
from ..power.detect import detect_rapl
from .surroundings import Surroundings, look_around

if TYPE_CHECKING:
    from ..clock import Clock

GROUP: Final = "rapl"
_ADMIN_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Access:
    """Everything that the advice depends on.

    Attributes
    ----------
    readable
        Labels of the counters that this process can read.
    unreadable
        Folders of zones that this process may not read, resolved: the form in which an administrator needs them.
    trouble
        Why counters that are there cannot be read for another reason.
    surroundings
        What kind of machine this is.
    linux
        Whether it runs Linux.
    user
        Name of this process's user.
    group
        The group that may read the counters already, or an existing group ``rapl``; ``None`` where there is neither.
    granted
        Whether that group may read the counters already.
    member
        Whether the user is listed in it; this process may have begun before.
    udev, tmpfiles
        Whether this system has udev, systemd-tmpfiles.
    """

    readable: tuple[str, ...] = ()
    unreadable: tuple[Path, ...] = ()
    trouble: tuple[str, ...] = ()
    surroundings: Surroundings = field(default_factory=Surroundings)
    linux: bool = True
    user: str = "you"
    group: str | None = None
    granted: bool = False
    member: bool = False
    udev: bool = False
    tmpfiles: bool = False


def look(clock: Clock, powercap: Path) -> Access:
    """Return what is so on this machine.

    Parameters
    ----------
    clock
        For trying the counters.
    powercap
        Directory of the operating system's energy counters, as configured.
    """
    found = detect_rapl(clock, powercap)
    missing = {absent.name for absent in found.absent}
    there = rapl.find_zones(powercap)
    zones = (*(there.packages if "rapl" in missing else ()), *(there.dram if "rapl-dram" in missing else ()))
    unreadable = tuple(sorted(zone.resolve() for zone in zones if _denied(zone)))
    group, granted = _group(unreadable)
    user = _user()
    return Access(
        readable=tuple(source.label for source in found.sources),
        unreadable=unreadable,
        trouble=tuple(absent.because for absent in found.absent) if zones else (),
        surroundings=look_around(),
        linux=sys.platform == "linux",
        user=user,
        group=group,
        granted=granted,
        member=group is not None and _is_member(user, group),
        udev=_has("udevadm"),
        tmpfiles=_has("systemd-tmpfiles"),
    )


def _group(zones: tuple[Path, ...]) -> tuple[str | None, bool]:
    """Return the group that may read all these counters already, else an existing group ``rapl``."""
    with contextlib.suppress(ImportError, OSError, KeyError):
        import grp

        states = [(zone / "energy_uj").stat() for zone in zones]
        owners = {state.st_gid for state in states if state.st_mode & 0o040}
        if len(owners) == 1 and len(states) > 0 and all(state.st_mode & 0o040 for state in states):
            return grp.getgrgid(owners.pop()).gr_name, True
    with contextlib.suppress(ImportError, KeyError):
        import grp

        return grp.getgrnam(GROUP).gr_name, False
    return None, False


def _is_member(user: str, group: str) -> bool:
    with contextlib.suppress(ImportError, KeyError):
        import grp
        import pwd

        entry = grp.getgrnam(group)
        return user in entry.gr_mem or pwd.getpwnam(user).pw_gid == entry.gr_gid
    return False


def _user() -> str:
    with contextlib.suppress(ImportError, KeyError):
        import pwd

        return pwd.getpwuid(os.geteuid()).pw_name
    return "you"


def _denied(zone: Path) -> bool:
    try:
        with (zone / "energy_uj").open("rb"):
            return False
    except OSError as error:
        return isinstance(error, PermissionError)


def _has(program: str) -> bool:
    return shutil.which(program) is not None or shutil.which(program, path=_ADMIN_PATH) is not None
