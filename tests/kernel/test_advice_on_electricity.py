"""What a session says of where and when its energy would emit less, in real kernels."""

import time

from rig.grid_server import GridServer
from rig.kernel import Kernel

BURN = "sum(i * i for i in range(2_000_000))"
OPEN = {"JUPYTER_GREEN_ADVICE_THRESHOLD": "0"}
DEADLINE = 60  # s, beyond which something is broken


def told(kernel):
    return dict(kernel.value("[(s.rule, s.evidence) for s in __import__('jupyter_green').suggestions()]"))


def test_a_region_of_a_cloud_on_a_dirty_grid_is_told_of_a_cleaner_one(tmp_path):
    with Kernel(tmp_path, {**OPEN, "JUPYTER_GREEN_REGION": "aws:ap-south-1"}) as kernel:
        kernel.run(BURN)
        evidence = told(kernel)["GRID"]
        assert "India" in evidence
        assert "less CO₂e" in evidence
        assert "the energy is the same" in evidence
        said = kernel.run("%carbon suggest").text
        assert "this session · GRID-session" in said
        kernel.run("%carbon dismiss GRID-session --always")
        assert "GRID" not in told(kernel)


def test_a_clean_one_and_a_country_are_told_nothing(tmp_path):
    with Kernel(tmp_path, {**OPEN, "JUPYTER_GREEN_REGION": "aws:eu-north-1"}) as kernel:
        kernel.run(BURN)
        assert told(kernel) == {}
        kernel.run("%carbon region IN")
        kernel.run(BURN)
        assert "GRID" not in told(kernel)


def test_a_forecast_of_cleaner_hours_is_told_and_one_of_the_same_is_not(tmp_path):
    with GridServer() as server:
        now = time.time()
        server.value = lambda at: 400 if at < now + 3 * 3600 else 100
        environment = {**OPEN, "JUPYTER_GREEN_PROVIDER": "uk", "JUPYTER_GREEN_REGION": "GB", **server.environment}
        with Kernel(tmp_path, environment) as kernel:
            end = time.monotonic() + DEADLINE
            while "TIME" not in (said := told(kernel)):
                assert time.monotonic() < end, said
                kernel.run(BURN)
            assert "less CO₂e" in said["TIME"]
    with GridServer() as server:
        server.value = lambda at: 400
        with Kernel(tmp_path, {**environment, **server.environment}) as kernel:
            while "live" not in kernel.run("%carbon status", store_history=False).text:
                assert time.monotonic() < end + DEADLINE
            kernel.run(BURN)
            assert "TIME" not in told(kernel)
