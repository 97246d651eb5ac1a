"""A process with the stub on its library path. Reads one request a line, as JSON, and answers each with a line."""

import json
import os
import sys

from rig.clock import FakeClock

from jupyter_green.power import nvml
from jupyter_green.power.source import SharedGpu, SourceError


def describe(source):
    assert isinstance(source, SharedGpu)
    names = ("name", "component", "method", "scope", "label", "model", "spread", "tick", "idle_watts")
    return {name: getattr(source, name) for name in names}


def as_bytes():
    """Make nvidia-ml-py answer as its releases before 12 did."""
    import pynvml

    for name in ("nvmlDeviceGetName", "nvmlDeviceGetUUID"):
        original = getattr(pynvml, name)
        setattr(pynvml, name, lambda handle, original=original: original(handle).encode())


def main():
    clock = FakeClock(0)
    found = None
    for line in sys.stdin:
        request = json.loads(line)
        clock.advance(request["now"] * 1e-9 - clock.boottime() * 1e-9)
        answer = {}
        try:
            match request["do"]:
                case "detect":
                    for variable in ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"):
                        os.environ.pop(variable, None)
                    os.environ.update(request["environment"])
                    found = nvml.detect(clock)
                    answer["sources"] = [describe(source) for source in found.sources]
                    answer["absent"] = [[absent.name, absent.component, absent.because] for absent in found.absent]
                case "read":
                    answer["joules"] = [source.read() for source in found.sources]
                case "processes":
                    answer["pids"] = [sorted(source.processes()) for source in found.sources]
                case "use":
                    answer["parts"] = [
                        [[sorted(part.holders), part.slices] for part in source.parts()] for source in found.sources
                    ]
                    answer["activity"] = [source.activity() for source in found.sources]
                    answer["utilisation"] = [source.utilisation() for source in found.sources]
                case "shutdown":
                    import pynvml

                    while True:
                        try:
                            pynvml.nvmlShutdown()
                        except pynvml.NVMLError_Uninitialized:
                            break
                case "bytes":
                    as_bytes()
                case "modules":
                    answer["pynvml"] = "pynvml" in sys.modules
        except SourceError as error:
            answer["error"] = str(error)
        print(json.dumps(answer), flush=True)


main()
