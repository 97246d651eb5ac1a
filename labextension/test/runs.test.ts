import { expect, test } from '@jest/globals';

import { byTime, fold, runOfRecord, runOfSummary, type IFinishedRun } from '../src/runs';
import { record, summary } from './samples';

/** Runs of one life, each with its number. */
function runs(...cells: (Partial<ReturnType<typeof summary>> & { id: string })[]): IFinishedRun[] {
  return cells.map((cell, index) =>
    runOfSummary({ ...summary(cell.id, 10), execution_count: index + 1, ...cell }, 'boot-1', false)
  );
}

test('re-runs of a label are one row with their sum, led by the last one', () => {
  const [row, ...others] = fold(
    runs({ id: 'a', label: 'f()' }, { id: 'b', label: 'f()', status: 'error' })
  );
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    id: 'b',
    executionCount: 2,
    status: 'error',
    runs: 2,
    joules: 20,
    low: 20,
    high: 20,
    duration: 2
  });
  expect(row.members.map(({ id }) => id)).toEqual(['b', 'a']);
});

test('the kernel counts runs that it lists no more', () => {
  const [row] = fold(runs({ id: 'g', label: 'f()', runs: 7, runs_joules: 123 }));
  expect(row).toMatchObject({ runs: 7, joules: 123, low: null, high: null, duration: null });
  expect(row.members).toEqual([]);
});

test('a sum that the kernel does not know is unknown', () => {
  const [row] = fold(runs({ id: 'g', label: 'f()', runs: 7, runs_joules: null }));
  expect(row.joules).toBeNull();
});

test('one unknown run makes the sum unknown', () => {
  const [row] = fold(runs({ id: 'a', label: 'f()', joules: null }, { id: 'b', label: 'f()' }));
  expect(row.joules).toBeNull();
});

test('cells without a label, and other lives of the kernel, stay apart', () => {
  expect(fold(runs({ id: 'a' }, { id: 'b' }))).toHaveLength(2);
  const lives = ['boot-1', 'boot-2'].map((boot, index) =>
    runOfRecord(record({ id: String(index), boot }), 'time')
  );
  expect(fold(lives)).toHaveLength(2);
});

test('a label cannot pretend to be another row', () => {
  const rows = fold(runs({ id: 'x' }, { id: 'b', label: 'run x' }, { id: 'c', label: 'x' }));
  expect(new Set(rows.map(({ key }) => key)).size).toBe(3);
});

test('the same record is the same row, so that nothing is drawn anew', () => {
  const one = record();
  expect(fold([runOfRecord(one, 'time')])[0]).toBe(fold([runOfRecord(one, 'time')])[0]);
});

test('by time the latest is first', () => {
  const rows = byTime(fold(runs({ id: 'a', joules: 9 }, { id: 'b', joules: 1 }, { id: 'c' })));
  expect(rows.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
});

test('a record of no known time is still a row', () => {
  expect(runOfRecord(record({ started: 'yesterday' }), 'time')).toMatchObject({
    started: null,
    order: 0
  });
});
