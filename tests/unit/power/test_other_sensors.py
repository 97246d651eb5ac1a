"""Sensors of vendors whose hardware was not at hand, on trees as their drivers document them."""

import sys
from types import SimpleNamespace

import pytest
from rig.clock import FakeClock

from jupyter_green.power import amd_gpu, apple, hwmon
from jupyter_green.power.source import Gpu, Source, SourceError


def write(folder, **files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(f"{content}\n")


@pytest.fixture
def clock():
    return FakeClock()


# -- AMD GPUs ----------------------------------------------------------------------------------------------------------


def amd_card(sysfs, index, *, gpu_id=None, **sensors):
    """One card as amdgpu shows it: Linux 6.8, ROCm loaded if it has a *gpu_id*."""
    card = sysfs / "class/drm" / f"card{index}"
    write(card / "device", product_name="AMD Instinct MI300X", vendor="0x1002")
    write(card / "device/hwmon/hwmon4", name="amdgpu", power1_cap="750000000", **sensors)
    (card / "device/drm" / f"renderD{128 + index}").mkdir(parents=True)
    (sysfs / "class/drm" / f"card{index}-DP-1").mkdir()
    if gpu_id is not None:
        node = sysfs / "class/kfd/kfd/topology/nodes" / str(index + 1)
        write(node, gpu_id=gpu_id, properties=f"cpu_cores_count 0\nsimd_count 1216\ndrm_render_minor {128 + index}")
    return card / "device/hwmon/hwmon4"


def queue(sysfs, pid, number, gpu_id):
    write(sysfs / "class/kfd/kfd/proc" / str(pid) / "queues" / str(number), gpuid=gpu_id, type="0", size="4096")


def test_an_energy_counter_is_preferred_to_power(tmp_path, clock):
    sensors = amd_card(tmp_path, 0, energy1_input="1000000", power1_average="140000000")
    found = amd_gpu.detect(clock, tmp_path)
    (gpu,) = found.sources
    assert isinstance(gpu, Gpu)
    assert (gpu.name, gpu.method, gpu.model) == ("amdgpu:0", "counter", "AMD Instinct MI300X")
    assert gpu.label == "amdgpu energy counter, AMD Instinct MI300X"
    clock.advance(10)
    write(sensors, energy1_input="1401000000")
    assert gpu.read() == pytest.approx(1400.0)


def test_a_counter_that_begins_anew_makes_no_spike(tmp_path, clock):
    sensors = amd_card(tmp_path, 0, energy1_input="5000000000")
    (gpu,) = amd_gpu.detect(clock, tmp_path).sources
    for count in ("1000000", "900000000000000"):
        clock.advance(10)
        write(sensors, energy1_input=count)
        with pytest.raises(SourceError, match="was reset"):
            gpu.read()
    clock.advance(1)
    write(sensors, energy1_input="900000300000000")
    assert gpu.read() == pytest.approx(300.0)


@pytest.mark.parametrize("sensor", ["power1_average", "power1_input"])
def test_power_is_integrated(tmp_path, clock, sensor):
    sensors = amd_card(tmp_path, 1, **{sensor: "100000000"})
    (gpu,) = amd_gpu.detect(clock, tmp_path).sources
    assert (gpu.method, gpu.label) == ("integrated", f"amdgpu {sensor}, integrated, AMD Instinct MI300X")
    clock.advance(2)
    write(sensors, **{sensor: "300000000"})
    assert gpu.read() == pytest.approx(400.0)
    (sensors / sensor).write_text("")
    with pytest.raises(SourceError, match="holds no number"):
        gpu.read()
    clock.advance(60)
    write(sensors, **{sensor: "300000000"})
    assert gpu.read() == pytest.approx(400.0)  # a minute that nobody saw is missing, not guessed


def test_instant_power_is_preferred_to_the_mean(tmp_path, clock):
    amd_card(tmp_path, 0, power1_average="100000000", power1_input="90000000")
    (gpu,) = amd_gpu.detect(clock, tmp_path).sources
    assert "power1_input" in gpu.label


def test_processes_are_those_with_a_queue_on_this_gpu(tmp_path, clock):
    for index, gpu_id in enumerate((2115, 64811)):
        amd_card(tmp_path, index, gpu_id=gpu_id, energy1_input="0")
    queue(tmp_path, 4711, 0, 2115)
    queue(tmp_path, 4711, 1, 2115)
    queue(tmp_path, 4712, 0, 64811)
    first, second = amd_gpu.detect(clock, tmp_path).sources
    assert first.processes() == {4711}
    assert second.processes() == {4712}


def test_without_the_compute_driver_who_uses_it_is_unknown(tmp_path, clock):
    amd_card(tmp_path, 0, energy1_input="0")
    (gpu,) = amd_gpu.detect(clock, tmp_path).sources
    with pytest.raises(SourceError, match="kfd"):
        gpu.processes()


def test_a_card_without_a_readable_sensor_is_absent_with_the_reason(tmp_path, clock):
    amd_card(tmp_path, 0)
    found = amd_gpu.detect(clock, tmp_path)
    assert found.sources == ()
    assert [(a.name, "power1_input cannot be read" in a.because) for a in found.absent] == [("amdgpu:0", True)]


def test_other_vendors_cards_are_none_of_its_business(tmp_path, clock):
    write(tmp_path / "class/drm/card0/device/hwmon/hwmon2", name="i915", energy1_input="1")
    for sysfs in (tmp_path, tmp_path / "none"):
        found = amd_gpu.detect(clock, sysfs)
        assert (found.sources, found.absent) == ((), ())


# -- CPUs by hwmon -----------------------------------------------------------------------------------------------------


def test_amd_energy_counts_sockets_and_not_their_cores_again(tmp_path, clock):
    chip = tmp_path / "hwmon3"
    labels = ["Ecore000", "Ecore001", "Esocket0", "Esocket1"]
    write(chip, name="amd_energy")
    for number, label in enumerate(labels, start=1):
        write(chip, **{f"energy{number}_label": label, f"energy{number}_input": str(number * 10**9)})
    (cpu,) = hwmon.detect(clock, tmp_path).sources
    assert isinstance(cpu, Source)
    assert (cpu.component, cpu.method, cpu.scope) == ("cpu", "counter", "package")
    assert cpu.label == "amd_energy counter (hwmon), 2 packages"
    clock.advance(10)
    write(chip, **{f"energy{number}_input": str(number * 10**9 + 900_000_000) for number in (1, 2, 3, 4)})
    assert cpu.read() == pytest.approx(1800.0)


@pytest.mark.parametrize("below", ["device", "."])
def test_grace_is_the_sum_of_its_cpu_meters(tmp_path, clock, below):
    meters = ["Module Power Socket 0", "Grace Power Socket 0", "CPU Power Socket 0", "CPU Power Socket 1"]
    for number, label in enumerate(meters):
        write(tmp_path / f"hwmon{number}", name="power_meter")
        write(tmp_path / f"hwmon{number}" / below, power1_oem_info=label, power1_average=str((number + 1) * 50_000_000))
    (cpu,) = hwmon.detect(clock, tmp_path).sources
    assert (cpu.method, cpu.label) == ("integrated", "Grace CPU power (hwmon), integrated, 2 packages")
    clock.advance(10)
    assert cpu.read() == pytest.approx((150 + 200) * 10)


def test_a_servers_power_meter_is_not_a_cpu(tmp_path, clock):
    write(tmp_path / "hwmon0", name="power_meter", power1_average="350000000", power1_oem_info="DELL")
    write(tmp_path / "hwmon1", name="k10temp", temp1_input="50000")
    found = hwmon.detect(clock, tmp_path)
    assert (found.sources, found.absent) == ((), ())


def test_a_sensor_that_says_what_cannot_be_is_not_believed(tmp_path, clock):
    write(tmp_path / "hwmon0", name="power_meter", power1_average="100000000", power1_oem_info="CPU Power Socket 0")
    (cpu,) = hwmon.detect(clock, tmp_path).sources
    write(tmp_path / "hwmon0", power1_average="99000000000000")
    with pytest.raises(SourceError, match="which cannot be"):
        cpu.read()


def test_a_sensor_that_cannot_be_read_at_all_is_absent_with_the_reason(tmp_path, clock):
    write(tmp_path / "hwmon0", name="power_meter", power1_oem_info="CPU Power Socket 0")
    (absent,) = hwmon.detect(clock, tmp_path).absent
    assert "power1_average cannot be read" in absent.because


# -- Apple Silicon -----------------------------------------------------------------------------------------------------


@pytest.fixture
def mac(monkeypatch):
    """A Mac with the library, as its documentation describes it; energies in mJ."""
    metrics = SimpleNamespace(cpu_total_mj=1000, gpu_mj=500, gpu_sram_mj=None, dram_mj=200)
    monitor = SimpleNamespace(get_cumulative_energy=lambda: metrics)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setitem(sys.modules, "zeus_apple_silicon", SimpleNamespace(AppleEnergyMonitor=lambda: monitor))
    return metrics


def test_apple_silicon_counts_cpu_gpu_and_memory(mac):
    sources = {source.name: source for source in apple.detect().sources}
    assert set(sources) == {"apple-cpu", "apple-gpu", "apple-ram"}
    mac.cpu_total_mj += 12_000
    mac.gpu_mj += 3_000
    assert {name: source.read() for name, source in sources.items()} == {
        "apple-cpu": 12.0,
        "apple-gpu": 3.0,
        "apple-ram": 0.0,
    }
    assert [name for name, source in sources.items() if isinstance(source, Gpu)] == ["apple-gpu"]
    with pytest.raises(SourceError, match="does not tell which processes"):
        sources["apple-gpu"].processes()
    mac.cpu_total_mj = 5
    with pytest.raises(SourceError, match="began anew"):
        sources["apple-cpu"].read()
    assert sources["apple-cpu"].read() == 12.0


def test_what_this_chip_does_not_tell_is_absent(mac):
    mac.dram_mj = None
    found = apple.detect()
    assert [source.component for source in found.sources] == ["cpu", "gpu"]
    assert [absent.name for absent in found.absent] == ["apple-ram"]


def test_a_mac_without_the_library_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setitem(sys.modules, "zeus_apple_silicon", None)
    (absent,) = apple.detect().absent
    assert "pip install zeus-apple-silicon" in absent.because


def test_other_systems_have_no_apple_silicon():
    assert apple.detect() == apple.Detected()
