import assert from 'node:assert/strict';
import { test } from 'node:test';

import { read } from '../src/validate';
import { record, snapshot } from './samples';

/** What JSON can carry, which TypeScript would not let pass. */
function json(value: object, changes: object): unknown {
  return JSON.parse(JSON.stringify({ ...value, ...changes }));
}

test('what a kernel publishes is read as it is', () => {
  assert.deepEqual(read('FootprintRecord', record()), record());
  assert.deepEqual(read('FeedSnapshot', snapshot()), snapshot());
});

test('unknown keys are ignored', () => {
  assert.deepEqual(read('FootprintRecord', json(record(), { later: { x: 1 } })), record());
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
    assert.equal(read('FootprintRecord', value), null, JSON.stringify(value));
  }
});

test('a number that cannot be is unknown, never zero', () => {
  const energy = { joules: -5, low: Infinity, high: 7, measured_share: 1.0000001 };
  assert.deepEqual(read('FootprintRecord', { ...record(), energy })?.energy, {
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
  assert.equal(long?.label?.length, 200);
  assert.equal(long?.flags.length, 32);
  assert.equal(long?.flags[31], 'f999');
  assert.equal(Object.keys(long?.components ?? {}).length, 16);
});

test('a prototype is not polluted', () => {
  const hostile: unknown = JSON.parse(
    JSON.stringify(record()).replace('"gpu":', '"__proto__":{"joules":1},"gpu":')
  );
  assert.equal(read('FootprintRecord', hostile), null);
  assert.equal(({} as { joules?: number }).joules, undefined);
});
