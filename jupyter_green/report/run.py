"""``jupyter green run``: execute a notebook headless and metered, whether or not it loads the extension itself."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionError, CellTimeoutError, DeadKernelError
from nbclient.util import ensure_async, run_sync
from tqdm import tqdm

from . import parameters, quantities
from .annotate import add_footnote
from .notebook_file import read_notebook, write_notebook
from .problem import Problem
from .records import read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nbformat import NotebookNode

# Leaves no name behind, and a later %load_ext in the notebook says nothing.
_LOAD = '__import__("jupyter_green").load_ipython_extension(get_ipython())'


class MeteredClient(NotebookClient):
    """Runs a notebook in a kernel that meters from its first cell on."""

    async def async_start_new_kernel_client(self) -> Any:  # noqa: ANN401 - its kind depends on the kernel manager
        """Start the kernel's client and load the extension before any cell, without a trace in the notebook.

        Raises
        ------
        Problem
            When the kernel cannot load it.
        """
        client: Any = await super().async_start_new_kernel_client()
        reply = await ensure_async(client.execute_interactive(_LOAD, silent=True, store_history=False, timeout=60))
        content = reply["content"]
        if content["status"] != "ok":
            await self._async_cleanup_kernel()
            why = f"{content.get('ename', 'error')}: {content.get('evalue', '')}".strip(": ")
            raise Problem(
                f"kernel {self.kernel_name!r} cannot load jupyter_green ({why}); install it in its environment"
            )
        return client

    start_new_kernel_client = run_sync(async_start_new_kernel_client)


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
    sentence = add_footnote(notebook)
    write_notebook(notebook, target)
    return sentence or "No cell used enough energy for a record.", failure


def _execute(notebook: NotebookNode, directory: Path) -> str | None:
    """Run all cells with a bar of progress on stderr; return what went wrong, in one line."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    with tqdm(total=len(code), unit="cell", file=sys.stderr) as progress:

        def advance(cell: NotebookNode, **_: Any) -> None:  # noqa: ANN401 - nbclient's hook
            progress.update()
            energy = _so_far(cell)
            if energy:
                progress.set_postfix_str(energy)

        client = MeteredClient(
            notebook,
            timeout=None,
            resources={"metadata": {"path": str(directory)}},
            on_cell_executed=advance,
        )
        try:
            client.execute()
        except CellExecutionError as error:
            return f"{_where(code)} raised {error.ename}: {_first_line(error.evalue)}"
        except DeadKernelError:
            return f"{_where(code)}: the kernel died"
        except (CellControlSignal, CellTimeoutError) as error:
            return f"{_where(code)}: {_first_line(str(error))}"
        except KeyboardInterrupt:
            return f"{_where(code)}: interrupted"
        except NoSuchKernel as error:
            raise Problem(
                f"there is no kernel {error.name!r} here; `jupyter kernelspec list` names those there are"
            ) from None
    return None


def _so_far(cell: NotebookNode) -> str:
    """Return the session's energy as of the record that a cell left, if it left one."""
    records = read({"cells": [cell]}).records
    return quantities.energy(records[-1].session.energy.joules) if records else ""


def _where(code: list[NotebookNode]) -> str:
    """Name the cell that was run last."""
    counts = [cell.execution_count for cell in code if cell.execution_count is not None]
    return f"cell [{max(counts)}]" if counts else "the first cell"


def _first_line(text: str) -> str:
    return next((line for line in str(text).splitlines() if line.strip()), "").strip()[:200]
