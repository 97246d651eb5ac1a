"""``jupyter green …``: the command line. Each command imports what it needs when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .report import export_options
from .report.formats import FORMATS
from .version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .config import Green
    from .report.footnote_text import Form

FAILED = 1
BAD_USE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    0; 1 when a notebook's cell failed or ``doctor`` found something broken; 2 for bad use.
    """
    from .report.problem import Problem

    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        status = command(options)
        sys.stdout.flush()
        return status
    except Problem as problem:
        print(f"jupyter green: {problem}", file=sys.stderr)
        return BAD_USE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `| head` has read enough; what is still buffered must not fail at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jupyter green", description="Energy and carbon of notebooks.")
    parser.add_argument("--version", action="version", version=f"jupyter-green {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    status = commands.add_parser(
        "status", help="where the figures come from on this machine", description=_sentence(_status)
    )
    status.set_defaults(command=_status)

    run = commands.add_parser("run", help="execute a notebook headless, metered", description=_sentence(_run))
    run.add_argument("notebook", type=Path, metavar="NB")
    run.add_argument("-o", "--output", type=Path, metavar="OUT", help="where to write it (default: NB.green.ipynb)")
    run.add_argument(
        "-p",
        "--parameter",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "VALUE"),
        help="set a variable after the cell tagged 'parameters'; may be given several times",
    )
    run.set_defaults(command=_run)

    footnote = commands.add_parser(
        "footnote", help="add a notebook's footprint as its last cell", description=_sentence(_footnote)
    )
    footnote.add_argument("notebook", type=Path, metavar="NB")
    footnote.add_argument("-o", "--output", type=Path, metavar="OUT", help="where to write it (default: in place)")
    forms = footnote.add_mutually_exclusive_group()
    forms.add_argument(
        "--short", dest="form", action="store_const", const="short", help="the total and what it rests on"
    )
    forms.add_argument(
        "--long", dest="form", action="store_const", const="long", help="cells and notes too (the default)"
    )
    footnote.set_defaults(command=_footnote)

    report = commands.add_parser("report", help="what the ledger holds", description=_sentence(_report))
    report.add_argument("--since", default="7d", metavar="WHEN", help="12h, 7d, 2w or a date (default: %(default)s)")
    form = report.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="for machines: joules, grams and seconds")
    form.add_argument("--html", type=Path, metavar="FILE", help="as an interactive page, which needs no network")
    report.set_defaults(command=_report)

    runs = commands.add_parser("runs", help="the runs of an experiment", description=_sentence(_runs))
    runs.add_argument("label", nargs="?", metavar="LABEL", help="as in %%%%carbon LABEL (default: all, a line each)")
    runs.add_argument("--since", metavar="WHEN", help="12h, 7d, 2w or a date (default: ever)")
    runs.set_defaults(command=_runs)

    regions = commands.add_parser("regions", help="the ledger's energy on other grids", description=_sentence(_regions))
    regions.add_argument("zone", nargs="*", metavar="ZONE", help="FR, US-CA, aws:eu-west-3 … (default: a choice)")
    regions.add_argument("--since", default="7d", metavar="WHEN", help="12h, 7d, 2w or a date (default: %(default)s)")
    regions.set_defaults(command=_regions)

    export = commands.add_parser("export", help="records in a format that others read", description=_sentence(_export))
    export.add_argument("format", metavar="FORMAT", help=", ".join(FORMATS))
    export.add_argument("notebook", type=Path, nargs="?", metavar="NB")
    export.add_argument("--since", metavar="WHEN", help="from the ledger: 12h, 7d, 2w or a date")
    export.add_argument("-o", "--output", type=Path, metavar="OUT", help="where to write it (default: standard output)")
    export_options.add_to(export)
    export.set_defaults(command=_export)

    rapl = commands.add_parser(
        "rapl", help="how to make the processor's energy counters readable", description=_sentence(_rapl)
    )
    rapl.set_defaults(command=_rapl)

    doctor = commands.add_parser("doctor", help="what is wrong here, and the mend", description=_sentence(_doctor))
    doctor.set_defaults(command=_doctor)
    return parser


def _sentence(command: Callable[[argparse.Namespace], int]) -> str:
    return (command.__doc__ or "").strip()


def _status(_: argparse.Namespace) -> int:
    """Say for each source of energy figures whether it is present or why not, and name the grid and the ledger."""
    from .metering_session import Session
    from .report.machine import machine_status

    print(machine_status(Session(_config()), live=False))
    return 0


