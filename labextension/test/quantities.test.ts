import { expect, test } from '@jest/globals';

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
  expect(energy(12.4 * WH, 10.9 * WH, 14.1 * WH)).toBe('12.4 Wh (10.9 – 14.1)');
  expect(energy(6.2 * WH, 5.5 * WH, 7 * WH)).toBe('6.20 Wh (5.5 – 7.0)');
  expect(energy(0.012 * WH, 0, 0.02 * WH)).toBe('12.0 mWh (0 – 20.0)');
});

test('energy alone has two', () => {
  expect(energy(2.7 * WH)).toBe('2.7 Wh');
  expect(energy(0.12 * WH)).toBe('0.12 Wh');
});

test('the unit is that of the figure as printed', () => {
  expect(energy(999.9 * WH, 999 * WH, 1001 * WH)).toBe('1.00 kWh (1.0 – 1.0)');
  expect(energy(0.09999 * WH, null, null)).toBe('0.100 Wh');
});

test('below the resolution there is no figure, and unknown is never zero', () => {
  expect(energy(0)).toBe('< 1 mWh');
  expect(energy(3.5, 3, 3.55)).toBe('< 1 mWh');
  expect(energy(3, 0, 7.56)).toBe('< 1 mWh (up to 2.1 mWh)');
  expect(energy(null)).toBe('unknown');
  expect(energy(Infinity)).toBe('unknown');
});

test('an absurd figure stays short', () => {
  expect(energy(1e308, 1e308, 1e308).length).toBeLessThan(40);
});

test('parts are told in the unit of their total', () => {
  expect(quantities.parts(12.4 * WH, [9.7 * WH, 0.74 * WH])).toEqual({
    figures: ['9.7', '0.7'],
    unit: 'Wh'
  });
  expect(quantities.parts(12.4 * WH, [0, 1])?.figures.map(plain)).toEqual(['0.0', '< 0.1']);
  expect(quantities.parts(1, [1])).toBe(null);
});

test('power, work and shares', () => {
  expect(plain(quantities.power(214.2))).toBe('214 W');
  expect(plain(quantities.power(2.06))).toBe('2.1 W');
  expect(plain(quantities.power(null))).toBe('unknown');
  expect(plain(quantities.perUnit({ value: 22320 }, { amount: 53000, unit: 'sample' }))).toBe(
    '0.42 J/sample'
  );
  expect(plain(quantities.percent(0.784))).toBe('78 %');
  expect(plain(quantities.percent(0.001))).toBe('< 1 %');
  expect(plain(quantities.percent(0.999))).toBe('> 99 %');
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
    expect(plain(quantities.duration(seconds))).toBe(text);
  }
});

test('numbers follow the language of the interface', () => {
  const french = new Quantities({ languageCode: 'fr_FR', trans });
  expect(french.energy({ value: 12.4 * WH, low: 0, high: 0 }).figure).toBe('12,4');
  const none = new Quantities({ languageCode: '?', trans });
  expect(none.energy({ value: 12.4 * WH, low: 0, high: 0 }).figure).toMatch(/^12.4$/);
});

test('times are short, and say their day where it is not today', () => {
  const now = new Date(2026, 10, 23, 15, 4);
  const british = new Quantities({ languageCode: 'en-GB', trans });
  expect(british.time(now, now)).toBe('15:04');
  expect(british.time(new Date(2026, 10, 22, 9, 5), now)).toBe('22 Nov, 09:05');
  expect(british.moment(now, now)).toBe('15:04');
  expect(british.moment(new Date(2026, 10, 22, 9, 5), now)).toBe('22 Nov');
  expect(british.moment(new Date(2025, 10, 22), now)).toBe('22 Nov 2025');
  expect(british.time(new Date(NaN), now)).toBe('unknown');
});

test('changes have their sign', () => {
  expect([-0.41, 0.03, 0.001, -0.001].map(share => quantities.change(share))).toEqual([
    '−41',
    '+3',
    '0',
    '0'
  ]);
});
