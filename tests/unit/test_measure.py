"""``measure`` without any notebook."""

import subprocess
import sys


def script(code, **variables):
    import os

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "JUPYTER_GREEN_LEDGER": "none", **variables},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_block_a_function_and_a_coroutine():
    seconds, settled, per_unit, doubled, calls, awaited = script(
        """
import asyncio, time
import jupyter_green as green

with green.measure("block", units=10, unit="thing") as block:
    time.sleep(0.2)
footprint = block.footprint
whole = footprint.energy_per_unit * 10
print(footprint.duration, footprint.settled and not footprint.flags, abs(whole - footprint.energy.joules) < 1e-9)

@green.measure("function")
def double(x):
    return 2 * x

print(double(21), double.last.footprint.label)

async def main():
    async with green.measure() as block:
        await asyncio.sleep(0.1)
    return block.footprint.duration >= 0.1

print(asyncio.run(main()))
"""
    )
    assert 0.2 <= float(seconds) < 1.0
    assert (settled, per_unit, doubled, calls, awaited) == ("True", "True", "42", "function", "True")


def test_a_block_that_raises_says_so_and_the_error_goes_on():
    assert script(
        """
import jupyter_green as green
try:
    with green.measure() as block:
        1 / 0
except ZeroDivisionError:
    print(block.footprint.status)
"""
    ) == ["error"]


def test_reading_before_it_began_is_one_clear_error():
    (kind,) = script(
        """
import jupyter_green as green
try:
    green.measure().footprint
except RuntimeError as error:
    print("inside" in str(error))
"""
    )
    assert kind == "True"


def test_importing_the_package_imports_nothing_heavy():
    loaded = script(
        "import sys; before = set(sys.modules); import jupyter_green;"
        " print(*sorted(m for m in set(sys.modules) - before if not m.startswith('jupyter_green')))"
    )
    assert not {"IPython", "traitlets", "psutil", "pynvml", "sqlite3", "nbformat", "jupyter_core"} & set(loaded)
