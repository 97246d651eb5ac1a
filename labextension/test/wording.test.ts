import { nullTranslator } from '@jupyterlab/translation';
import { expect, test } from '@jest/globals';

import { Quantities } from '../src/quantities';
import { Wording } from '../src/wording';

const trans = nullTranslator.load('jupyter_green');
const wording = new Wording({ trans, quantities: new Quantities({ languageCode: 'en', trans }) });

/** Ordinary spaces, for reading. */
function plain(text: string): string {
  return text.replace(/\u00a0/g, ' ');
}

test.each([
  [0.3, 0.5, 'Published: 30 % to 50 % less energy'],
  [-0.05, 0.2, 'Published: from 5 % more to 20 % less energy'],
  [-0.2, -0.1, 'Published: 10 % to 20 % more energy']
])('a published saving of %d to %d', (low, high, words) => {
  expect(plain(wording.saving({ low, high }))).toBe(words);
});

const MEASURED = {
  ratio: 0.59,
  low: 0.56,
  high: 0.63,
  rounds: 12,
  basis: 'energy',
  payback: null
} as const;

test('a measured saving has its interval, the larger effect last', () => {
  expect(plain(wording.verified(MEASURED))).toBe(
    '✓ Measured here: −41 % energy per unit of work (−37 … −44), 12 paired runs'
  );
});

test('a measured loss is no success', () => {
  const loss = { ...MEASURED, ratio: 1.2, low: 1.1, high: 1.3, rounds: 1, payback: 40 };
  expect(plain(wording.verified(loss))).toBe(
    '✕ Measured here: +20 % energy per unit of work (+10 … +30), one paired run'
  );
});

test.each([
  [0.9, 1.05, '+5 … −10'],
  [1, 1.05, '+5 … 0'],
  [0.9, 1, '0 … −10']
])('an interval of %d to %d shows no difference', (low, high, words) => {
  const none = { ...MEASURED, ratio: 0.98, low, high, rounds: 8, payback: 900 };
  expect(plain(wording.verified(none))).toBe(
    `≈ Measured here: no detectable difference (${words} %), 8 paired runs`
  );
});

test('where no counter could be read nothing is called measured', () => {
  const timed = { ...MEASURED, basis: 'cpu-time', ratio: 0.41, low: 0.38, high: 0.44 } as const;
  expect(plain(wording.verified(timed))).toBe(
    '✓ CPU time, modelled watts: ×0.41 (0.38 – 0.44), 12 paired runs'
  );
  expect(plain(wording.verified({ ...timed, low: 0.04, ratio: 0.041 }))).toContain(
    '×0.041 (0.04 –'
  );
  expect(plain(wording.verified({ ...timed, ratio: 1.01, high: 1.1 }))).toBe(
    '≈ CPU time, modelled watts: no detectable difference, ×1.01 (0.38 – 1.10), 12 paired runs'
  );
});

test.each([
  [0.2, 'pays back after one run'],
  [339.2, 'pays back after 340 runs']
])('a measurement of %d runs’ saving says when it has paid for itself', (payback, words) => {
  expect(wording.verified({ ...MEASURED, payback })).toContain(`, 12 paired runs · ${words}`);
});

test('hosted models have two figures at most, and are said to be no part of the total', () => {
  const known = { joules: 2640.7, low: 528.1, high: 13203, unknown: 0 };
  expect(plain(wording.hosted(known))).toBe('≈ 0.73 Wh (0.15 – 3.7), modelled, not included');
  expect(plain(wording.hosted({ ...known, unknown: 2 }))).toBe(
    '≈ 0.73 Wh (0.15 – 3.7) and some unknown, modelled, not included'
  );
  expect(wording.hosted({ joules: null, low: null, high: null, unknown: 1 })).toBe(
    'energy unknown, not included'
  );
});
