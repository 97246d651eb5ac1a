import assert from 'node:assert/strict';
import { test } from 'node:test';

import { nullTranslator } from '@jupyterlab/translation';

import { Quantities } from '../src/quantities';

const trans = nullTranslator.load('jupyter_green');
const quantities = new Quantities({ languageCode: 'en', trans });
const WH = 3600;

/** Ordinary spaces, for reading. */
function plain(text: string): string {
  return text.replace(/\u00a0/g, ' ');
}

function energy(value: number | null, low?: number | null, high?: number | null): string {
  return plain(quantities.text(quantities.energy({ value, low, high })));
}

test('energy with its range has three significant figures', () => {
  assert.equal(energy(12.4 * WH, 10.9 * WH, 14.1 * WH), '12.4 Wh (10.9 – 14.1)');
  assert.equal(energy(6.2 * WH, 5.5 * WH, 7 * WH), '6.20 Wh (5.5 – 7.0)');
  assert.equal(energy(0.012 * WH, 0, 0.02 * WH), '12.0 mWh (0 – 20.0)');
});

test('energy alone has two', () => {
  assert.equal(energy(2.7 * WH), '2.7 Wh');
  assert.equal(energy(0.12 * WH), '0.12 Wh');
});

test('the unit is that of the figure as printed', () => {
  assert.equal(energy(999.9 * WH, 999 * WH, 1001 * WH), '1.00 kWh (1.0 – 1.0)');
  assert.equal(energy(0.09999 * WH, null, null), '0.100 Wh');
});

test('below the resolution there is no figure, and unknown is never zero', () => {
  assert.equal(energy(0), '< 1 mWh');
  assert.equal(energy(3.5, 3, 3.55), '< 1 mWh');
  assert.equal(energy(3, 0, 7.56), '< 1 mWh (up to 2.1 mWh)');
  assert.equal(energy(null), 'unknown');
  assert.equal(energy(Infinity), 'unknown');
});

test('an absurd figure stays short', () => {
  assert.ok(energy(1e308, 1e308, 1e308).length < 40);
});

test('parts are told in the unit of their total', () => {
  assert.deepEqual(quantities.parts(12.4 * WH, [9.7 * WH, 0.74 * WH]), {
    figures: ['9.7', '0.7'],
    unit: 'Wh'
  });
  assert.deepEqual(quantities.parts(12.4 * WH, [0, 1])?.figures.map(plain), ['0.0', '< 0.1']);
  assert.equal(quantities.parts(1, [1]), null);
});

test('power, work and shares', () => {
  assert.equal(plain(quantities.power(214.2)), '214 W');
  assert.equal(plain(quantities.power(2.06)), '2.1 W');
  assert.equal(plain(quantities.power(null)), 'unknown');
  assert.equal(plain(quantities.perUnit(0.4211, 'sample')), '0.42 J/sample');
  assert.equal(plain(quantities.percent(0.784)), '78 %');
  assert.equal(plain(quantities.percent(0.001)), '< 1 %');
  assert.equal(plain(quantities.percent(0.999)), '> 99 %');
});

test('durations', () => {
  const cases: [number, string][] = [
    [0.12, '120 ms'],
    [5.24, '5.2 s'],
    [58, '58 s'],
    [104.2, '1 min 44 s'],
    [31 * 60 + 4, '31 min'],
    [7500, '2 h 5 min'],
    [76 * 3600, '3 d 4 h']
  ];
  for (const [seconds, text] of cases) {
    assert.equal(plain(quantities.duration(seconds)), text);
  }
});

test('numbers follow the language of the interface', () => {
  const french = new Quantities({ languageCode: 'fr_FR', trans });
  assert.equal(french.energy({ value: 12.4 * WH, low: 0, high: 0 }).figure, '12,4');
  const none = new Quantities({ languageCode: '?', trans });
  assert.match(none.energy({ value: 12.4 * WH, low: 0, high: 0 }).figure, /^12.4$/);
});
