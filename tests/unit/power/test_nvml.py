import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rig.clock import FakeClock
from rig.curve import Curve
from rig.gpu import StubGpu, StubNvml, delay, fault, library, steady

TESTS = Path(__file__).parents[2]
ENERGY = "nvmlDeviceGetTotalEnergyConsumption"
POWER = "nvmlDeviceGetPowerUsage"
FIELDS = "nvmlDeviceGetFieldValues"
INSTANT = "NVML_FI_DEV_POWER_INSTANT"
PROCESSES = "nvmlDeviceGetComputeRunningProcesses"


class Worker:
    """Drives ``nvml_worker.py``: the real nvidia-ml-py on the stub, in another process."""

    def __init__(self, environment):
        path = os.pathsep.join([str(TESTS), *(entry for entry in sys.path if entry)])
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("nvml_worker.py"))],
            env={**os.environ, **environment, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid
        self.now = 0

    def __call__(self, do, **request):
        self._process.stdin.write(json.dumps({"do": do, "now": self.now, **request}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self):
        self._process.communicate(timeout=10)


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """One process and one script for the whole file; its time only goes on."""
    stub = StubNvml(tmp_path_factory.mktemp("nvml"), clock=FakeClock())
    worker = Worker(stub.environment)
    yield stub, worker
    worker.close()


class Rig:
    def __init__(self, stub, worker):
        self._stub = stub
        self._worker = worker
        self.pid = worker.pid
        self.clock = stub.clock
        stub.events.clear()

    @property
    def now(self):
        return self.clock.boottime()

    def curve(self, *watts, linear=False):
        """Power that changes each second, from now on."""
        return Curve([(self.now + i * 10**9, power) for i, power in enumerate(watts)], linear=linear)

    def set(self, *gpus, events=()):
        self._stub.gpus[:] = gpus
        self._stub.events[:] = events
        self._stub.write()

    def pass_time(self, seconds):
        self.clock.advance(seconds)
        self._stub.write()

    def ask(self, do, **request):
        self._worker.now = self.now
        return self._worker(do, **request)

    def detect(self, **environment):
        return self.ask("detect", environment=environment)

    def joules(self):
        answer = self.ask("read")
        assert "error" not in answer, answer
        return answer["joules"]


@pytest.fixture
def rig(machine):
    return Rig(*machine)


def boards(rig, count, names=None, *, divided=False):
    return [
        StubGpu(
            rig.curve(100.0 * (i + 1)),
            name=names[i] if names else "NVIDIA H200",
            uuid=f"GPU-{i}{i}{i}{i}0000-0000-4000-8000-000000000000",
            mig={f"MIG-{i}{i}{i}{i}0000-1111-5111-8111-111111111111": 3} if divided else {},
        )
        for i in range(count)
    ]


def names(found):
    return [source["name"] for source in found["sources"]]


def test_the_energy_counter_is_used_where_there_is_one(rig):
    rig.set(StubGpu(rig.curve(300.0)))
    found = rig.detect()
    assert found["absent"] == []
    assert found["sources"] == [
        {
            "name": "nvml:0",
            "component": "gpu",
            "method": "counter",
            "scope": "device",
            "label": "NVML energy counter, NVIDIA H200",
            "model": "NVIDIA H200",
            "spread": math.log(1.05),
            "tick": 0.1,
            "idle_watts": None,
        }
    ]


@pytest.mark.parametrize("tick", [0.0, 0.1])
def test_the_counter_follows_any_curve_exactly_at_its_refreshes(rig, tick):
    rig.pass_time(1 - rig.now % 10**9 * 1e-9)
    gpu = StubGpu(rig.curve(60.0, 300.0, 120.0, linear=True), tick=tick)
    rig.set(gpu, events=[fault("NOT_SUPPORTED", INSTANT)])
    rig.detect()
    start = rig.now
    for _ in range(30):
        rig.pass_time(0.1)
        assert rig.joules() == [pytest.approx(gpu.energy_between(start, rig.now), abs=0.0021)]


@pytest.mark.parametrize("event", [fault("NOT_SUPPORTED", INSTANT), fault("FUNCTION_NOT_FOUND", FIELDS)])
def test_without_instant_power_the_tick_shows(rig, event):
    rig.pass_time(1 - rig.now % 10**9 * 1e-9)
    rig.set(StubGpu(rig.curve(300.0)), events=[event])
    rig.detect()
    rig.pass_time(0.19)
    assert rig.joules() == [pytest.approx(30.0)]


def test_instant_power_fills_the_partial_tick(rig):
    rig.pass_time(1 - rig.now % 10**9 * 1e-9)
    gpu = StubGpu(rig.curve(300.0))
    rig.set(gpu)
    rig.detect()
    for _ in range(30):
        rig.pass_time(0.004)
        rig.joules()
    for seconds in (0.013, 0.05, 0.09, 0.1, 1.0):
        start, before = rig.now, rig.joules()[0]
        rig.pass_time(seconds)
        used = rig.joules()[0] - before
        assert used == pytest.approx(gpu.energy_between(start, rig.now), rel=0.01)


def test_a_device_without_counter_is_integrated(rig):
    gpu = StubGpu(rig.curve(60.0, 300.0, 120.0, linear=True), name="Tesla P100-PCIE-16GB")
    rig.set(gpu, events=[fault("NOT_SUPPORTED", ENERGY)])
    (source,) = rig.detect()["sources"]
    assert (source["method"], source["label"]) == ("integrated", "NVML power, integrated, Tesla P100-PCIE-16GB")
    start = rig.now
    for seconds in (0.25, 0.25, 0.5, 1.0, 1.0):
        rig.pass_time(seconds)
        assert rig.joules() == [pytest.approx(gpu.energy_between(start, rig.now), rel=1e-4)]


def test_integration_leaves_out_what_it_did_not_see(rig):
    gpu = StubGpu(rig.curve(100.0))
    integrated = [fault("NOT_SUPPORTED", ENERGY)]
    rig.set(gpu, events=integrated)
    rig.detect()
    rig.pass_time(1)
    assert rig.joules() == [pytest.approx(100.0)]
    rig.set(gpu, events=[*integrated, fault("TIMEOUT", POWER)])
    assert rig.ask("read")["error"] == "NVIDIA H200 (nvml:0): Timeout; it is tried again from time to time"
    rig.set(gpu, events=integrated)
    rig.pass_time(50)
    assert rig.joules() == [pytest.approx(100.0)]
    rig.pass_time(1)
    assert rig.joules() == [pytest.approx(200.0)]


def test_a_device_with_neither_is_absent(rig):
    rig.set(*boards(rig, 2), events=[fault("NOT_SUPPORTED", ENERGY, gpu=1), fault("NOT_SUPPORTED", POWER, gpu=1)])
    found = rig.detect()
    assert names(found) == ["nvml:0"]
    reason = "the driver shows neither energy nor power of this GPU (typical of virtual GPUs)"
    assert found["absent"] == [["nvml:1", "gpu", reason]]


def test_a_lost_gpu_returns_with_the_energy_that_its_counter_kept(rig):
    gpu = StubGpu(rig.curve(300.0))
    rig.set(gpu)
    rig.detect()
    start = rig.now
    rig.pass_time(10)
    assert rig.joules() == [pytest.approx(gpu.energy_between(start, rig.now), rel=0.01)]
    rig.set(gpu, events=[fault("GPU_IS_LOST", gpu=0)])
    rig.pass_time(10)
    for do in ("read", "processes", "read"):
        assert rig.ask(do)["error"] == "NVIDIA H200 (nvml:0): GPU is lost; it is tried again from time to time"
    rig.set(gpu)
    rig.pass_time(10)
    assert rig.joules() == [pytest.approx(gpu.energy_between(start, rig.now), rel=0.01)]


def test_instant_power_that_fails_later_is_a_failed_read(rig):
    gpu = StubGpu(rig.curve(300.0))
    rig.set(gpu)
    rig.detect()
    rig.set(gpu, events=[fault("TIMEOUT", INSTANT)])
    rig.pass_time(10)
    assert "Timeout" in rig.ask("read")["error"]
    rig.set(gpu)
    assert rig.joules() == [pytest.approx(3000.0, rel=0.01)]


def test_a_gpu_lost_at_the_start_is_a_source_all_the_same(rig):
    gpu = StubGpu(rig.curve(300.0))
    rig.set(gpu, events=[fault("GPU_IS_LOST", ENERGY), fault("GPU_IS_LOST", FIELDS)])
    assert names(rig.detect()) == ["nvml:0"]
    assert "GPU is lost" in rig.ask("read")["error"]
    rig.set(gpu)
    assert rig.joules() == [0.0]
    rig.pass_time(10)
    assert rig.joules() == [pytest.approx(3000.0, rel=0.01)]


def test_a_gpu_that_cannot_be_opened_does_not_hide_the_others(rig):
    rig.set(*boards(rig, 3), events=[fault("UNKNOWN", "nvmlDeviceGetHandleByIndex", gpu=1)])
    found = rig.detect()
    assert names(found) == ["nvml:0", "nvml:2"]
    assert found["absent"] == [["nvml:1", "gpu", "the driver cannot open it (Unknown Error)"]]


def test_a_counter_that_goes_back_keeps_what_was_counted(rig):
    gpu = StubGpu(rig.curve(300.0), tick=0.0)
    rig.set(gpu)
    rig.detect()
    rig.pass_time(10)
    (before,) = rig.joules()
    assert before == pytest.approx(3000.0, rel=0.01)
    gpu.base_millijoules = 0
    rig.set(gpu)
    rig.pass_time(1)
    assert rig.ask("read")["error"] == "NVIDIA H200 (nvml:0) was reset: the energy since the last reading is lost"
    assert rig.joules() == [pytest.approx(before)]
    rig.pass_time(10)
    assert rig.joules() == [pytest.approx(before + 3000.0, rel=0.01)]


def test_a_jump_that_no_gpu_could_have_drawn_is_a_reset(rig):
    gpu = StubGpu(rig.curve(300.0), tick=0.0)
    rig.set(gpu)
    rig.detect()
    rig.pass_time(10)
    (before,) = rig.joules()
    gpu.base_millijoules += 10**9
    rig.set(gpu)
    rig.pass_time(10)
    assert "was reset" in rig.ask("read")["error"]
    rig.pass_time(10)
    assert rig.joules() == [pytest.approx(before + 3000.0, rel=0.01)]


def test_a_power_that_no_gpu_draws_is_not_believed(rig):
    gpu = StubGpu(rig.curve(300.0))
    rig.set(gpu)
    rig.detect()
    rig.pass_time(1)
    (before,) = rig.joules()
    gpu.sensor, gpu.curve = 0.0, Curve([(rig.now, 4.0e6)])
    gpu.base_millijoules += round(before * 1e3)
    rig.set(gpu, events=[fault("NOT_SUPPORTED", ENERGY)])
    integrated = rig.detect()["sources"]
    assert [source["method"] for source in integrated] == ["integrated"]
    assert "says that it draws 4000000 W, which cannot be" in rig.ask("read")["error"]


def test_a_library_that_someone_else_shut_down_is_started_again(rig):
    rig.set(StubGpu(rig.curve(300.0)))
    rig.detect()
    rig.ask("shutdown")
    rig.pass_time(10)
    assert "Uninitialized" in rig.ask("read")["error"]
    assert rig.joules() == [pytest.approx(3000.0, rel=0.01)]


def test_processes_are_those_with_a_compute_context(rig):
    gpus = boards(rig, 3)
    gpus[0].processes = {"caller": 80, 4711: 20}
    gpus[1].processes = dict.fromkeys(range(1000, 1040), 1)
    gpus[2].processes = {}
    rig.set(*gpus)
    rig.detect()
    assert rig.ask("processes")["pids"] == [sorted([rig.pid, 4711]), list(range(1000, 1040)), []]
    rig.set(*gpus, events=[fault("NOT_SUPPORTED", PROCESSES)])
    assert "Not Supported" in rig.ask("processes")["error"]
    assert len(rig.joules()) == 3


def test_who_uses_a_shared_gpu_and_how_much(rig):
    gpu = StubGpu(rig.curve(300.0), processes={"caller": 60, 4711: 20, 4712: 0})
    rig.set(gpu)
    rig.detect()
    use = rig.ask("use")
    assert use["parts"] == [[[sorted([rig.pid, 4711, 4712]), None]]]
    assert use["activity"] == [{str(rig.pid): 60.0, "4711": 20.0}]
    assert use["utilisation"] == [0.8]
    gpu.processes = {"caller": 0}
    rig.set(gpu)
    assert rig.ask("use")["activity"] == [{}]


def test_a_device_that_cannot_tell_utilisation_says_so(rig):
    unsupported = [
        fault("NOT_SUPPORTED", f"nvmlDeviceGet{what}") for what in ("ProcessUtilization", "UtilizationRates")
    ]
    rig.set(StubGpu(rig.curve(300.0)), events=unsupported)
    rig.detect()
    use = rig.ask("use")
    assert (use["activity"], use["utilisation"]) == ([None], [None])


MIG = {f"MIG-{i}0000000-1111-5111-8111-111111111111": slices for i, slices in enumerate((4, 2, 1))}


def test_a_divided_gpu_is_its_instances(rig):
    gpu = StubGpu(rig.curve(300.0), mig=MIG, processes={"caller": 50, 4711: 50}, on_mig={"caller": 1, 4711: 0})
    rig.set(gpu)
    (source,) = rig.detect()["sources"]
    assert source["label"] == "NVML energy counter, NVIDIA H200; by MIG slices"
    use = rig.ask("use")
    assert use["parts"] == [[[[4711], 4 / 7], [[rig.pid], 2 / 7], [[], 1 / 7]]]
    assert (use["activity"], use["utilisation"]) == ([None], [None])
    rig.set(gpu, events=[fault("GPU_IS_LOST")])
    assert "GPU is lost" in rig.ask("use")["error"]
    rig.set(gpu)
    assert rig.ask("use")["parts"][0][1] == [[rig.pid], 2 / 7]


PROFILES = "nvmlDeviceGetGpuInstanceProfileInfo"
MOST_INSTANCES = "nvmlDeviceGetMaxMigDeviceCount"


@pytest.mark.parametrize("untold", [(), (PROFILES,)], ids=["by profiles", "by the number of instances"])
@pytest.mark.parametrize(("slices", "expected"), [(4, 0.5), (7, 2 / 7), (8, 0.25)])
def test_a_named_instance_is_its_share_of_the_gpus_compute_slices(rig, slices, expected, untold):
    name = list(MIG)[1]
    gpu = StubGpu(rig.curve(300.0), mig=MIG, slices=slices, processes={"caller": 50}, on_mig={"caller": 1})
    rig.set(gpu, events=[fault("NO_PERMISSION", function) for function in untold])
    rig.detect(CUDA_VISIBLE_DEVICES=name)
    assert rig.ask("use")["parts"] == [[[[rig.pid], pytest.approx(expected)]]]


def test_a_share_of_unknown_slices_is_unknown_and_not_guessed(rig):
    gpu = StubGpu(rig.curve(300.0), mig=MIG, processes={"caller": 50}, on_mig={"caller": 1})
    rig.set(gpu, events=[fault("NO_PERMISSION", function) for function in (PROFILES, MOST_INSTANCES)])
    rig.detect(CUDA_VISIBLE_DEVICES=list(MIG)[1])
    assert "Insufficient Permissions" in rig.ask("use")["error"]


def test_eight_devices_are_eight_sources(rig):
    gpus = boards(rig, 8)
    rig.set(*gpus)
    assert names(rig.detect()) == [f"nvml:{i}" for i in range(8)]
    start = rig.now
    rig.pass_time(10)
    assert rig.joules() == [pytest.approx(gpu.energy_between(start, rig.now), rel=0.01) for gpu in gpus]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0,2", [0, 2]),
        (" 2 , 1 ", [1, 2]),
        ("0,-1,1", [0]),
        ("1,9,0", [1]),
        ("GPU-1111", [1]),
        ("GPU-22220000-0000-4000-8000-000000000000,0", [0, 2]),
        ("GPU-", []),
        ("GPU-9", []),
        ("", []),
        ("-1", []),
        ("NoDevFiles", []),
        ("MIG-11110000-1111-5111-8111-111111111111", [1]),
        ("MIG-GPU-22220000-0000-4000-8000-000000000000/1/0", [2]),
        ("MIG-99990000-1111-5111-8111-111111111111", []),
    ],
)
def test_cuda_visible_devices(rig, value, shown):
    rig.set(*boards(rig, 3, divided=value.startswith("MIG-")))
    found = rig.detect(CUDA_VISIBLE_DEVICES=value)
    assert names(found) == [f"nvml:{i}" for i in shown]
    if not shown:
        assert found["absent"] == [["nvml", "gpu", "CUDA_VISIBLE_DEVICES hides every GPU from this process"]]
    if value.startswith("MIG-") and shown:
        assert found["sources"][0]["label"] == "NVML energy counter, NVIDIA H200; by MIG slices"


