"""``%carbon export`` and ``jupyter green export``: records as a file in a format that others read."""

from __future__ import annotations

import argparse
import math
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from . import checked
from .export_options import parse_magic
from .formats import FORMATS, find, merging, names
from .formats.bundle import Bundle
from .formats.gather import Gathered, of_ledger, of_notebook, of_session
from .formats.task import parse as parse_task
from .notebook_file import read_notebook
from .problem import Problem
from .whole_file import write_whole

if TYPE_CHECKING:
    from ..config import Green
    from ..metering_session import Session

_NAME = "green-footprint"
_OURS = re.compile(
    r'<!-- jupyter-green |[%#] jupyter-green |\{\s*"generator": "jupyter-green |'
    r"timestamp,project_name,[^\n]*\n[^,\n]*,jupyter-green,|"
    r"[-\d]{10} [:\d]{8} - written by jupyter-green "
)
"""How a file begins that an export of ours wrote, and the next one may replace."""
_HEAD = 2000  # characters of a file that are looked at


def export_session(session: Session, arguments: list[str]) -> Path:
    """Write a session's records to a file, by default in the working directory.

    Raises
    ------
    Problem
        When the arguments are wrong, there is nothing to write, or nowhere to.
    """
    options = parse_magic(arguments)
    find(options.format)
    records = [record.to_json() for record in session.cells]
    gathered = of_session(records, cells=session.total.cells, labels=options.labels)
    path = Path(options.path or f"{_NAME}.{FORMATS[options.format][1]}").expanduser()
    return _written(options.format, _bundle(options, gathered), path, force=options.force)


def export_command(options: argparse.Namespace, config: Green) -> str | Path:
    """Return what a notebook or the ledger recorded in the format asked for, or the file that it was written to.

    Raises
    ------
    Problem
        As :func:`export_session`.
    """
    find(options.format)
    bundle = _bundle(options, _of_ledger(options, config) if options.notebook is None else _of_notebook(options))
    if options.output is None:
        return find(options.format)(bundle)
    return _written(options.format, bundle, options.output, force=options.force)


def _of_notebook(options: argparse.Namespace) -> Gathered:
    if options.since is not None:
        raise Problem("give a notebook or --since WHEN, not both")
    return of_notebook(read_notebook(options.notebook), options.notebook, labels=options.labels)


def _of_ledger(options: argparse.Namespace, config: Green) -> Gathered:
    from ..ledger import LedgerError
    from .history import configured_ledger, since

    if options.since is None:
        raise Problem(f"give a notebook, or --since WHEN for the ledger: jupyter green export {options.format} NB")
    begin = since(options.since, datetime.now().astimezone())
    try:
        kept = configured_ledger(config).records(begin.timestamp())
    except LedgerError as error:
        raise Problem(str(error)) from error
    return of_ledger(kept, f"{begin:%Y-%m-%d %H:%M}", labels=options.labels)


def _bundle(options: argparse.Namespace, gathered: Gathered) -> Bundle:
    units = _amount("units", options.units, positive=True)
    if units is not None and options.unit is None:
        raise Problem("--units needs --unit NAME")
    return Bundle(
        footnote=gathered.footnote,
        records=gathered.records,
        unit=_text("unit", options.unit, 40),
        units=units,
        embodied_grams=_amount("embodied", options.embodied),
        offset=_text("offset", options.offset, 300),
        created=datetime.now().astimezone(),
        published=gathered.published,
        task=parse_task(options.task),
    )


def _text(name: str, value: str | None, longest: int) -> str | None:
    try:
        return None if value is None else checked.text({name: value}, name, longest)
    except checked.BadValueError:
        raise Problem(f"--{name} takes a line of at most {longest} characters") from None


def _amount(name: str, value: float | None, *, positive: bool = False) -> float | None:
    if value is None or (math.isfinite(value) and (value > 0 if positive else value >= 0)):
        return value
    raise Problem(f"--{name} takes a number {'above 0' if positive else 'of at least 0'}, not {value:g}")


def _written(name: str, bundle: Bundle, path: Path, *, force: bool) -> Path:
    merge = merging(name)
    if merge is not None and path.exists():
        write_whole(merge(_read(path), bundle), path)
        return path
    text = find(name)(bundle)
    files = names(name, path)
    for file in files:
        if not force and file.exists() and not _is_ours(file):
            raise Problem(
                f"{file} is there already and no export of ours: choose another name, or --force to replace it"
            )
    for file in files:
        write_whole(text, file)
    return path


def _read(path: Path) -> str:
    """Return a file's text with its line ends as they are."""
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise Problem(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise Problem(f"{path} is no text in UTF-8: nothing was added to it") from None


def _is_ours(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            head = file.read(_HEAD)
    except (OSError, UnicodeDecodeError):
        return False
    return _OURS.match(head) is not None
