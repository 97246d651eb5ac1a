"""How long this machine keeps a process waiting, so that a test need not blame that on what it tests."""

from __future__ import annotations

WATCH = """
import threading, time

def _watch_stalls():
    while True:
        begun = time.monotonic()
        time.sleep(0.02)
        stalls.append((begun, time.monotonic() - begun - 0.02))

stalls = []
threading.Thread(target=_watch_stalls, daemon=True).start()
"""
"""Code of a cell that begins to note ``stalls``: when it went to sleep for 20 ms, and by how much it overslept, s."""

LONGEST = "max(late for _, late in stalls[-500:])"
"""The longest of the last ten seconds or more, s."""
