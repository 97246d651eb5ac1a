import type { ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import type { IOutputModel } from '@jupyterlab/rendermime';
import { Throttler } from '@lumino/polling';
import { Signal } from '@lumino/signaling';

import type { FootprintModel } from './model';
import type { FootprintRecord } from './protocol';
import { recordIn, unique } from './recorded';
import type { ICellRef } from './tokens';

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
    model.recordMissing.connect(this._read, this);
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
    const cells = [...codeCells(this._notebook)].map(({ cell }) => ({
      cell,
      records: recordsOf(cell)
    }));
    const records = unique(cells.flatMap(({ records }) => records));
    const whole = isWhole(cells);
    const state = `${whole} ${records.map(({ id, settled }) => `${id} ${settled}`).join()}`;
    if (state !== this._state) {
      this._state = state;
      this._model.setRecords(records, whole);
    }
  }

  private readonly _model: FootprintModel;
  private readonly _notebook: INotebookModel;
  private _state = '';
  private readonly _throttler: Throttler<void>;
}

/**
 * Scroll to a cell and make it the active one, if it is still in the notebook.
 *
 * The record is surer than the execution count, which another life of the kernel may have used too.
 */
export async function revealCell(panel: NotebookPanel, wanted: ICellRef): Promise<void> {
  const notebook = panel.model;
  const cells = notebook ? [...codeCells(notebook)] : [];
  const found =
    cells.find(({ cell }) => recordsOf(cell).some(({ id }) => id === wanted.id)) ??
    cells.find(
      ({ cell }) => cell.executionCount !== null && cell.executionCount === wanted.executionCount
    );
  if (found) {
    panel.content.deselectAll();
    panel.content.activeCellIndex = found.index;
    await panel.content.scrollToItem(found.index, 'smart');
  }
}

/** A cell with the records in its outputs. */
interface IReadCell {
  readonly cell: ICodeCellModel;
  readonly records: readonly FootprintRecord[];
}

/** Whether one run from top to bottom, in whatever order, left these numbers: no re-run, no deletion, no gap. */
function isWhole(cells: readonly IReadCell[]): boolean {
  const counts: number[] = [];
  for (const { cell, records } of cells) {
    const count = cell.executionCount;
    if (count !== null) {
      counts.push(count);
    } else if (cell.sharedModel.getSource().trim() !== '') {
      return false;
    }
    if (records.some(({ execution_count = null }) => ![null, count].includes(execution_count))) {
      return false;
    }
  }
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  return counts.length === most && new Set(counts).size === most;
}

/** The code cells of a notebook, in its order. */
export function* codeCells(
  notebook: INotebookModel
): Iterable<{ cell: ICodeCellModel; index: number }> {
  for (let index = 0; index < notebook.cells.length; index++) {
    const cell = notebook.cells.get(index);
    if (cell.type === 'code') {
      yield { cell: cell as ICodeCellModel, index };
    }
  }
}

/** The records in a cell's outputs. */
export function recordsOf(cell: ICodeCellModel): FootprintRecord[] {
  const records = [];
  for (let index = 0; index < cell.outputs.length; index++) {
    const record = recordOf(cell.outputs.get(index));
    if (record) {
      records.push(record);
    }
  }
  return records;
}

/** What outputs hold as long as they do not change: their `data` is a copy each time, however large a figure it is. */
const held = new WeakMap<IOutputModel, FootprintRecord | null>();

function recordOf(output: IOutputModel): FootprintRecord | null {
  if (output.type !== 'display_data') {
    return null;
  }
  let record = held.get(output);
  if (record === undefined) {
    record = recordIn(output.data);
    held.set(output, record);
    output.changed.connect(forget);
  }
  return record;
}

function forget(output: IOutputModel): void {
  held.delete(output);
}
