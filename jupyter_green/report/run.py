"""``jupyter green run``: execute a notebook headless and metered, whether or not it loads the extension itself."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbclient.util import ensure_async, run_sync

from ..spending import FLAGS
from . import budget_words, parameters
from .annotate import add_footnote, chosen
from .notebook_file import read_notebook, write_notebook
from .problem import Problem
from .records import read
from .run_progress import RunProgress, Snapshot, listen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from nbformat import NotebookNode

_INTERRUPTED = ("KeyboardInterrupt", "CancelledError")
# Leaves no name behind, and a later %load_ext in the notebook says nothing.
_LOAD = '__import__("jupyter_green").load_ipython_extension(get_ipython())'


class MeteredClient(NotebookClient):
    """Runs a notebook in a kernel that meters from its first cell on."""

    on_snapshot: Callable[[Snapshot], None] | None = None

    async def async_start_new_kernel_client(self) -> Any:  # noqa: ANN401 - its kind depends on the kernel manager
        """Start the kernel's client and load the extension before any cell, without a trace in the notebook.

        Raises
        ------
        Problem
            When the kernel cannot load it.
        """
        client: Any = await super().async_start_new_kernel_client()
        reply = await ensure_async(client.execute_interactive(_LOAD, silent=True, store_history=False, timeout=60))
        self._pass_on_interrupts()
        if self.on_snapshot is not None:
            listen(client.iopub_channel, self.on_snapshot)
        content = reply["content"]
        if content["status"] != "ok":
            why = f"{content.get('ename', 'error')}: {content.get('evalue', '')}".strip(": ")
            raise Problem(
                f"kernel {self.kernel_name!r} cannot load jupyter_green ({why}); install it in its environment"
            )
        return client

    start_new_kernel_client = run_sync(async_start_new_kernel_client)

    def _pass_on_interrupts(self) -> None:
        """Let Ctrl-C end the running cell; nbclient's own handler takes the kernel away and loses what there is."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
            loop.add_signal_handler(signal.SIGINT, self._interrupt)

    def _interrupt(self) -> None:
        if self.km is not None:
            self._interrupting = asyncio.ensure_future(ensure_async(self.km.interrupt_kernel()))


def run(source: Path, target: Path, values: Mapping[str, object]) -> tuple[str, str | None]:
    """Execute *source* and write it, with outputs, records and footnote, to *target*; also when a cell raised.

    Parameters
    ----------
    source, target
        Paths of notebooks; may be the same. The kernel works in the directory of *source*.
    values
        Parameters.

    Returns
    -------
    summary, failure
        One sentence each; *failure* is ``None`` when all cells ran.

    Raises
    ------
    Problem
        When nothing could be run or written.
    """
    notebook = read_notebook(source)
    parameters.inject(notebook, values)
    for cell in notebook.cells:  # so that what did not run this time does not look as if it had
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    failure = _execute(notebook, source.resolve().parent)
    sentence = add_footnote(notebook, chosen())
    write_notebook(notebook, target)
    return sentence or "No cell used enough energy for a record.", failure


def _execute(notebook: NotebookNode, directory: Path) -> str | None:
    """Run all cells with a bar of progress on stderr; return what went wrong, in one line."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    begun: list[NotebookNode] = []
    spent: float | None = None
    with RunProgress(len(code)) as progress:

        def start(cell: NotebookNode, **_: Any) -> None:  # noqa: ANN401 - nbclient's hook
            if cell.cell_type == "code":
                begun.append(cell)

        def advance(cell: NotebookNode, **_: Any) -> None:  # noqa: ANN401 - nbclient's hook
            nonlocal spent
            spent = _so_far(cell) or spent
            progress.reach(len(begun), spent)  # blank cells and skipped ones are begun only

        client = MeteredClient(
            notebook,
            timeout=None,
            resources={"metadata": {"path": str(directory)}},
            on_cell_start=start,
            on_cell_executed=advance,
        )
        client.on_snapshot = progress.show
        try:
            client.execute()
        except CellExecutionError as error:
            if error.ename in _INTERRUPTED and (said := _budget_spent(begun)):
                return said
            return f"{_name(begun)} raised {error.ename}: {_first_line(error.evalue)}".rstrip(": ")
        except DeadKernelError:
            return f"{_name(begun)}: the kernel died"
        except NoSuchKernel as error:
            raise Problem(
                f"there is no kernel {error.name!r} here: `jupyter kernelspec list` names those known"
            ) from None
        progress.reach(len(begun), spent)
    return None


def _so_far(cell: NotebookNode) -> float | None:
    """Return the session's energy, J, as of the record that a cell left, if it left one."""
    records = read({"cells": [cell]}).records
    return records[-1].session.energy.joules if records else None


def _budget_spent(begun: list[NotebookNode]) -> str | None:
    """Say that the cell that was begun last was interrupted for its budget, if it was."""
    records = read({"cells": begun[-1:]}).records
    flags = records[-1].flags if records else ()
    whose = next((scope for scope, flag in FLAGS.items() if flag in flags), None)
    return None if whose is None else f"{_name(begun)} was interrupted: {budget_words.WHOSE[whose]} budget is spent"


def _name(begun: list[NotebookNode]) -> str:
    """Name the cell that was begun last by its prompt, or by its place where it has none yet."""
    count = begun[-1].execution_count if begun else None
    return f"code cell {len(begun)}" if count is None else f"cell [{count}]"


def _first_line(text: str) -> str:
    return next((line for line in str(text).splitlines() if line.strip()), "").strip()[:200]
