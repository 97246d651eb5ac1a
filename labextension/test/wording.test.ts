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

test('a measured saving has its interval, the larger effect last', () => {
  expect(plain(wording.verified({ ratio: 0.59, low: 0.56, high: 0.63, rounds: 12 }))).toBe(
    '✓ Measured here: −41 % energy per unit of work (−37 … −44), 12 paired runs'
  );
});

test('a measured loss is no success', () => {
  expect(plain(wording.verified({ ratio: 1.2, low: 1.1, high: 1.3, rounds: 1 }))).toBe(
    '✕ Measured here: +20 % energy per unit of work (+10 … +30), one paired run'
  );
});

test('an interval with both signs shows no difference', () => {
  expect(plain(wording.verified({ ratio: 0.98, low: 0.9, high: 1.05, rounds: 8 }))).toBe(
    '≈ Measured here: no difference to be seen (+5 … −10 %), 8 paired runs'
  );
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
