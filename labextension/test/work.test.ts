import { expect, test } from '@jest/globals';
import { nullTranslator } from '@jupyterlab/translation';

import type { CellSummary } from '../src/protocol';
import { Quantities } from '../src/quantities';
import { fold, rowOfRunning, runOfRecord, runOfSummary } from '../src/runs';
import { sumOfWork, workOf } from '../src/work';
import { record, summary } from './samples';

const trans = nullTranslator.load('jupyter_green');
const quantities = new Quantities({ languageCode: 'en', trans });
const plain = (text: string) => text.replace(/\u00a0/g, ' ');

function step(id: string, joules: number | null, amount: number, unit = 'step') {
  return runOfSummary(
    { ...summary(id, 0), joules, label: 'train()', work: { amount, unit } },
    'boot-1',
    false
  );
}

test('energy per unit is told with its unit, and its range where that is asked for', () => {
  const work = { amount: 53000, unit: 'sample' };
  const energy = { value: 22320, low: 19800, high: 25200 };
  expect(plain(quantities.perUnit({ value: 22320 }, work))).toBe('0.42 J/sample');
  expect(plain(quantities.perUnit(energy, work))).toBe('0.421 J/sample (0.37 – 0.48)');
  expect(plain(quantities.perUnit({ value: 2e-6 }, work))).toBe('< 1 nJ/sample');
  expect(quantities.perUnit({ value: null }, work)).toBe('unknown');
  expect(quantities.work(work)).toBe('53,000 × sample');
  expect(quantities.work({ amount: 2.5, unit: 'constructor' })).toBe('2.50 × constructor');
});

test('where work or energy is not known, there is none', () => {
  expect(workOf({ amount: 0, unit: 'step' }, 1)).toBeNull();
  expect(workOf({ amount: 3, unit: 'step' }, null)).toBeNull();
  expect(workOf(null, 1)).toBeNull();
  expect(workOf(undefined, 1)).toBeNull();
});

test('runs of one unit add up, over those that did work', () => {
  const [row] = fold([
    step('a', 10, 4),
    runOfSummary({ ...summary('b', 1000), label: 'train()' }, 'boot-1', false),
    step('c', 50, 8)
  ]);
  expect(row.joules).toBe(1060);
  expect(row.work).toEqual({ amount: 12, unit: 'step', joules: 60 });
});

test('different units are never added', () => {
  const [row] = fold([step('a', 10, 4), step('b', 10, 4, 'token')]);
  expect(row.work).toBeNull();
  expect(row.members.map(({ work }) => work?.unit).sort()).toEqual(['step', 'token']);
  expect(sumOfWork([])).toBeNull();
});

test('of runs that it lists no more, the kernel tells the sum', () => {
  const told = { ...summary('g', 10), label: 'f()', runs: 7, runs_joules: 70 };
  const runs_work = { amount: 14, unit: 'step', joules: 60 };
  const row = (cell: CellSummary) => fold([runOfSummary(cell, 'boot-1', false)])[0];
  expect(row({ ...told, runs_work }).work).toEqual(runs_work);
  expect(row({ ...told, work: { amount: 2, unit: 'step' } }).work).toBeNull();
});

test('a record tells it, and a cell while it runs', () => {
  const work = { amount: 53000, unit: 'sample' };
  const [row] = fold([runOfRecord(record({ work }), 'time')]);
  expect(row.work).toEqual({ ...work, joules: 22320 });
  const running = {
    execution_count: 3,
    label: 'f()',
    started: '2026-11-23T15:04:05Z',
    duration_s: 2,
    joules: 5,
    low: 4,
    high: 6
  };
  expect(rowOfRunning({ ...running, work }, 0, false).work).toEqual({ ...work, joules: 5 });
  expect(rowOfRunning(running, 0, false).work).toBeNull();
});
