"""Runs inside a peer's environment: one JSON line asks for a window of work, one answers with what the peer says.

Each adaptor uses the peer as its manual does, with what favours the peer where there is a choice. Imports the standard
library, ``window`` from this folder, and the peer.
"""

import json
import os
import sys
import traceback

import window

KWH = 3.6e6


class CodeCarbonTracker:
    """A tracker for each window; ``machine`` or ``process`` mode."""

    def __init__(self, mode):
        self._mode = mode

    def begin(self):
        self._tracker = _codecarbon(self._mode)
        self._tracker.start()

    def end(self):
        self._tracker.stop()
        return _codecarbon_joules(self._tracker.final_emissions_data)


class CodeCarbonTask:
    """One tracker, and a task for each window."""

    def __init__(self):
        self._tracker = _codecarbon("machine")

    def begin(self):
        self._tracker.start_task()

    def end(self):
        return _codecarbon_joules(self._tracker.stop_task())


def _codecarbon(mode):
    from codecarbon import OfflineEmissionsTracker

    return OfflineEmissionsTracker(
        country_iso_code="FRA", tracking_mode=mode, save_to_file=False, log_level="critical", allow_multiple_runs=True
    )


def _codecarbon_joules(data):
    return {"cpu": data.cpu_energy * KWH, "gpu": data.gpu_energy * KWH, "ram": data.ram_energy * KWH}


class Carbontracker:
    """One tracker, and an epoch for each window; its PUE is taken out again."""

    def __init__(self, components):
        from carbontracker.tracker import CarbonTracker

        self._tracker = CarbonTracker(epochs=10**6, epochs_before_pred=0, components=components, verbose=0)

    def begin(self):
        self._tracker.epoch_start()

    def end(self):
        self._tracker.epoch_end()
        thread = self._tracker.tracker
        return {c.name: float(c.energy_usage(thread.epoch_times)[-1]) * KWH for c in thread.components}


class Zeus:
    """One monitor, and a window of it for each of ours; all devices that it finds."""

    def __init__(self):
        import pynvml
        from zeus.monitor import ZeusMonitor

        if "JUPYTER_GREEN_STUB" in os.environ:  # the stub library does not tell the architecture, which Zeus must know
            pynvml.nvmlDeviceGetArchitecture = lambda handle: pynvml.NVML_DEVICE_ARCH_HOPPER
        self._monitor = ZeusMonitor(approx_instant_energy=True)

    def begin(self):
        self._monitor.begin_window("window", sync_execution=False)

    def end(self):
        found = self._monitor.end_window("window", sync_execution=False)
        energies = {"cpu": found.cpu_energy, "gpu": found.gpu_energy, "ram": found.dram_energy}
        return {name: sum(joules.values()) for name, joules in energies.items() if joules}


class PyJoules:
    """One meter on all domains; of those, packages, DRAM and GPUs are added up."""

    def __init__(self):
        from pyJoules.device import DeviceFactory
        from pyJoules.energy_meter import EnergyMeter

        self._meter = EnergyMeter(DeviceFactory.create_devices())

    def begin(self):
        self._meter.start("window")

    def end(self):
        self._meter.stop()
        (sample,) = self._meter.get_trace()
        joules = {}
        for domain, amount in sample.energy.items():
            for prefix, name, unit in (("package", "cpu", 1e-6), ("dram", "ram", 1e-6), ("nvidia", "gpu", 1e-3)):
                if domain.startswith(prefix):
                    joules[name] = joules.get(name, 0.0) + amount * unit
        return joules


ADAPTORS = {
    "codecarbon-machine": lambda components: CodeCarbonTracker("machine"),
    "codecarbon-process": lambda components: CodeCarbonTracker("process"),
    "codecarbon-task": lambda components: CodeCarbonTask(),
    "carbontracker": Carbontracker,
    "zeus": lambda components: Zeus(),
    "pyjoules": lambda components: PyJoules(),
}


def measure(adaptor, seconds):
    called = window.now()
    adaptor.begin()
    start = window.now()
    window.work(seconds)
    end = window.now()
    joules = adaptor.end()
    return {"start": start, "end": end, "joules": joules, "lead_s": (start - called) * 1e-9}


def main():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # peers print
    try:
        adaptor = ADAPTORS[sys.argv[1]](sys.argv[2])
        measure(adaptor, 0.05)  # the first one has costs of its own, for everybody
        answer = {"ready": True}
    except BaseException as error:  # noqa: BLE001 - carbontracker exits
        traceback.print_exc()
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), file=answers, flush=True)
    for line in sys.stdin:
        try:
            answer = measure(adaptor, json.loads(line)["seconds"])
        except Exception as error:  # noqa: BLE001 - the peer's own, whatever it is
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
