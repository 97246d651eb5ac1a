import { YNotebook } from '@jupyter/ydoc';
import type { INotebookModel } from '@jupyterlab/notebook';
import { afterEach, expect, test } from '@jest/globals';

import { change, find, put, type Found, type ICodePlace } from '../src/insertion';
import { MIME_TYPE } from '../src/recorded';
import { record } from './samples';

/** A cell of a notebook for tests. */
interface ICell {
  source: string;
  count: number | null;
  type?: 'code' | 'markdown';
  editable?: boolean;
  /** The id of the record in its outputs. */
  recordId?: string;
}

const made: YNotebook[] = [];

afterEach(() => {
  made.splice(0).forEach(each => each.dispose());
});

/** As much of a notebook's model as code is put into, over a shared one as JupyterLab makes it. */
function notebook(
  cells: ICell[],
  { readOnly = false, isUndoWide = false } = {}
): INotebookModel & { sharedModel: YNotebook } {
  const sharedModel = new YNotebook({ disableDocumentWideUndoRedo: !isUndoWide });
  made.push(sharedModel);
  sharedModel.insertCells(
    0,
    cells.map(({ source, type = 'code' }) => ({ cell_type: type, source }))
  );
  sharedModel.clearUndoHistory();
  const models = cells.map(({ count, editable, recordId, type = 'code' }, index) => ({
    type,
    executionCount: count,
    sharedModel: sharedModel.getCell(index),
    getMetadata: (key: string) => (key === 'editable' ? editable : undefined),
    outputs: {
      length: recordId ? 1 : 0,
      get: () => ({
        type: 'display_data',
        data: { [MIME_TYPE]: record({ id: recordId }) },
        changed: { connect: () => undefined }
      })
    }
  }));
  const list = { length: models.length, get: (index: number) => models[index] };
  return { cells: list, readOnly, sharedModel } as unknown as INotebookModel & {
    sharedModel: YNotebook;
  };
}

function place(changes: Partial<ICodePlace> = {}): ICodePlace {
  return { before: 'train()', executionCount: 3, recordId: null, ...changes };
}

/** The index at which code would come; else why not. */
function at(model: INotebookModel, where: ICodePlace): number | string {
  const found = find(model, where, 0);
  return typeof found === 'string' ? found : found.index;
}

const CELLS: ICell[] = [
  { source: '# Title', count: null, type: 'markdown' },
  { source: 'train()', count: 2 },
  { source: 'train()', count: 3 },
  { source: 'plot()', count: 4 }
];

test('the cell that is changed has the number and reads as it was run', () => {
  expect(at(notebook(CELLS), place())).toBe(2);
  expect(at(notebook(CELLS), place({ before: 'train() ' }))).toBe('changed');
  expect(at(notebook(CELLS), place({ executionCount: 9 }))).toBe('missing');
  expect(at(notebook(CELLS), place({ executionCount: null }))).toBe('missing');
});

test('a number of an earlier life of the kernel leads nobody astray', () => {
  const old = { source: 'train(old)', count: 3 };
  expect(at(notebook([old, ...CELLS]), place())).toBe(3);
});

test('of two that read the same only the record can tell', () => {
  const twice = [{ source: 'train()', count: 3 }, ...CELLS];
  expect(at(notebook(twice), place())).toBe('ambiguous');
  const marked = twice.map((cell, index) => (index === 3 ? { ...cell, recordId: 'r' } : cell));
  expect(at(notebook(marked), place({ recordId: 'r' }))).toBe(3);
});

test('what may not be edited is not', () => {
  expect(at(notebook(CELLS, { readOnly: true }), place())).toBe('read-only');
  expect(at(notebook(CELLS, { readOnly: true }), place({ before: null }))).toBe('read-only');
  const locked = CELLS.map(cell => ({ ...cell, editable: false }));
  expect(at(notebook(locked), place())).toBe('read-only');
  expect(at(notebook(locked), place({ before: null }))).toBe(3);
});

test('a new cell comes below the one it is about, else below the active one', () => {
  expect(at(notebook(CELLS), place({ before: null }))).toBe(3);
  expect(find(notebook(CELLS), place({ before: null, executionCount: 9 }), 1)).toEqual({
    cell: null,
    index: 2
  });
  expect(find(notebook([]), place({ before: null }), -1)).toEqual({ cell: null, index: 0 });
});

test('a change of a cell is one step of its own', () => {
  const model = notebook(CELLS);
  const shared = model.sharedModel.getCell(2);
  shared.updateSource(7, 7, '  # typed just before');
  let emitted = 0;
  shared.changed.connect(() => emitted++);
  const before = shared.getSource();
  put(model, find(model, place({ before }), 0) as Found, 'with bf16():\n    train()  # typed');
  expect(shared.getSource()).toBe('with bf16():\n    train()  # typed');
  expect(emitted).toBe(1);
  shared.updateSource(0, 0, '# typed just after\n');
  shared.undo();
  expect(shared.getSource()).toBe('with bf16():\n    train()  # typed');
  shared.undo();
  expect(shared.getSource()).toBe('train()  # typed just before');
  shared.redo();
  expect(shared.getSource()).toBe('with bf16():\n    train()  # typed');
});

test('where undo is the whole document’s, it is one step there', () => {
  const model = notebook(CELLS, { isUndoWide: true });
  model.sharedModel.getCell(3).updateSource(0, 0, '# typed just before\n');
  put(model, find(model, place(), 0) as Found, 'better()');
  model.sharedModel.undo();
  expect(model.sharedModel.cells.map(cell => cell.getSource())).toEqual([
    '# Title',
    'train()',
    'train()',
    '# typed just before\nplot()'
  ]);
});

test('a new cell is one step of the notebook', () => {
  const model = notebook(CELLS);
  put(model, find(model, place({ before: null }), 0) as Found, 'bench()');
  expect(model.sharedModel.cells.map(cell => cell.getSource())).toEqual([
    '# Title',
    'train()',
    'train()',
    'bench()',
    'plot()'
  ]);
  expect(model.sharedModel.getCell(3).cell_type).toBe('code');
  model.sharedModel.undo();
  expect(model.sharedModel.cells).toHaveLength(4);
});

test.each([
  ['abc', 'abXc', { start: 2, end: 2, text: 'X' }],
  ['aaa', 'aa', { start: 2, end: 3, text: '' }],
  ['same', 'same', { start: 4, end: 4, text: '' }],
  ['a😀b', 'a😁b', { start: 1, end: 3, text: '😁' }],
  // Two characters that end alike: 🌀 and 🐀 differ in their first halves only.
  ['\ud83c\udc00', '\ud83d\udc00', { start: 0, end: 2, text: '\ud83d\udc00' }]
])('the change from %j to %j is small, and cuts no character', (before, after, expected) => {
  expect(change(before, after)).toEqual(expected);
});