def test_an_index_among_mixed_gpus_says_nothing_unless_their_order_is_known(rig):
    rig.set(*boards(rig, 2, names=["NVIDIA T400", "NVIDIA RTX 6000 Ada Generation"]))
    found = rig.detect(CUDA_VISIBLE_DEVICES="0")
    assert names(found) == ["nvml:0", "nvml:1"]
    assert all("CUDA_VISIBLE_DEVICES ignored" in source["label"] for source in found["sources"])
    assert names(rig.detect(CUDA_VISIBLE_DEVICES="0", CUDA_DEVICE_ORDER="PCI_BUS_ID")) == ["nvml:0"]
    assert names(rig.detect(CUDA_VISIBLE_DEVICES="GPU-1111")) == ["nvml:1"]


def test_a_driver_without_gpus_or_that_does_not_start_says_so(rig):
    rig.set()
    assert rig.detect()["absent"] == [["nvml", "gpu", "the NVIDIA driver shows no GPU here"]]
    rig.set(*boards(rig, 1), events=[fault("DRIVER_NOT_LOADED", "nvmlInitWithFlags")])
    reason = "the NVIDIA driver does not start (Driver Not Loaded); `nvidia-smi` tells more"
    assert rig.detect()["absent"] == [["nvml", "gpu", reason]]


