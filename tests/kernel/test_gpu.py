"""A real kernel on the stub's GPUs: several, shared, divided, or hidden by CUDA_VISIBLE_DEVICES."""

import threading

import pytest
from rig.gpu import StubGpu, StubNvml, steady
from rig.kernel import Kernel

CELL = "%%carbon\nimport time\ntime.sleep(1)"
ANOTHER = 2**22 + 7  # beyond the largest PID


def uuid(index):
    return f"GPU-{index}0000000-0000-4000-8000-000000000000"


def settled_gpu(kernel, cell=CELL):
    """A cell's record once it has settled."""
    record = kernel.run(cell).record
    cells = "__import__('jupyter_green').session().cells"
    for _ in range(20):
        kernel.listen(0.5)
        (settled,) = kernel.value(f"[r.to_json() for r in {cells} if r.id == {record['id']!r}]")
        if settled["settled"]:
            return settled
    raise AssertionError("the record did not settle")


def hidden(watts_of_others):
    """Joules that may be hidden of GPUs that are not ours: they are read rarely, so half a refresh of 100 ms."""
    return watts_of_others * 0.05


@pytest.mark.parametrize("count", [1, 2, 8])
def test_gpus_add_up(tmp_path, count):
    watts = [100.0 * (i + 1) for i in range(count)]
    stub = StubNvml(tmp_path, *(StubGpu(steady(w), uuid=uuid(i)) for i, w in enumerate(watts)))
    with Kernel(tmp_path, stub.environment) as kernel:
        kernel.listen(1.2)
        record = settled_gpu(kernel)
    assert record["hardware"]["gpu"] == ["NVIDIA H200"] * count
    truth = sum(watts) * record["duration_s"]
    assert record["components"]["gpu"]["joules"] == pytest.approx(truth, rel=0.01)
    assert record["machine_energy"]["components"]["gpu"] == pytest.approx(truth, rel=0.01)


def test_only_visible_gpus_count(tmp_path):
    stub = StubNvml(tmp_path, *(StubGpu(steady(100.0 * (i + 1)), uuid=uuid(i)) for i in range(3)))
    with Kernel(tmp_path, {**stub.environment, "CUDA_VISIBLE_DEVICES": "0,2"}) as kernel:
        kernel.listen(1.2)
        record = settled_gpu(kernel)
    assert record["components"]["gpu"]["joules"] == pytest.approx(400.0 * record["duration_s"], rel=0.01)


def test_a_gpu_of_others_is_the_machines_and_not_ours(tmp_path):
    stub = StubNvml(
        tmp_path,
        StubGpu(steady(300.0), uuid=uuid(0), processes={ANOTHER: 90}),
        StubGpu(steady(200.0), uuid=uuid(1)),
    )
    with Kernel(tmp_path, stub.environment) as kernel:
        kernel.listen(1.2)
        record = settled_gpu(kernel)
    assert record["components"]["gpu"]["joules"] == pytest.approx(200.0 * record["duration_s"], rel=0.01)
    machine = record["machine_energy"]["components"]["gpu"]
    assert machine == pytest.approx(500.0 * record["duration_s"], abs=hidden(300.0))


def test_of_many_gpus_the_one_that_a_cell_begins_to_use_is_its_own_from_then_on(tmp_path):
    gpus = [StubGpu(steady(100.0 * (i + 1)), uuid=uuid(i), processes={}) for i in range(8)]
    stub = StubNvml(tmp_path, *gpus)

    def use():
        gpus[3].processes = {"caller": 90}
        stub.write()

    with Kernel(tmp_path, stub.environment) as kernel:
        kernel.listen(1.2)
        before = settled_gpu(kernel)
        begins = threading.Timer(2.0, use)
        begins.start()
        record = settled_gpu(kernel, CELL.replace("sleep(1)", "sleep(5)"))
        begins.join()
        after = settled_gpu(kernel)
    assert before["components"]["gpu"]["joules"] == 0
    assert 400.0 * 2.9 < record["components"]["gpu"]["joules"] < 400.0 * 4.1  # a slice is his who is there at its end
    assert after["components"]["gpu"]["joules"] == pytest.approx(400.0 * after["duration_s"], rel=0.01)
    for settled in (before, record, after):
        machine = settled["machine_energy"]["components"]["gpu"]
        assert machine == pytest.approx(3600.0 * settled["duration_s"], abs=hidden(3200.0))


def test_a_shared_gpu_is_split_by_utilisation_and_its_idle_power_is_shown_apart(tmp_path):
    gpu = StubGpu(steady(80.0), processes={})
    stub = StubNvml(tmp_path, gpu)
    with Kernel(tmp_path, stub.environment) as kernel:
        kernel.run(CELL.replace("sleep(1)", "sleep(3)"))
        kernel.listen(2.2)  # quiet seconds, from which the idle power is learned
        gpu.processes = {"caller": 60, ANOTHER: 20}
        stub.set_power(480.0)
        kernel.run("import time; time.sleep(2)")
        record = settled_gpu(kernel)
    seconds = record["duration_s"]
    gpu_energy = record["components"]["gpu"]
    assert gpu_energy["idle_joules"] == pytest.approx(40.0 * seconds, rel=0.02)
    assert gpu_energy["joules"] == pytest.approx((40.0 + 0.75 * 400.0) * seconds, rel=0.02)
    assert "gpu-shared" not in record["flags"]


def test_a_mig_instance_is_its_slices_of_the_gpu(tmp_path):
    name = "MIG-10000000-1111-5111-8111-111111111111"
    other = "MIG-20000000-1111-5111-8111-111111111111"
    gpu = StubGpu(steady(350.0), mig={other: 4, name: 2}, on_mig={"caller": 1, ANOTHER: 0})
    gpu.processes = {"caller": 50, ANOTHER: 50}
    stub = StubNvml(tmp_path, gpu)
    with Kernel(tmp_path, {**stub.environment, "CUDA_VISIBLE_DEVICES": name}) as kernel:
        kernel.listen(1.2)
        record = settled_gpu(kernel)
    assert "gpu-mig" in record["flags"]
    assert record["components"]["gpu"]["joules"] == pytest.approx(100.0 * record["duration_s"], rel=0.01)
    assert record["machine_energy"]["components"]["gpu"] == pytest.approx(350.0 * record["duration_s"], rel=0.01)
