"""What both ``%carbon export`` and ``jupyter green export`` may be told; light, as it is read for ``--help``."""

from __future__ import annotations

import argparse
from typing import NoReturn

from .problem import Problem


def add_to(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options that both commands have."""
    parser.add_argument("--force", action="store_true", help="replace a file that is not an export of ours")
    parser.add_argument("--labels", action="store_true", help="pass on the cells' labels, which may tell of their code")
    parser.add_argument("--unit", metavar="NAME", help="what the work is counted in, such as sample")
    parser.add_argument("--units", type=float, metavar="N", help="how much of it was done")
    parser.add_argument(
        "--embodied", type=float, metavar="G", help="gCO2e of making the hardware that you charge to this; never added"
    )
    parser.add_argument(
        "--task",
        nargs=2,
        action="append",
        default=[],
        metavar=("KEY", "TEXT"),
        help="what boamps and huggingface say of it: stage, family, algorithm, data, training; repeatable",
    )
    parser.add_argument("--offset", metavar="TEXT", help="what you state of offsets; never subtracted")


def parse_magic(arguments: list[str]) -> argparse.Namespace:
    """Return the options of ``%carbon export FORMAT [PATH]``.

    Raises
    ------
    Problem
        When they are none.
    """
    parser = _MagicParser(prog="%carbon export", add_help=False, allow_abbrev=False)
    parser.add_argument("format")
    parser.add_argument("path", nargs="?")
    add_to(parser)
    return parser.parse_args(arguments)


class _MagicParser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Problem(f"%carbon export FORMAT [PATH] [--force] …: {message}")
