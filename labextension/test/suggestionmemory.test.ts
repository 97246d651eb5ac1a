import { expect, test } from '@jest/globals';

import { codeToDismiss, codeToMeasure, SuggestionMemory } from '../src/suggestionmemory';
import { suggestion } from './samples';

const IDS = (list: readonly { id: string }[]) => list.map(({ id }) => id);
const TOLD = [
  suggestion({ id: 'R02-24' }),
  suggestion({ id: 'R02-25', execution_count: 25 }),
  suggestion({ id: 'R03-24', rule: 'R03' })
];

test.each([
  ['cell', ['R02-25', 'R03-24']],
  ['notebook', ['R03-24']],
  ['always', ['R03-24']]
] as const)('dismissed for this %s', (scope, shown) => {
  const memory = new SuggestionMemory();
  memory.dismiss(TOLD[0], scope);
  expect(IDS(memory.sort(TOLD).shown)).toEqual(shown);
});

test('what was dismissed is held when the kernel no longer tells of it', () => {
  const memory = new SuggestionMemory();
  memory.dismiss(TOLD[0], 'always');
  const { shown, dismissed } = memory.sort([TOLD[2]]);
  expect(IDS(shown)).toEqual(['R03-24']);
  expect(IDS(dismissed)).toEqual(['R02-24']);
  expect(memory.showsDismissed).toBe(false);
  memory.toggleDismissed();
  expect(memory.showsDismissed).toBe(true);
});

test('what the kernel says of a dismissed one is newer than what is held', () => {
  const memory = new SuggestionMemory();
  memory.dismiss(TOLD[0], 'cell');
  const { dismissed } = memory.sort([suggestion({ id: 'R02-24', title: 'newer' })]);
  expect(dismissed.map(({ title }) => title)).toEqual(['newer']);
});

test('another life of the kernel begins anew', () => {
  const memory = new SuggestionMemory();
  memory.follow('boot-1');
  memory.dismiss(TOLD[0], 'cell');
  memory.note('R03-24', { kind: 'edited' });
  memory.follow('boot-1');
  memory.follow(null);
  expect(memory.sort(TOLD).dismissed).toHaveLength(1);
  memory.follow('boot-2');
  expect(memory.sort(TOLD).dismissed).toHaveLength(0);
  expect(memory.outcome).toBeNull();
});

test('one measurement at a time', async () => {
  const memory = new SuggestionMemory();
  let finish: (text: string | null) => void = () => {};
  const first = memory.measure('a', () => new Promise(resolve => (finish = resolve)));
  await memory.measure('b', () => Promise.reject(new Error('never run')));
  expect(memory.measuring).toBe('a');
  finish(null);
  await first;
  expect(memory.measuring).toBeNull();
  expect(memory.outcome).toBeNull();
});

test('a failure is kept, an interrupt is none', async () => {
  const memory = new SuggestionMemory();
  await memory.measure('a', () => Promise.reject(new Error('ValueError: no step')));
  expect(memory.outcome).toEqual({ id: 'a', kind: 'failed', reason: 'ValueError: no step' });
  await memory.measure('a', () => Promise.reject(new Error('KeyboardInterrupt: ')));
  expect(memory.outcome).toEqual({ id: 'a', kind: 'stopped' });
});

test.each(['x; rm', 'a\nb', '', '!ls', 'x'.repeat(65), 'é'])('no code is made of %j', id => {
  expect(codeToMeasure(id)).toBeNull();
  expect(codeToDismiss(id, 'always')).toBeNull();
});

test('a name becomes a line of code', () => {
  expect(codeToMeasure('R02-1')).toBe('%carbon try R02-1');
  expect(codeToDismiss('R02-1', 'cell')).toBe('%carbon dismiss R02-1');
  expect(codeToDismiss('R02-1', 'notebook')).toBe('%carbon dismiss R02-1 --notebook');
  expect(codeToDismiss('R02-1', 'always')).toBe('%carbon dismiss R02-1 --always');
});

test('what the kernel says of a measurement is one line, and not endless', async () => {
  const memory = new SuggestionMemory();
  await memory.measure('a', () => Promise.resolve('no result;\n  the steps vary.\n'));
  expect(memory.outcome).toEqual({ id: 'a', kind: 'measured', text: 'no result; the steps vary.' });
  await memory.measure('a', () => Promise.resolve('x'.repeat(5000)));
  expect(memory.outcome).toMatchObject({ text: `${'x'.repeat(999)}…` });
});
