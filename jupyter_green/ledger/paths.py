"""Where the ledger lies, and who may read it: the user alone."""

from __future__ import annotations

import os
from pathlib import Path

_DIRECTORY_MODE = 0o700
_FILE_MODE = 0o600


def default_path() -> Path:
    """Return the ledger's place in the user's Jupyter data directory (``JUPYTER_DATA_DIR`` is honoured)."""
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "jupyter-green" / "ledger.sqlite3"


def make_private(path: Path, *, own_directory: bool) -> None:
    """Create an empty file at *path*, and its directory, for the user alone; tighten what is there.

    Parameters
    ----------
    path
        Of the file. A symbolic link is refused.
    own_directory
        Whether the directory is ours to tighten; one that the user chose is left as it is.

    Raises
    ------
    OSError
        When the directory or the file cannot be written.
    """
    os.makedirs(path.parent, mode=_DIRECTORY_MODE, exist_ok=True)
    if own_directory:
        path.parent.chmod(_DIRECTORY_MODE)
    # SQLite gives the files it puts beside this one the same mode.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), _FILE_MODE)
    try:
        if hasattr(os, "fchmod") and os.fstat(descriptor).st_mode & 0o077:
            os.fchmod(descriptor, _FILE_MODE)
    finally:
        os.close(descriptor)
