"""The two event hooks that meter a cell. Nothing that goes wrong in them reaches the cell."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import IPython

from ..advice import Begun
from ..budget import parse as parse_budget
from ..footprint import Status
from ..power.schedule import SECOND
from ..report import budget_words
from ..spending import Spending
from ..window import Window
from ..work.stated import NoAmountError, amount, in_a_line, unit_name
from . import annotation, run_comparison, run_parameters
from .annotation import Annotation, OptionError
from .budget_watch import BudgetWatch
from .interruption import Interruption

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

    from ..metering_session import Session
    from ..record import Parameter
    from .publish import Publisher


@dataclass(slots=True)
class _Cell:
    """A cell that runs."""

    info: ExecutionInfo
    window: Window
    annotation: Annotation | None
    begun: Begun


class CellEvents:
    """Opens a window before a cell runs and closes it afterwards.

    Cells are told apart by IPython's own object for the execution: subshells and async cells overlap, and an inner
    ``run_cell`` fires the events too.
    """

    def __init__(self, shell: InteractiveShell, session: Session, publisher: Publisher) -> None:
        self._shell = shell
        self._session = session
        self._publisher = publisher
        self._cells: dict[int, _Cell] = {}
        self._budgets = BudgetWatch(session, Interruption(shell))
        # IPython 9 counts up before this hook, IPython 8 after it; the first cell puts a wrong guess right.
        self._ahead = 1 if IPython.version_info >= (9,) else 0
        self.trouble: str | None = None

    def before(self, info: ExecutionInfo) -> None:
        """``pre_run_cell``."""
        begun = time.perf_counter()
        try:
            self._open(info)
        except Exception as error:  # noqa: BLE001 - a metered cell never fails because of us
            self._note(error)
        self._session.hook_seconds += time.perf_counter() - begun

    def after(self, result: ExecutionResult | None) -> None:
        """``post_run_cell``; unpaired for the cell that loaded us and for cells that are all white space."""
        begun = time.perf_counter()
        try:
            cell = self._cells.pop(id(result.info), None) if result is not None else None
            if cell is not None and result is not None:
                self._close(cell, result)
        except Exception as error:  # noqa: BLE001 - as above
            self._note(error)
        self._session.hook_seconds += time.perf_counter() - begun

    def _open(self, info: ExecutionInfo) -> None:
        self._budgets.drop_lost()
        if info.silent or not info.store_history:
            return
        raw_cell = info.raw_cell or ""
        if not self._session.metering and "--budget" not in raw_cell:
            return
        try:
            asked = annotation.read(raw_cell)
        except OptionError as error:
            print(error, file=sys.stderr)
            asked = Annotation()
        if not self._session.metering or (asked is not None and asked.skip):
            if asked is not None and asked.budget is not None:
                why = "--skip does not meter the cell" if asked.skip else "metering is off; %carbon on starts it"
                print(f"%%carbon: --budget is not watched: {why}", file=sys.stderr)
            return
        label = None if asked is None else asked.label
        if label is None and self._session.config.labels:
            label = annotation.automatic_label(raw_cell)
        if asked is not None and asked.sync:
            _synchronise()
        window = self._session.records.begin(label, self._run(raw_cell, asked))
        window.execution_count = self._shell.execution_count - self._ahead
        if asked is not None and asked.units is not None:
            window.state_work(None, None)  # not known until the cell has ended
        elif asked is not None:
            window.unit = asked.unit and unit_name(asked.unit)
        self._cells[id(info)] = _Cell(info, window, asked, self._session.advisory.adviser.begin(window.before))
        self._begin_budgets(window, asked)

    def _begin_budgets(self, window: Window, asked: Annotation | None) -> None:
        """Watch what the cell spends, of its own budget and of the session's and the day's."""
        began = window.opened / SECOND
        spendings: list[Spending] = []
        if asked is not None and asked.budget is not None:
            try:
                window.spending = Spending(parse_budget(asked.budget), began=began)
                spendings.append(window.spending)
            except ValueError as error:
                print(f"%%carbon: --budget: {error}; the cell runs without a budget", file=sys.stderr)
        for scope, budget in self._session.allowances.budgets().items():
            spendings.append(Spending(budget, scope, began))
        if spendings:
            self._budgets.begin(window, spendings, stoppable=Interruption.is_possible())

    def close(self) -> None:
        """Interrupt nothing any more."""
        self._budgets.close()

    def _close(self, cell: _Cell, result: ExecutionResult) -> None:
        spendings = self._budgets.end(cell.window)
        asked = cell.annotation
        self._session.advisory.adviser.end(
            cell.begun,
            result.execution_count,
            _status(result),
            cell.info.raw_cell or "",
            lambda: self._shell.user_ns,
            cell.info.cell_id,
        )
        if asked is not None and asked.sync:
            _synchronise()
        if cell.window.execution_count is not None and result.execution_count is not None:
            self._ahead += cell.window.execution_count - result.execution_count
        record = self._session.records.end(
            cell.window,
            result.execution_count,
            _status(result),
            marked=asked is not None,
            quiet=asked is not None and asked.quiet,
            units=self._units(asked),
            may_record=self._publisher.may_publish(result, marked=asked is not None),
        )
        if spendings:
            footprint = self._session.records.footprint(cell.window) if record is None else record.footprint
            for line in budget_words.ended(footprint, spendings, stoppable=Interruption.is_possible()):
                print(line, file=sys.stderr)
        if record is not None:
            self._publisher.publish(record)
        if asked is not None and asked.unit and asked.units is None and cell.window.units is None and result.success:
            print(f"%%carbon: nothing counted is a {asked.unit!r}; --units N says how many there were", file=sys.stderr)
        if record is not None and asked is not None and asked.vs is not None:
            run_comparison.say(self._session, record, asked.vs)
        if asked is not None and asked.save is not None:
            if asked.save.isidentifier():
                saved = self._session.records.footprint(cell.window) if record is None else record.footprint
                self._shell.user_ns[asked.save] = saved
            else:
                print(f"%%carbon: --save needs a variable's name, not {asked.save!r}", file=sys.stderr)

    def _run(self, raw_cell: str, asked: Annotation | None) -> dict[str, Parameter] | None:
        """Return what a cell is run with, if its label is the user's; nothing where labels are off."""
        if asked is None or asked.label is None:
            return None
        return run_parameters.read(raw_cell, self._shell.user_ns) if self._session.config.labels else {}

    def _units(self, asked: Annotation | None) -> tuple[float, str] | None:
        if asked is None or asked.units is None:
            return None
        try:
            # The user's own expression, in the user's own name space, as the user asked for.
            given = eval(asked.units, self._shell.user_global_ns, self._shell.user_ns)
            return amount(given), unit_name(asked.unit)
        except NoAmountError as error:
            print(f"%%carbon: --units {asked.units} gave {error}", file=sys.stderr)
        except BaseException as error:  # noqa: BLE001 - a user's expression may raise anything, and the cell must end
            print(f"%%carbon: --units {asked.units} gave no number: {in_a_line(error)}", file=sys.stderr)
        return None

    def _note(self, error: Exception) -> None:
        """Keep the last internal error for ``%carbon status``."""
        self.trouble = f"{type(error).__name__}: {error}"
        self._session.trouble = self.trouble


def _status(result: ExecutionResult) -> Status:
    error: Any = result.error_in_exec or result.error_before_exec
    if error is None:
        return "ok"
    return "interrupted" if isinstance(error, (KeyboardInterrupt, asyncio.CancelledError)) else "error"


def _synchronise() -> None:
    """Wait for CUDA work that was queued, if the user already uses CUDA through PyTorch."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.synchronize()
