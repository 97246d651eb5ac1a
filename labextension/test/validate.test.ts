import { expect, test } from '@jest/globals';

import { read } from '../src/validate';
import { history, record, snapshot, suggestion, summary } from './samples';

/** What JSON can carry, which TypeScript would not let pass. */
function json(value: object, changes: object): unknown {
  return JSON.parse(JSON.stringify({ ...value, ...changes }));
}

test('what a kernel publishes is read as it is', () => {
  expect(read('FootprintRecord', record())).toEqual(record());
  expect(read('FeedSnapshot', snapshot())).toEqual(snapshot());
});

test('unknown keys are ignored', () => {
  expect(read('FootprintRecord', json(record(), { later: { x: 1 } }))).toEqual(record());
});

test('what is not of the schema is refused', () => {
  const wrong: unknown[] = [
    undefined,
    null,
    7,
    'x',
    [],
    {},
    json(record(), { schema: 'jupyter-green/footprint/2' }),
    json(record(), { duration_s: 'long' }),
    json(record(), { id: '' }),
    json(record(), { status: '<b>' }),
    json(record(), { components: { gpu: null } }),
    json(record(), { flags: [{}] }),
    json(record(), { session: undefined })
  ];
  for (const value of wrong) {
    expect(read('FootprintRecord', value)).toBeNull();
  }
});

test('a number that cannot be is unknown, never zero', () => {
  const energy = { joules: -5, low: Infinity, high: 7, measured_share: 1.0000001 };
  expect(read('FootprintRecord', { ...record(), energy })?.energy).toEqual({
    joules: null,
    low: null,
    high: 7,
    measured_share: 1
  });
});

test('sizes are capped', () => {
  const { components } = record();
  const many = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [`c${index}`, components.gpu])
  );
  const long = read('FootprintRecord', {
    ...record(),
    label: 'x'.repeat(1e5),
    flags: Array.from({ length: 1000 }, (_, index) => `f${index}`),
    components: many
  });
  expect(long?.label?.length).toBe(200);
  expect(long?.flags.length).toBe(32);
  expect(long?.flags[31]).toBe('f999');
  expect(Object.keys(long?.components ?? {}).length).toBe(16);
});

test('a prototype is not polluted', () => {
  const hostile: unknown = JSON.parse(
    JSON.stringify(record()).replace('"gpu":', '"__proto__":{"joules":1},"gpu":')
  );
  expect(read('FootprintRecord', hostile)).toBe(null);
  expect(({} as { joules?: number }).joules).toBe(undefined);
});

test.each([
  ['a future schema', { schema: 'jupyter-green/feed/2' }],
  ['cells that are none', { cells: { length: 9 } }],
  ['a running cell without a start', { running: [{ execution_count: 1 }] }],
  ['power in words', { power: { kernel_w: 'much', machine_w: null } }],
  ['a sequence that is no number', { sequence: '1' }],
  ['a sequence beyond counting', { sequence: 1e308 }],
  ['an action that nobody knows', { suggestions: [suggestionWith('run')] }]
])('a snapshot is refused for %s', (_, changes) => {
  expect(read('FeedSnapshot', json(snapshot(), changes))).toBeNull();
});

function suggestionWith(kind: string) {
  return { ...suggestion(), actions: [{ kind, joules: null, seconds: null, code: null }] };
}

test('NaN and infinities in a snapshot are unknown', () => {
  const power = { kernel_w: NaN, machine_w: -Infinity };
  expect(read('FeedSnapshot', snapshot({ power }))?.power).toEqual({
    kernel_w: null,
    machine_w: null
  });
});

test('of ten megabytes little is kept, and that in time', () => {
  const long = 'x'.repeat(1e6);
  const read10 = read(
    'FeedSnapshot',
    snapshot({
      cells: Array.from({ length: 100_000 }, (_, index) => ({
        ...summary(`c${index}`, 1),
        label: long
      })),
      suggestions: Array.from({ length: 100 }, () => suggestion({ title: long, evidence: long }))
    })
  );
  expect(read10?.cells).toHaveLength(60);
  expect(read10?.cells[59]).toMatchObject({ id: 'c99999', label: 'x'.repeat(200) });
  expect(read10?.suggestions).toHaveLength(8);
  expect(JSON.stringify(read10).length).toBeLessThan(50_000);
});

test('the ledger is read by the same rules', () => {
  expect(read('History', history())).toEqual(history());
  expect(read('History', json(history(), { rows: 'none' }))).toBeNull();
  expect(read('History', json(history(), { at_least: 1 }))).toBeNull();
});