def test_faults_and_delays_keep_to_their_time(rig):
    start = rig.now
    events = [
        fault("TIMEOUT", ENERGY, start_ns=start + 10**9, end_ns=start + 2 * 10**9),
        delay(1, ENERGY, start_ns=start, end_ns=start + 3 * 10**9),
    ]
    rig.set(StubGpu(rig.curve(300.0)), events=events)
    rig.detect()
    outcome = []
    for _ in range(3):
        outcome.append("error" in rig.ask("read"))
        rig.pass_time(1)
    assert outcome == [False, True, False]


def test_names_as_bytes_are_read_as_text(tmp_path):
    stub = StubNvml(tmp_path, StubGpu(steady(300.0)))
    worker = Worker(stub.environment)
    worker("bytes")
    found = worker("detect", environment={"CUDA_VISIBLE_DEVICES": "GPU-0000"})
    worker.close()
    assert found["sources"][0]["label"] == "NVML energy counter, NVIDIA H200"


def test_without_the_drivers_library_nothing_is_imported(tmp_path):
    """An unusable library stands first on the path, so that the test holds on a machine with a GPU too."""
    (tmp_path / "libnvidia-ml.so.1").write_text("not a library")
    worker = Worker({"LD_LIBRARY_PATH": str(tmp_path)})
    found = worker("detect", environment={})
    modules = worker("modules")
    worker.close()
    assert found == {"sources": [], "absent": [["nvml", "gpu", "no NVIDIA driver library on this machine"]]}
    assert modules == {"pynvml": False}


def test_the_stub_is_compiled_once():
    built = library() / "libnvidia-ml.so.1"
    before = built.stat().st_mtime_ns
    library.cache_clear()
    assert library() == built.parent
    assert built.stat().st_mtime_ns == before
