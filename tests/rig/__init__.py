"""Hardware that tests hold in their hand: a clock, a powercap tree, NVIDIA GPUs, scripted sources.

Imported as ``rig``: pytest puts ``tests/`` on the path because ``conftest.py`` lies there.
"""
