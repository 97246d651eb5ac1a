import type { ICodeCellModel } from '@jupyterlab/cells';
import type { ConsolePanel } from '@jupyterlab/console';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { revealCell } from './document';
import type { IKernelWidget } from './kerneltokens';
import type { ICellRef } from './tokens';

/** Scroll to a cell in the notebook or console, if it is still there. */
export function reveal(widget: IKernelWidget | null, cell: ICellRef): void {
  if (widget && 'context' in widget) {
    void revealCell(widget as unknown as NotebookPanel, cell);
  } else if (widget && 'console' in widget) {
    revealConsoleCell(widget as ConsolePanel, cell);
  }
}

function revealConsoleCell({ console }: ConsolePanel, cell: ICellRef): void {
  for (const { model, node } of console.cells) {
    if (model.type === 'code' && (model as ICodeCellModel).executionCount === cell.executionCount) {
      node.scrollIntoView({ block: 'nearest' });
    }
  }
}
