import type { ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { Throttler } from '@lumino/polling';
import { Signal } from '@lumino/signaling';

import type { FootprintModel } from './model';
import { MIME_TYPE, recordsIn } from './recorded';
import type { ICellRow } from './tokens';

/** How often a document that changes all the time is read again, ms. */
const INTERVAL = 500;

/**
 * Brings the records that a notebook's outputs hold into a model.
 */
export class DocumentRecords implements IDisposable {
  constructor(notebook: INotebookModel, model: FootprintModel) {
    this._notebook = notebook;
    this._model = model;
    this._throttler = new Throttler(() => this._read(), { limit: INTERVAL, edge: 'trailing' });
    notebook.contentChanged.connect(this._onContentChanged, this);
    this._read();
  }

  /** Whether this has been disposed. */
  get isDisposed(): boolean {
    return this._throttler.isDisposed;
  }

  /** Stop listening. */
  dispose(): void {
    Signal.clearData(this);
    this._throttler.dispose();
  }

  private _onContentChanged(): void {
    // Rejected only when disposed of meanwhile.
    this._throttler.invoke().catch(() => undefined);
  }

  private _read(): void {
    const bundles = [...codeCells(this._notebook)].flatMap(({ cell }) => bundlesOf(cell));
    const records = recordsIn(bundles);
    const state = records.map(({ id, settled }) => `${id} ${settled}`).join();
    if (state !== this._state) {
      this._state = state;
      this._model.setRecords(records);
    }
  }

  private readonly _model: FootprintModel;
  private readonly _notebook: INotebookModel;
  private _state = '';
  private readonly _throttler: Throttler<void>;
}

/**
 * Scroll to the cell of a row and make it the active one, if it is still in the notebook.
 *
 * The record is surer than the execution count, which another life of the kernel may have used too.
 */
export async function revealCell(panel: NotebookPanel, row: ICellRow): Promise<void> {
  const notebook = panel.model;
  const cells = notebook ? [...codeCells(notebook)] : [];
  const found =
    cells.find(({ cell }) => recordsIn(bundlesOf(cell)).some(({ id }) => id === row.id)) ??
    cells.find(({ cell }) => cell.executionCount === row.executionCount);
  if (found) {
    panel.content.deselectAll();
    panel.content.activeCellIndex = found.index;
    await panel.content.scrollToItem(found.index, 'smart');
  }
}

function* codeCells(notebook: INotebookModel): Iterable<{ cell: ICodeCellModel; index: number }> {
  for (let index = 0; index < notebook.cells.length; index++) {
    const cell = notebook.cells.get(index);
    if (cell.type === 'code') {
      yield { cell: cell as ICodeCellModel, index };
    }
  }
}

/** The outputs that may be records. */
function bundlesOf(cell: ICodeCellModel) {
  const bundles = [];
  for (let index = 0; index < cell.outputs.length; index++) {
    const output = cell.outputs.get(index);
    if (output.type === 'display_data' && MIME_TYPE in output.data) {
      bundles.push(output.data);
    }
  }
  return bundles;
}
