"""``%carbon`` and its sub-commands."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class
from traitlets import TraitError

from ..report import advice, best_start, page, per_unit, wording
from ..report.machine import machine_status
from ..report.problem import Problem
from ..report.regions import regions
from ..report.summary import summary
from . import run_comparison

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from ..advice.mutes import Scope
    from ..metering_session import Session
    from .trials import Trials


_WIDTH = 100  # characters; an exported page breaks longer lines in the midst of a word


@magics_class
class CarbonMagics(Magics):
    """The magics of one shell."""

    shell: InteractiveShell

    def __init__(self, shell: InteractiveShell, session: Session, trials: Trials) -> None:
        super().__init__(shell)
        self._trials = trials
        self._session = session
        self._commands: dict[str, Callable[[str], None]] = {
            "": self._summary,
            "status": self._status,
            "on": self._on,
            "off": self._off,
            "reset": self._reset,
            "report": self._report,
            "suggest": self._suggest,
            "try": self._try,
            "dismiss": self._dismiss,
            "runs": self._runs,
            "compare": self._compare,
            "region": self._region,
            "regions": self._regions,
            "pue": self._pue,
            "export": self._export,
        }

    @line_cell_magic
    def carbon(self, line: str, cell: str | None = None) -> None:
        """Energy and carbon of this notebook's cells.

        ``%%carbon [LABEL] [options]`` shows this cell's footprint below it, whatever its size; the cell runs as it
        would without that line. Options: ``--save NAME`` binds the Footprint to a variable, ``--units N`` or
        ``--units EXPR`` states the work done (evaluated after the cell) and ``--unit NAME`` what it is called,
        ``--budget QUANTITY`` (``5Wh``, ``10kJ``, ``2gCO2e``) interrupts the cell, as Ctrl-C would, when it has spent
        that, ``--vs LABEL`` compares it with earlier runs, ``--sync`` waits for CUDA at the edges, ``--quiet`` shows
        nothing, ``--skip`` does not meter this cell.

        ``%carbon`` sums up the session. ``%carbon status`` tells where each figure comes from. ``%carbon report``
        shows interactive charts and tables, ``%carbon report FILE.html`` writes them as a page.
        ``%carbon runs [LABEL]`` lists the runs of a cell with a label, the failed ones too, with what was changed and
        their sum; ``%carbon compare A B`` tells how many times the energy of A one B takes per unit of work: A and B
        are labels, or execution counts such as ``12``. ``%carbon on``,
        ``off`` and ``reset`` control metering; ``%carbon region ZONE`` and ``%carbon pue X`` say, for this session,
        where the electricity comes from and what the building adds. A zone is a country (``FR``), a US state or
        Canadian province (``US-CA``) or a cloud region (``aws:eu-west-3``). ``%carbon regions [ZONE ...]`` shows this
        session's energy on other grids. ``%carbon export FORMAT [PATH]`` writes this session's records as ``json``,
        ``csv``, ``markdown``, ``latex`` and others.
        """
        if cell is not None:  # called by a program: in a cell, the line never gets this far
            self.shell.run_cell(cell)
            return
        command, _, rest = line.strip().partition(" ")
        if command not in self._commands:
            known = ", ".join(name for name in self._commands if name)
            raise UsageError(f"%carbon knows no {command!r}; it knows {known}, and %carbon alone")
        self._commands[command](rest.strip())

    def _summary(self, _: str) -> None:
        print(textwrap.fill(self._said(compare=self._session.config.equivalents), _WIDTH))

    def _said(self, *, compare: bool = False) -> str:
        work = per_unit.by_unit(per_unit.of_footprint(record.footprint) for record in self._session.cells)
        return summary(self._session.total, work, compare=compare)

    def _status(self, _: str) -> None:
        print(machine_status(self._session))

    def _report(self, file: str) -> None:
        try:
            made = page.document(page.of_session(self._session))
            if file:
                path = Path(file.strip("\"'")).expanduser()
                page.write(made, path)
                print(f"The report is in {path}.")
                return
        except Problem as problem:
            raise UsageError(str(problem)) from None
        said = textwrap.fill(self._said(), _WIDTH)
        self.shell.display_pub.publish(data={"text/html": page.framed(made), "text/plain": said}, metadata={})

    def _suggest(self, rest: str) -> None:
        if rest not in ("", "all"):
            raise UsageError(f"%carbon suggest takes nothing, or all, not {rest!r}")
        print(advice.listed(self._session.advisory.suggestions(every=rest == "all")))

    def _try(self, line: str) -> None:
        from ..report import trial as said

        trial = self._trials.run(line)
        shown = {"text/html": said.html(trial), "text/plain": said.text(trial)}
        self.shell.display_pub.publish(data=shown, metadata={})

    def _dismiss(self, line: str) -> None:
        identity, *options = line.split() or [""]
        scope = {(): "cell", ("--notebook",): "notebook", ("--always",): "always"}.get(tuple(options))
        suggestion = self._session.advisory.find(identity)
        if scope is None:
            raise UsageError("%carbon dismiss takes the id of a suggestion, and --notebook or --always")
        if suggestion is None:
            raise UsageError(f"%carbon dismiss: {advice.no_such(identity, self._session.advisory.suggestions())}")
        kept = self._session.advisory.mute(suggestion, cast("Scope", scope))
        print(advice.dismissed(suggestion, asked=cast("Scope", scope), kept=kept))
        self._session.on_changed()

    def _runs(self, label: str) -> None:
        try:
            print(run_comparison.listed(self._session, label))
        except Problem as problem:
            raise UsageError(f"%carbon runs: {problem}") from None

    def _compare(self, line: str) -> None:
        try:
            print(run_comparison.compared(self._session, line))
        except Problem as problem:
            raise UsageError(f"%carbon compare: {problem}") from None

    def _on(self, _: str) -> None:
        self._session.start()
        print("Metering is on: every cell from the next one.")

    def _off(self, _: str) -> None:
        self._session.stop()
        print("Metering is off; %carbon on starts it again.")

    def _reset(self, _: str) -> None:
        self._session.reset()
        print("A new session total begins.")

    def _region(self, zone: str) -> None:
        if zone:
            self._set("region", zone)
        self._session.settle_place()
        place, intensity = self._session.place, self._session.electricity.present
        said = f"{wording.grid(intensity)}; place: {place.found}. Counted: {wording.counted(intensity)}."
        print(textwrap.fill(f"{said} {self._building()}", _WIDTH))

    def _regions(self, zones: str) -> None:
        session = self._session
        session.settle_place()
        footprint, place, below = session.total.footprint, session.place, best_start.paragraph(session)
        try:
            print(regions(footprint.energy, footprint.pue, place.intensity, place.cloud, zones.split(), below=below))
        except Problem as problem:
            raise UsageError(str(problem)) from None

    def _pue(self, value: str) -> None:
        if value:
            try:
                number = float(value)
            except ValueError:
                raise UsageError(f"%carbon pue takes a number such as 1.2, not {value!r}") from None
            self._set("pue", number)
        print(textwrap.fill(self._building(), _WIDTH))

    def _export(self, line: str) -> None:
        from ..report.export import export_session

        try:
            print(f"This session's footprint is in {export_session(self._session, shlex.split(line))}.")
        except Problem as problem:
            raise UsageError(str(problem)) from None
        except ValueError as error:
            raise UsageError(f"%carbon export: {error}") from None

    def _building(self) -> str:
        pue = self._session.pue
        return f"{wording.pue(pue.value)}, {pue.because}."

    def _set(self, name: str, value: object) -> None:
        try:
            setattr(self._session.config, name, value)
        except TraitError as error:
            raise UsageError(str(error)) from None
