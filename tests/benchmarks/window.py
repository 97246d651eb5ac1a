"""One stretch of work whose energy is known: runs in kernels and in peers' processes. Standard library only.

The rig's GPU does what its script says, so that work *writes* its power there: up from idle in a ramp when it begins,
and down again when it ends.
"""

import os
import random
import time

PULSES = "BENCHMARK_PULSES"  # names the script of a GPU whose power follows the work
IDLE_WATTS, FULL_WATTS, RAMP_SECONDS = 60.0, 300.0, 0.04
LAUNCH_SECONDS = 0.008  # within which the GPU begins to work, so that its ramp meets nobody's sampling grid


def now():
    """ns since boot, the time of every truth here."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def sleep_until(at_ns):
    while (left := at_ns - now()) > 0:
        time.sleep(left * 1e-9)


def work(seconds):
    """Keep the rig's GPU busy, if it follows this process, while the CPU sleeps."""
    end = now() + round(seconds * 1e9)
    script = os.environ.get(PULSES)
    if script:
        _draw(script, now() + round(random.uniform(0, LAUNCH_SECONDS) * 1e9), end)
    sleep_until(end)


def burn(seconds):
    """Keep one core busy."""
    end = now() + round(seconds * 1e9)
    while now() < end:
        pass


def _draw(script, begun, end):
    """Append a pulse to the power of the script's last GPU."""
    ramp = round(RAMP_SECONDS * 1e9)
    points = ((begun, IDLE_WATTS), (begun + ramp, FULL_WATTS), (end, FULL_WATTS), (end + ramp, IDLE_WATTS))
    with open(script, encoding="ascii") as file:
        content = file.read()
    fresh = f"{script}.{os.getpid()}"
    with open(fresh, "w", encoding="ascii") as file:
        file.write(content)
        file.writelines(f"point {at} {watts}\n" for at, watts in points)
    os.utime(fresh, ns=(begun, begun))  # the stub tells scripts apart by it
    os.replace(fresh, script)