def _run(options: argparse.Namespace) -> int:
    """Execute a notebook headless and metered; outputs, footprints and the footnote are saved, also if a cell fails."""
    from .report import parameters
    from .report.run import run

    source: Path = options.notebook
    target = options.output or source.with_name(f"{source.stem}.green.ipynb")
    summary, failure = run(source, target, parameters.parse(options.parameter))
    print(f"{target}: {summary}")
    if failure is not None:
        print(f"jupyter green: {failure}", file=sys.stderr)
        return FAILED
    return 0


def _footnote(options: argparse.Namespace) -> int:
    """Write a metered notebook with its footprint as the last cell, replacing an earlier footnote."""
    from .report.annotate import annotate, chosen

    target = options.output or options.notebook
    form: Form = options.form or ("short" if chosen() == "short" else "long")
    print(f"{target}: {annotate(options.notebook, target, form)}")
    return 0


def _report(options: argparse.Namespace) -> int:
    """Sum up the sessions in the ledger by day, and name the cells with the most energy."""
    import json
    from datetime import datetime

    from .ledger import LedgerError
    from .report.history import History, configured_ledger, since
    from .report.problem import Problem

    now = datetime.now().astimezone()
    begin = since(options.since, now)
    ledger = configured_ledger(_config())
    try:
        if options.html is not None:
            from .report import page

            page.write(page.document(page.of_ledger(ledger, begin)), options.html)
            print(f"{options.html}: everything since {begin:%Y-%m-%d %H:%M}")
            return 0
        start = begin.timestamp()
        history = History(begin, now, ledger.sessions(start), ledger.since(start), ledger.kinds(start))
    except LedgerError as error:
        raise Problem(str(error)) from error
    if options.json:
        print(json.dumps(history.to_json(), ensure_ascii=False, indent=2, allow_nan=False))
    else:
        print(history.text(bars=sys.stdout.isatty()))
    return 0


def _runs(options: argparse.Namespace) -> int:
    """List the runs of a label in the ledger, failed ones included: what was changed, energy, work, and their sum."""
    from datetime import datetime

    from .report.history import configured_ledger, since
    from .report.runs import listing, of_label, of_labels, overview

    begin = since(options.since, datetime.now().astimezone()).timestamp() if options.since else 0.0
    ledger = configured_ledger(_config())
    if options.label is None:
        print(overview(of_labels(None, ledger, begin)))
    else:
        print(listing(of_label(None, options.label, ledger, begin)))
    return 0


def _regions(options: argparse.Namespace) -> int:
    """Show the energy in the ledger on other grids, by annual means of one data set."""
    from datetime import datetime

    from .report.history import configured_ledger, since
    from .report.ledger_regions import ledger_regions

    begin = since(options.since, datetime.now().astimezone())
    config = _config()
    print(ledger_regions(configured_ledger(config), begin, config.region, options.zone))
    return 0


def _export(options: argparse.Namespace) -> int:
    """Write what a notebook, or the ledger since a moment, recorded as json, csv, markdown, latex and others."""
    from .report.export import export_command

    made = export_command(options, _config())
    if isinstance(made, Path):
        print(f"{made}: written")
    else:
        sys.stdout.write(made)
    return 0


def _rapl(_: argparse.Namespace) -> int:
    """Say how read access to the processor's energy counters is granted on this system; nothing is changed."""
    from .clock import SystemClock
    from .report.rapl_access import look
    from .report.rapl_advice import advice

    print(advice(look(SystemClock(), Path(_config().powercap))))
    return 0


def _doctor(_: argparse.Namespace) -> int:
    """Look at installation, sensors, ledger and settings and name the mend for what is wrong; exit 1 if anything is."""
    from .clock import SystemClock
    from .config import load
    from .electricity import Electricity
    from .report.doctor import examine, text

    config, complaints = load()
    electricity = Electricity(config, SystemClock())
    electricity.settle()
    found = examine(config, complaints, electricity.place, electricity.live)
    print(text(found))
    return FAILED if any(check.verdict == "broken" for check in found) else 0


def _config() -> Green:
    """Return the user's settings; what is wrong with them is said on stderr."""
    from .config import load

    config, complaints = load()
    for line in complaints:
        print(line, file=sys.stderr)
    return config


if __name__ == "__main__":
    sys.exit(main())
