"""What kind of site this machine stands in, as far as its own firmware tells: offline, from ``/sys/class/dmi``.

A virtual machine of an unknown maker tells nothing: it may run on a laptop as well as in a data centre.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# What a maker of clouds writes into the firmware it shows: in the fields below, in any case.
_CLOUDS = {
    "amazon ec2": "aws",
    "google compute engine": "gcp",
    "7783-7084-3265-9085-8269-3286-77": "azure",  # chassis_asset_tag; "Microsoft Corporation" alone may be anybody's
}
_HOSTERS = {
    "akamai": "Akamai",
    "alibaba cloud": "Alibaba Cloud",
    "digitalocean": "DigitalOcean",
    "exoscale": "Exoscale",
    "hetzner": "Hetzner",
    "huawei cloud": "Huawei Cloud",
    "ibm:cloud": "IBM Cloud",
    "linode": "Linode",
    "openstack": "OpenStack",
    "oraclecloud.com": "Oracle Cloud",
    "ovh": "OVHcloud",
    "scaleway": "Scaleway",
    "tencent cloud": "Tencent Cloud",
    "upcloud": "UpCloud",
    "vultr": "Vultr",
}
_FIELDS = ("sys_vendor", "product_name", "board_vendor", "bios_vendor", "chassis_vendor", "chassis_asset_tag")
# Linux within Windows (WSL) is a virtual machine, and on a desk.
_DESKTOP_KERNEL = "microsoft-standard"
# SMBIOS (DSP0134) 7.4.1. "Main server chassis" (17) is left out: towers below a desk say so too.
_RACKS = {"23": "rack-mounted server", "28": "blade server", "29": "blade server"}


@dataclass(frozen=True, slots=True)
class Site:
    """Where this machine stands.

    Attributes
    ----------
    provider
        ``aws``, ``azure`` or ``gcp``, when it is one of their machines.
    data_centre
        What else shows that this is a data centre, for people: ``Hetzner``, ``rack-mounted server``; ``None`` when
        nothing does.
    virtual
        Whether this is a virtual machine.
    """

    provider: str | None = None
    data_centre: str | None = None
    virtual: bool = False


def look(virtual: bool, root: Path = Path("/")) -> Site:
    """Return what the firmware tells.

    Parameters
    ----------
    virtual
        Whether a hypervisor shows itself.
    root
        Where ``proc`` and ``sys`` lie.
    """
    folder = root / "sys" / "class" / "dmi" / "id"
    if _DESKTOP_KERNEL in _text(root / "proc" / "sys" / "kernel" / "osrelease"):
        return Site()
    told = " | ".join(_text(folder / field) for field in _FIELDS).casefold()
    provider = next((provider for mark, provider in _CLOUDS.items() if mark in told), None)
    hoster = next((name for mark, name in _HOSTERS.items() if mark in told), None)
    rack = None if virtual else _RACKS.get(_text(folder / "chassis_type"))
    return Site(provider, hoster or rack, virtual)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()[:200]
    except OSError:
        return ""
