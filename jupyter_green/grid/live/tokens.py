"""Tokens and passwords: from the environment, or from a file that only its owner can read.

They are read when they are needed and kept nowhere else; a new one works without a restart.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from .json_client import ServiceError

FILE_NAME = "jupyter_green_tokens"
_LARGEST = 65536  # bytes


class Tokens:
    """Finds secrets by the name of their environment variable.

    Parameters
    ----------
    path
        A file with lines ``NAME=value``; lines that begin with ``#`` are left out.
    environ
        Asked first.
    """

    def __init__(self, path: Path, environ: Mapping[str, str] | None = None) -> None:
        self._path = path
        self._environ = os.environ if environ is None else environ

    def __call__(self, name: str) -> str:
        """Return a secret.

        Raises
        ------
        ServiceError
            Where there is none, or in a file that others can read.
        """
        value = (self._environ.get(name) or self._from_file().get(name, "")).strip()
        if not value:
            raise ServiceError(f"needs {name}, in the environment or in {self._path.name} in Jupyter's configuration")
        if not value.isascii() or not value.isprintable():
            raise ServiceError(f"cannot be asked: {name} holds characters that no token has")
        return value

    def _from_file(self) -> dict[str, str]:
        try:
            with self._path.open("rb") as file:
                # Of the file that is open, so that nobody can exchange it in between.
                if os.name == "posix" and os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                    raise ServiceError(f"is not asked: others can read {self._path.name}; chmod 600 it")
                text = file.read(_LARGEST).decode("utf-8", "replace")
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise ServiceError(f"is not asked: {self._path.name} cannot be read ({error.strerror})") from None
        lines = (line.strip() for line in text.splitlines())
        pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
        return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}
