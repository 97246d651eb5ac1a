import { expect, test } from '@jest/globals';

import { codeToMeasure, SuggestionMemory } from '../src/suggestionmemory';
import { suggestion } from './samples';

test('what is dismissed is the rule for that cell', () => {
  const memory = new SuggestionMemory();
  memory.dismiss(suggestion());
  expect(memory.isDismissed(suggestion({ id: 'another', title: 'the same again' }))).toBe(true);
  expect(memory.isDismissed(suggestion({ execution_count: 25 }))).toBe(false);
  expect(memory.isDismissed(suggestion({ rule: 'R03' }))).toBe(false);
  memory.restore();
  expect(memory.isDismissed(suggestion())).toBe(false);
});

test('one measurement at a time', async () => {
  const memory = new SuggestionMemory();
  let finish = () => {};
  const first = memory.measure('a', () => new Promise(resolve => (finish = resolve)));
  await memory.measure('b', () => Promise.reject(new Error('never run')));
  expect(memory.measuring).toBe('a');
  finish();
  await first;
  expect(memory.measuring).toBeNull();
  expect(memory.failure).toBeNull();
});

test('a failure is kept, an interrupt is none', async () => {
  const memory = new SuggestionMemory();
  await memory.measure('a', () => Promise.reject(new Error('ValueError: no step')));
  expect(memory.failure).toEqual({ id: 'a', reason: 'ValueError: no step' });
  await memory.measure('a', () => Promise.reject(new Error('KeyboardInterrupt: ')));
  expect(memory.failure).toEqual({ id: 'a', reason: null });
});

test.each(['x; rm', 'a\nb', '', '!ls', 'x'.repeat(65), 'é'])('no code is made of %j', id => {
  expect(codeToMeasure(id)).toBeNull();
});

test('a name becomes a line of code', () => {
  expect(codeToMeasure('R02-1')).toBe('%carbon try R02-1');
});
