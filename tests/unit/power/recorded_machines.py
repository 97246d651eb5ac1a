"""Trees of /proc and /sys as well-known machines show them, cut to what is read."""

from pathlib import Path

GIB = 1024**3


def x86(name, vendor, family, model, threads, *, packages=1, virtual=False):
    flags = "fpu vme sse2 ht hypervisor avx2" if virtual else "fpu vme sse2 ht avx2"
    return "\n".join(
        f"processor\t: {i}\nvendor_id\t: {vendor}\ncpu family\t: {family}\nmodel\t\t: {model}\n"
        f"model name\t: {name}\nphysical id\t: {i * packages // threads}\nflags\t\t: {flags}\n"
        for i in range(threads)
    )


def arm(parts, implementer="0x41"):
    return "\n".join(
        f"processor\t: {i}\nBogoMIPS\t: 243.75\nCPU implementer\t: {implementer}\nCPU architecture: 8\n"
        f"CPU variant\t: 0x3\nCPU part\t: {part}\nCPU revision\t: 1\n"
        for i, part in enumerate(parts)
    )


INTEL, AMD = "GenuineIntel", "AuthenticAMD"
CPUINFO = {
    "epyc-turin-cloud": x86("AMD EPYC", AMD, 26, 2, 2, virtual=True),
    "epyc-qemu": x86("AMD EPYC-Rome Processor", AMD, 23, 49, 4, virtual=True),
    "epyc-7763-cloud": x86("AMD EPYC 7763 64-Core Processor", AMD, 25, 1, 4, virtual=True),
    "gcp-skylake": x86("Intel(R) Xeon(R) CPU @ 2.00GHz", INTEL, 6, 85, 2, virtual=True),
    "aws-cascade-lake": x86("Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz", INTEL, 6, 85, 8, virtual=True),
    "dual-xeon-metal": x86("Intel(R) Xeon(R) CPU E5-2690 v4 @ 2.60GHz", INTEL, 6, 79, 56, packages=2),
    "laptop-hybrid": x86("12th Gen Intel(R) Core(TM) i7-12700H", INTEL, 6, 154, 20),
    "desktop-ryzen": x86("AMD Ryzen 9 5950X 16-Core Processor", AMD, 25, 33, 32),
    "graviton3": arm(["0xd40"] * 4),
    "grace": arm(["0xd4f"] * 72),
    "snapdragon": arm(["0x001"] * 12, "0x51"),
    "unheard-of": x86("Frobnicator 9000", "Frobnicorp", 1, 1, 4),
}


def machine(folder: Path, name: str, *, smt: bool | None = None, hybrid: bool = False) -> Path:
    """Lay out a machine below *folder* and return it."""
    (folder / "proc").mkdir(parents=True)
    (folder / "proc/cpuinfo").write_text(CPUINFO[name])
    if smt is not None:
        topology = folder / "sys/devices/system/cpu/cpu0/topology"
        topology.mkdir(parents=True)
        (topology / "thread_siblings_list").write_text("0-1\n" if smt else "0\n")
    if hybrid:
        for kind, cpus in (("core", "0-11"), ("atom", "12-19")):
            (folder / f"sys/devices/cpu_{kind}").mkdir(parents=True)
            (folder / f"sys/devices/cpu_{kind}/cpus").write_text(f"{cpus}\n")
    return folder


def version_2(folder: Path, group: str, files: dict[str, str], *, mounted_root: str = "/") -> Path:
    """Lay out control groups of version 2: *group* is ours, *files* are given relative to the mount."""
    mountinfo = f"31 23 0:28 {mounted_root} /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
    return _groups(folder, f"0::{group}\n", mountinfo, {f"sys/fs/cgroup/{k}": v for k, v in files.items()})


def version_1(folder: Path, group: str, files: dict[str, str], *, mounted_root: str = "/") -> Path:
    """Lay out control groups of version 1: memory, cpu and cpuacct, the last two mounted together."""
    own = f"9:memory:{group}\n4:cpu,cpuacct:{group}\n1:name=systemd:/\n0::/\n"
    mountinfo = (
        f"35 31 0:32 {mounted_root} /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
        f"36 31 0:33 {mounted_root} /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
    )
    return _groups(folder, own, mountinfo, {f"sys/fs/cgroup/{k}": v for k, v in files.items()})


def _groups(folder: Path, own: str, mountinfo: str, files: dict[str, str]) -> Path:
    for path, text in {
        "proc/self/cgroup": own,
        "proc/self/mountinfo": f"22 27 0:21 / /proc rw,relatime - proc proc rw\n{mountinfo}",
        "proc/meminfo": f"MemTotal: {1024 * GIB // 1024} kB\nMemFree: 1 kB\n",
        "proc/stat": "cpu  221216 1917 47305 839790 3732 0 1780 146 0 0\ncpu0 1 0 0 0 0 0 0 0 0 0\n",
        **files,
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def power_supply(folder: Path, **supplies: dict[str, str | None]) -> Path:
    """Lay out /sys/class/power_supply: each supply's files, those that are not ``None``."""
    for name, files in supplies.items():
        (folder / name).mkdir(parents=True)
        for file, content in files.items():
            if content is not None:
                (folder / name / file).write_text(f"{content}\n")
    return folder
