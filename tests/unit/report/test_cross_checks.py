import math
import os
import re
import subprocess
import sys

import pytest
from rig.kernel import Kernel
from rig.powercap import LivePowercap

from jupyter_green.power.psys import Comparison
from jupyter_green.report.cross_checks import on_battery, platform

LATE = 0.1  # on a busy machine the process that moves the counters may be late at one end


class Cpu:
    component = "cpu"

    def __init__(self, method):
        self.method = method


MODELLED, COUNTED = [Cpu("modelled")], [Cpu("counter")]


def test_the_platform_shows_how_much_no_source_sees():
    check = platform(Comparison(12.0, 41.2, 33.0, 3.1))
    assert check.verdict == "ok"
    assert check.text == (
        "The platform's counter (psys) says 41 W where package and memory say 36 W over the last 12 s: the rest – "
        "board, storage, fans – is in no figure here."
    )
    assert "where package alone says 33 W" in platform(Comparison(12.0, 41.2, 33.0, None)).text


def test_a_platform_counter_that_is_not_wired_up_is_not_believed():
    for found in (Comparison(9.0, 3.0, 12.0, 1.0), Comparison(9.0, 12.5, 12.0, 1.0), Comparison(9.0, 0.0, 13.0, None)):
        check = platform(found)
        assert check.verdict == "note"
        assert "less than what it contains" in check.text
        assert "not wired up" in check.text


def test_a_platform_counter_that_cannot_tell_yet():
    assert platform(None).text.endswith("cannot be compared yet: ask again in some seconds.")


def test_the_battery_feeds_more_than_the_sources_see():
    check = on_battery(14.2, 9.04, MODELLED)
    assert (check.verdict, check.text) == (
        "ok",
        "The battery gives the whole laptop 14 W, as it last averaged it; the sources here see 9.0 W of that. The rest "
        "– display, storage, radio – is in no figure here.",
    )
    assert "which it feeds too" in on_battery(14.2, math.nan, MODELLED).text


def test_a_model_that_says_more_than_the_battery_gives_is_too_high():
    check = on_battery(8.0, 22.0, MODELLED)
    assert check.verdict == "note"
    assert "more than there is: set Green.cpu_power_model, as in 'idle=3,full=25'" in check.text
    assert "ask again" in on_battery(8.0, 22.0, COUNTED).text
    assert on_battery(8.0, 9.0, MODELLED).verdict == "ok"  # the battery's figure is some seconds old


def said(text, others):
    """The platform's watts and the others'."""
    found = re.search(rf"says (\d+) W where {others} says? (\d+) W over the last", text)
    return tuple(map(float, found.groups()))


def test_a_notebook_shows_the_platform_and_its_figures_do_not_contain_it(tmp_path, powercap):
    tree = powercap(dram=True, psys=True)
    with LivePowercap(tree, watts=30.0, dram_watts=3.0), Kernel(tmp_path, tree.environment) as kernel:
        kernel.run("import time; time.sleep(1.5)")
        text = " ".join(kernel.run("%carbon status").text.split())
        watts = float(
            kernel.run(
                "print(get_ipython().magics_manager.magics['line']['carbon'].__self__._session.meter.power()[1])"
            ).text
        )
    assert "Cross-check The platform's counter (psys) says" in text
    assert said(text, "package and memory") == pytest.approx((42.0, 33.0), rel=LATE)
    assert watts == pytest.approx(33.0, rel=0.1)


@pytest.mark.parametrize(
    ("command", "start"), [("status", "  The platform's"), ("doctor", "✓ platform    The platform's")]
)
def test_the_commands_show_it_too(powercap, command, start):
    tree = powercap(psys=True)
    environment = {**os.environ, **tree.environment, "JUPYTER_GREEN_LEDGER": "none"}
    with LivePowercap(tree, watts=30.0):
        done = subprocess.run(
            [sys.executable, "-m", "jupyter_green.cli", command],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    (line,) = [line for line in done.stdout.splitlines() if "psys" in line]
    assert line.startswith(start)
    assert said(line, "package alone") == pytest.approx((42.0, 30.0), rel=LATE)
