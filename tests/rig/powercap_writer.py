"""The process behind ``LivePowercap``: writes each zone's counter anew until it is ended or its parent is gone.

A round that has begun is finished, so that counters and log agree when it has ended.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
import time

TICKS = os.sysconf("SC_CLK_TCK")


def busy_seconds() -> float:
    """user + nice + system + irq + softirq of the whole machine, s."""
    with open("/proc/stat", encoding="ascii") as stat:
        user, nice, system, _idle, _iowait, irq, softirq = map(int, stat.readline().split()[1:8])
    return (user + nice + system + irq + softirq) / TICKS


def publish(path: str, microjoules: int) -> None:
    fresh = f"{path}.new"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.write(descriptor, b"%d\n" % microjoules)
    os.close(descriptor)
    os.rename(fresh, path)


def main(config_path: str) -> None:
    with open(config_path, encoding="utf-8") as file:
        config = json.load(file)
    parent = os.getppid()
    start = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    busy_at_start = busy_seconds()
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: ended.append(number))
    ready = False
    with open(config["log"], "ab", buffering=0) as log:
        log.write(struct.pack("<qd", start, 0.0))
        while os.getppid() == parent and not ended:
            now = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
            busy = busy_seconds() - busy_at_start
            for zone in config["zones"]:
                joules = zone["watts"] * (now - start) * 1e-9 + zone["watts_per_core"] * busy
                publish(zone["energy"], (config["start"] + int(joules * 1e6)) % zone["range"])
            log.write(struct.pack("<qd", now, busy))
            if not ready:
                print("ready", flush=True)
                ready = True
            time.sleep(config["interval"])


if __name__ == "__main__":
    main(sys.argv[1])
