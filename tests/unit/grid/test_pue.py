import csv
from importlib.resources import files

import pytest

from jupyter_green.grid import check_pue, cloud
from jupyter_green.grid.pue import decide
from jupyter_green.grid.site import Site, look

DESK = Site()
ROWS = list(csv.DictReader((files("jupyter_green.grid") / "data" / "pue.csv").read_text("utf-8").splitlines()))


def region(text):
    return cloud.find(text)


@pytest.mark.parametrize(
    ("configured", "where", "site", "value", "because", "flag"),
    [
        (None, None, DESK, 1.0, "no data centre around the computer is assumed", None),
        (1.3, "aws:eu-north-1", Site("aws"), 1.3, "as configured", None),
        (1.0, None, Site(virtual=True), 1.0, "as configured", None),
        (None, "aws:eu-north-1", DESK, 1.1, "Amazon's figure for eu-north-1, 2024", None),
        (None, "aws:eu-west-3", DESK, 1.15, "it tells none for eu-west-3", "pue-provider-mean"),
        (None, "azure:westus2", DESK, 1.15, "Microsoft's figure for westus2, 2023", None),
        (None, "gcp:europe-west9", DESK, 1.09, "mean of Google's data centres, 2024", "pue-provider-mean"),
        (None, None, Site("gcp", virtual=True), 1.09, "where in its cloud this is is not known", "pue-provider-mean"),
        (None, None, Site(None, "Hetzner", virtual=True), 1.56, "(Hetzner)", "pue-unknown"),
        (None, None, Site(None, "rack-mounted server"), 1.56, "Uptime Institute", "pue-unknown"),
        (None, None, Site(virtual=True), 1.0, "nothing tells whether", "pue-unknown"),
    ],
)
def test_what_is_known_comes_first_and_what_is_assumed_is_flagged(configured, where, site, value, because, flag):
    pue = decide(configured, None if where is None else region(where), site)
    assert (pue.value, pue.flag) == (value, flag)
    assert because in pue.because
    assert check_pue(pue.value) == value


@pytest.mark.parametrize("name", sorted(cloud.table()))
def test_every_cloud_region_has_a_pue_of_its_own_or_its_providers(name):
    found = decide(None, region(name), DESK)
    assert 1.04 <= found.value <= 1.46
    assert (found.flag is None) == any(row["region"] == region(name).region for row in ROWS)


def test_no_pue_stands_without_its_provenance():
    for row in ROWS:
        assert row["source"].startswith("https://"), row
        assert row["year"] in {"2023", "2024"}
        assert (row["region"] == "*") == (row["flags"] == "provider-mean")
    assert {row["provider"] for row in ROWS if row["region"] == "*"} == {"aws", "azure", "gcp"}


# What the makers write, as cloud-init's and systemd's detection have it.
@pytest.mark.parametrize(
    ("virtual", "firmware", "site"),
    [
        (True, {"sys_vendor": "Amazon EC2", "product_name": "m6i.large"}, Site("aws", None, True)),
        (False, {"sys_vendor": "Amazon EC2", "product_name": "c5.metal"}, Site("aws")),
        (True, {"sys_vendor": "Google", "product_name": "Google Compute Engine"}, Site("gcp", None, True)),
        (
            True,
            {
                "sys_vendor": "Microsoft Corporation",
                "product_name": "Virtual Machine",
                "chassis_asset_tag": "7783-7084-3265-9085-8269-3286-77",
            },
            Site("azure", None, True),
        ),
        (True, {"sys_vendor": "Microsoft Corporation", "product_name": "Virtual Machine"}, Site(virtual=True)),
        (True, {"sys_vendor": "Hetzner", "product_name": "vServer"}, Site(None, "Hetzner", True)),
        (True, {"chassis_asset_tag": "OracleCloud.com", "sys_vendor": "QEMU"}, Site(None, "Oracle Cloud", True)),
        (True, {"sys_vendor": "OpenStack Foundation"}, Site(None, "OpenStack", True)),
        (True, {"sys_vendor": "QEMU", "chassis_type": "1"}, Site(virtual=True)),
        (True, {"sys_vendor": "QEMU", "chassis_type": "23"}, Site(virtual=True)),
        (True, {"sys_vendor": "innotek GmbH", "product_name": "VirtualBox"}, Site(virtual=True)),
        (True, {}, Site(virtual=True)),
        (False, {"sys_vendor": "Dell Inc.", "chassis_type": "23"}, Site(None, "rack-mounted server")),
        (False, {"sys_vendor": "HPE", "chassis_type": "28"}, Site(None, "blade server")),
        (False, {"sys_vendor": "Supermicro", "chassis_type": "17"}, Site()),
        (False, {"sys_vendor": "LENOVO", "chassis_type": "10"}, Site()),
        (False, {}, Site()),
        (False, {"sys_vendor": "\xff\x00" * 5000}, Site()),
    ],
)
def test_the_firmware_tells_a_data_centre_or_nothing(tmp_path, virtual, firmware, site):
    folder = tmp_path / "sys" / "class" / "dmi" / "id"
    folder.mkdir(parents=True)
    for name, text in firmware.items():
        (folder / name).write_text(f"{text}\n", encoding="latin-1")
    assert look(virtual, tmp_path) == site


def test_linux_within_windows_stands_on_a_desk(tmp_path):
    kernel = tmp_path / "proc" / "sys" / "kernel"
    kernel.mkdir(parents=True)
    (kernel / "osrelease").write_text("5.15.153.1-microsoft-standard-WSL2\n")
    assert look(True, tmp_path) == Site()
