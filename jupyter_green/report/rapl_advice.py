"""``jupyter green rapl``: how the processor's energy counters can be made readable on this very system.

Prints only, and changes nothing: granting is for the machine's administrator.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from .rapl_access import GROUP

if TYPE_CHECKING:
    from .rapl_access import Access
    from .surroundings import Surroundings

_CAVEAT = (
    "Why not for everybody: fine power readings let one program spy on another's secrets (PLATYPUS, CVE-2020-8694).\n"
    "Grant them to a group of trusted users, mode 0440, never world-readable."
)
_FILES = (("energy_uj", "0440"), ("max_energy_range_uj", "0444"))  # the range is no secret, yet some kernels hide it


def advice(access: Access) -> str:
    """Return what to do, as text for a terminal."""
    if access.readable and not access.unreadable and not access.trouble:
        return f"Nothing to do: {' and '.join(access.readable)} can be read."
    if not access.linux:
        return "RAPL is read through Linux. Here the processor's energy is modelled; `jupyter green status` says how."
    if not access.unreadable and access.trouble:
        return "Permissions are not what is wrong:\n" + "\n".join(f"  {reason}" for reason in access.trouble)
    if not access.unreadable:
        return _nothing_there(access.surroundings)
    listed = "\n".join(f"  {zone}" for zone in access.unreadable)
    here = f"This processor counts its energy, but {access.user} may not read it:\n{listed}\n"
    if access.surroundings.container:
        return f"{here}\n{_CONTAINER}\n\n{_CAVEAT}"
    if access.granted and access.member:
        return f"{here}\nGroup {access.group} may, and {access.user} is in it: log out and in, then restart Jupyter."
    steps = _join(access) if access.granted else _grant(access)
    return (
        f"{here}\nAn administrator grants it once, for every start of the machine:\n\n{_indented(steps)}\n\n"
        f"Then {access.user} logs out and in and restarts Jupyter; `jupyter green doctor` checks it.\n\n{_CAVEAT}"
    )


_CONTAINER = """It cannot be granted from inside a container. On its host, grant access to a group (`jupyter green rapl`
there says how), and start the container with the counters mounted and that group's number:

  docker run --group-add GID -v /sys/devices/virtual/powercap/intel-rapl:/powercap:ro \\
    -e JUPYTER_GREEN_POWERCAP=/powercap …"""


def _nothing_there(surroundings: Surroundings) -> str:
    if surroundings.virtual_machine is not None:
        named = f" ({surroundings.virtual_machine})" if surroundings.virtual_machine else ""
        return (
            f"This is a virtual machine{named}. The processor's energy counters belong to its host, which does not\n"
            "pass them on: nothing can be granted here, by anybody on this machine. The CPU's energy is modelled.\n"
            "For measured figures use a bare-metal machine, or ask the provider. GPUs are measured here all the same."
        )
    if surroundings.container:
        return f"This container does not show its host's energy counters.\n\n{_CONTAINER}\n\n{_CAVEAT}"
    if surroundings.vendor in ("GenuineIntel", "AuthenticAMD"):
        return (
            "This machine shows no energy counters, though Intel's processors have them since 2011, AMD's since 2017.\n"
            "The kernel's module may not be loaded; an administrator loads it now, and at every start, with:\n\n"
            "  sudo modprobe intel_rapl_msr          (for AMD too)\n"
            "  echo intel_rapl_msr | sudo tee /etc/modules-load.d/rapl.conf\n\n"
            "Then `jupyter green rapl` says how to grant read access."
        )
    return "This processor has no energy counters that Linux shows (RAPL is Intel's and AMD's): its energy is modelled."


def _grant(access: Access) -> list[str]:
    group = access.group or GROUP
    steps = [] if access.group else [f"sudo groupadd --system {group}"]
    steps += [] if access.member else [f"sudo usermod -aG {group} {shlex.quote(access.user)}"]
    if access.udev:  # takes hold also where the kernel finds the counters late
        runs = "".join(
            f', RUN+="/bin/chgrp {group} /sys%p/{name}", RUN+="/bin/chmod {mode} /sys%p/{name}"'
            for name, mode in _FILES
        )
        rule = f'SUBSYSTEM=="powercap", KERNEL=="intel-rapl*:*", ACTION=="add"{runs}'
        return [
            *steps,
            f"echo '{rule}' | sudo tee /etc/udev/rules.d/70-rapl.rules",
            "sudo udevadm control --reload",
            "sudo udevadm trigger --action=add --subsystem-match=powercap",
        ]
    files = [(f"{pattern}/{file}", mode) for pattern in _patterns(access.unreadable) for file, mode in _FILES]
    if access.tmpfiles:
        lines = " ".join(f"'z {file} {mode} root {group} - -'" for file, mode in files)
        return [
            *steps,
            f"printf '%s\\n' {lines} | sudo tee /etc/tmpfiles.d/rapl.conf",
            "sudo systemd-tmpfiles --create /etc/tmpfiles.d/rapl.conf",
        ]
    return [
        *steps,
        "# there is neither udev nor systemd-tmpfiles here: run these at every start, for instance from /etc/rc.local",
        *(f"sudo chgrp {group} {file} && sudo chmod {mode} {file}" for file, mode in files),
    ]


def _join(access: Access) -> list[str]:
    return [
        f"# group {access.group} may read the counters already",
        f"sudo usermod -aG {access.group} {shlex.quote(access.user)}",
    ]


def _patterns(zones: tuple[Path, ...]) -> list[str]:
    """Return the zones with ``*`` for their numbers, so that those of another socket are meant too."""
    patterns = dict.fromkeys(
        "/".join(_star(part) if ":" in part else part for part in zone.as_posix().split("/")) for zone in zones
    )
    return list(patterns)


def _star(part: str) -> str:
    control, *numbers = part.split(":")
    return ":".join((control, *("*" for _ in numbers)))


def _indented(lines: list[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)
