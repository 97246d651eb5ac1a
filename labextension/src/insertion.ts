import type { ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookModel } from '@jupyterlab/notebook';

import { codeCells, recordsOf } from './document';

/** Where code of a suggestion belongs. */
export interface ICodePlace {
  /** The whole cell for which the code stands, as it was run; null where the code is a cell of its own. */
  readonly before: string | null;
  /** Of that cell, or of the one below which the code belongs. */
  readonly executionCount: number | null;
  /** The record of that run, if it is known. */
  readonly recordId: string | null;
}

/** Why code is not put into a notebook. */
export type Refusal = 'changed' | 'missing' | 'ambiguous' | 'read-only';

/** The place that was found: a cell that may be changed, or where a new one belongs. */
export type Found =
  | { readonly cell: ICodeCellModel; readonly index: number }
  | { readonly cell: null; readonly index: number };

/**
 * Find where code belongs.
 *
 * A cell is changed only if it bears that number and reads as it was run; whatever else a message says of it may be out
 * of date.
 *
 * @param active - The index of the active cell: a new one whose place is not known comes below it.
 */
export function find(notebook: INotebookModel, place: ICodePlace, active: number): Found | Refusal {
  if (notebook.readOnly) {
    return 'read-only';
  }
  const bearers = [...codeCells(notebook)].filter(
    ({ cell }) => cell.executionCount !== null && cell.executionCount === place.executionCount
  );
  if (place.before === null) {
    const above = theOne(bearers, place)?.index ?? Math.min(active, notebook.cells.length - 1);
    return { cell: null, index: above + 1 };
  }
  const unchanged = bearers.filter(({ cell }) => cell.sharedModel.getSource() === place.before);
  const found = theOne(unchanged, place);
  if (!found) {
    return unchanged.length > 0 ? 'ambiguous' : bearers.length > 0 ? 'changed' : 'missing';
  }
  return found.cell.getMetadata('editable') === false ? 'read-only' : found;
}

/** Put code where it belongs, as one step that can be undone; nothing is run. */
export function put(notebook: INotebookModel, { cell, index }: Found, code: string): void {
  const { sharedModel } = notebook;
  if (cell) {
    const { start, end, text } = change(cell.sharedModel.getSource(), code);
    inOneStep(cell.sharedModel, () => cell.sharedModel.updateSource(start, end, text));
  } else {
    // Written by nobody but the user who agreed to it, and without outputs: as trusted as any new cell.
    const metadata = { trusted: true };
    inOneStep(sharedModel, () => {
      sharedModel.insertCell(index, { cell_type: 'code', metadata, source: code });
    });
  }
}

/** The smallest change of one text into another, which leaves cursors and the edits of others in their places. */
export function change(
  before: string,
  after: string
): { start: number; end: number; text: string } {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) {
    start++;
  }
  if (isHighSurrogate(before, start - 1)) {
    start--;
  }
  let tail = 0;
  while (
    tail < most - start &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) {
    tail++;
  }
  if (tail > 0 && isHighSurrogate(before, before.length - tail - 1)) {
    tail--;
  }
  return { start, end: before.length - tail, text: after.slice(start, after.length - tail) };
}

/** Whether a character is the first half of one; a shared text must not be cut between the two. */
function isHighSurrogate(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0xd800 && code <= 0xdbff;
}

/** The only cell, or else that which bears the record; undefined where this leaves a doubt. */
function theOne<C extends { readonly cell: ICodeCellModel }>(
  cells: readonly C[],
  { recordId }: ICodePlace
): C | undefined {
  return cells.length === 1
    ? cells[0]
    : cells.find(({ cell }) => recordsOf(cell).some(({ id }) => id === recordId));
}

/** What lies behind a cell or notebook that can undo: changes in quick succession are one step to it. */
interface IUndoable {
  readonly undoManager?: { stopCapturing(): void } | null;
}

/** Undo takes back this change and neither what was typed just before nor what is typed just after. */
function inOneStep(shared: object, make: () => void): void {
  const { undoManager } = shared as IUndoable;
  undoManager?.stopCapturing();
  make();
  undoManager?.stopCapturing();
}
