"""What kind of machine this is, as far as it decides which energy counters can be had: bare, virtual, a container."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ..power.processor import read_processor


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where this process runs.

    Attributes
    ----------
    virtual_machine
        Its maker or product where that is told (``Amazon EC2 c5.xlarge``), else ``""``; ``None`` on bare metal.
    container
        Whether this is a container.
    vendor
        Of the processor, as CPUID has it: ``GenuineIntel``, ``AuthenticAMD`` …
    """

    virtual_machine: str | None = None
    container: bool = False
    vendor: str = ""


def look_around(root: Path = Path("/")) -> Surroundings:
    """Return what the operating system tells of itself.

    Parameters
    ----------
    root
        Where ``proc``, ``sys`` and ``run`` lie.
    """
    processor = read_processor(root)
    return Surroundings(_product(root) if processor.virtual else None, _is_container(root), processor.vendor)


def _product(root: Path) -> str:
    names = [_text(root / "sys/class/dmi/id" / file) for file in ("sys_vendor", "product_name")]
    return "".join(c for c in " ".join(name for name in names if name) if c.isprintable())[:40]


def _is_container(root: Path) -> bool:
    """By the marks that Docker, Podman, systemd-nspawn, LXC and Kubernetes leave."""
    if any((root / mark).exists() for mark in (".dockerenv", "run/.containerenv", "run/systemd/container")):
        return True
    if root == Path("/") and "KUBERNETES_SERVICE_HOST" in os.environ:
        return True
    cgroup = _text(root / "proc/1/cgroup")
    return any(name in cgroup for name in ("docker", "kubepods", "containerd", "libpod", "lxc"))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
