"""Batteries on trees in the form of the kernel's ABI; none was recorded."""

import pytest
from recorded_machines import power_supply

from jupyter_green.power.battery import discharging_watts

BATTERY = {"type": "Battery", "present": "1", "scope": None}
UNPLUGGED = {"type": "Mains", "online": "0"}


def test_power_as_it_is_told(tmp_path):
    root = power_supply(
        tmp_path,
        AC=UNPLUGGED,
        BAT0={**BATTERY, "status": "Discharging", "power_now": "14250000", "energy_now": "41230000"},
    )
    assert discharging_watts(root) == pytest.approx(14.25)


@pytest.mark.parametrize("sign", ["", "-"])
def test_power_by_current_and_voltage(tmp_path, sign):
    """ACPI batteries that tell charge, and drivers that count discharge as negative."""
    root = power_supply(
        tmp_path,
        ACAD=UNPLUGGED,
        BAT1={**BATTERY, "status": "Discharging", "current_now": f"{sign}612000", "voltage_now": "15800000"},
    )
    assert discharging_watts(root) == pytest.approx(0.612 * 15.8)


def test_two_batteries_give_together_and_one_may_rest(tmp_path):
    supplies = {
        "AC": UNPLUGGED,
        "BAT0": {**BATTERY, "status": "Discharging", "power_now": "6000000"},
        "BAT1": {**BATTERY, "status": "Discharging", "power_now": "3000000"},
    }
    assert discharging_watts(power_supply(tmp_path / "both", **supplies)) == pytest.approx(9.0)
    supplies["BAT0"] = {**BATTERY, "status": "Not charging", "power_now": "0"}
    assert discharging_watts(power_supply(tmp_path / "one", **supplies)) == pytest.approx(3.0)
    supplies["BAT0"] = {**BATTERY, "status": "Charging", "power_now": "20000000"}
    assert discharging_watts(power_supply(tmp_path / "fed", **supplies)) is None


@pytest.mark.parametrize(
    ("status", "supply"),
    [
        ("Charging", {"type": "Mains", "online": "1"}),
        ("Full", {"type": "Mains", "online": "1"}),
        ("Unknown", UNPLUGGED),
        ("Discharging", {"type": "Mains", "online": "1"}),
        ("Discharging", {"type": "USB", "online": "1"}),  # a weak charger: the battery gives only the rest
        ("Discharging", {"type": "USB", "online": "2"}),
    ],
)
def test_on_the_charger_it_is_not_what_the_machine_draws(tmp_path, status, supply):
    root = power_supply(tmp_path, AC=supply, BAT0={**BATTERY, "status": status, "power_now": "14250000"})
    assert discharging_watts(root) is None


@pytest.mark.parametrize(
    "battery",
    [
        {"power_now": None, "capacity": "80"},
        {"power_now": "0"},
        {"power_now": "900000000"},
        {"power_now": "nonsense"},
        {"current_now": "612000"},
    ],
)
def test_what_cannot_be_known_is_not_said(tmp_path, battery):
    assert discharging_watts(power_supply(tmp_path, BAT0={**BATTERY, "status": "Discharging", **battery})) is None


def test_a_mouses_battery_is_none_of_it(tmp_path):
    mouse = {"type": "Battery", "scope": "Device", "status": "Discharging", "power_now": "1000000"}
    assert discharging_watts(power_supply(tmp_path, hidpp_battery_0=mouse)) is None
    assert discharging_watts(tmp_path / "none") is None
