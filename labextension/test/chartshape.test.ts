import { expect, test } from '@jest/globals';

import { shapeOf } from '../src/chartshape';
import type { PowerHistory } from '../src/protocol';
import { read } from '../src/validate';
import { snapshot } from './samples';

const NOW = 1_795_446_245;

function history(changes: Partial<PowerHistory> = {}): PowerHistory {
  return { end: NOW, step_s: 2.5, watts: {}, machine_w: [], bands: [], ...changes };
}

/** Without the separators. */
function points({ xs, ys }: { xs: readonly number[]; ys: readonly number[] }) {
  return xs.map((x, i) => [x, ys[i]]).filter(([x]) => !Number.isNaN(x));
}

test('where nothing is known there is no chart', () => {
  expect(shapeOf(history())).toBe(null);
  expect(shapeOf(history({ watts: { cpu: [] } }))).toBe(null);
  expect(shapeOf(history({ watts: { cpu: [null, null] }, machine_w: [10, 10] }))).toBe(null);
});

test('the components are stacked in steps: memory, CPU, GPU', () => {
  const shape = shapeOf(history({ watts: { cpu: [20, 30], gpu: [100, 200], ram: [5, 5] } }));
  expect(shape?.areas.map(({ component }) => component)).toEqual(['ram', 'cpu', 'gpu']);
  expect(points(shape!.areas[2])).toEqual([
    [-5, 125],
    [-2.5, 125],
    [-2.5, 235],
    [0, 235],
    [0, 35],
    [-2.5, 35],
    [-2.5, 25],
    [-5, 25]
  ]);
  expect(shape?.edges.map(points)[0]).toEqual([
    [-5, 5],
    [-2.5, 5],
    [-2.5, 5],
    [0, 5]
  ]);
  expect(shape).toMatchObject({ latest: 235, most: 235, top: 300 });
});

test('a minute is shown until there is more, then five', () => {
  const span = (length: number) =>
    shapeOf(history({ watts: { cpu: new Array<number>(length).fill(1) } }))?.span;
  expect([1, 24, 25, 120].map(span)).toEqual([60, 60, 300, 300]);
});

test('a step of which not all is known is a gap, not a lower stack', () => {
  const shape = shapeOf(history({ watts: { cpu: [20, 20, 20], gpu: [100, null, 100] } }));
  for (const area of shape!.areas) {
    const xs = points(area).map(([x]) => x);
    expect(xs).not.toContain(-3.75);
    expect(area.xs.filter(Number.isNaN)).toHaveLength(2);
    expect(xs.filter(x => x > -5 && x < -2.5)).toEqual([]);
  }
  expect(shape?.most).toBe(120);
});

test('a component that is never known is left out, and the last step may be unknown', () => {
  const shape = shapeOf(history({ watts: { cpu: [20, null], gpu: [null, null] } }));
  expect(shape?.areas.map(({ component }) => component)).toEqual(['cpu']);
  expect(shape).toMatchObject({ latest: null, most: 20 });
});

test('the machine is a line where it does not squash the rest', () => {
  const shape = (watts: number) => shapeOf(history({ watts: { cpu: [100] }, machine_w: [watts] }));
  expect(points(shape(149)!.machine!)).toEqual([
    [-2.5, 149],
    [0, 149]
  ]);
  expect(shape(149)?.top).toBe(200);
  expect(shape(151)?.machine).toBe(null);
  expect(shape(151)?.top).toBe(100);
});

test('the axis ends at a round number with a round half', () => {
  const top = (watts: number) => shapeOf(history({ watts: { cpu: [watts] } }))?.top;
  expect([0.5, 1, 214, 250, 640, 7001].map(top)).toEqual([0.5, 1, 300, 300, 800, 8000]);
  expect(top(0)).toBeGreaterThan(0);
});

test('cells begin with their number and end without', () => {
  const cpu = new Array<number>(120).fill(1);
  const bands = [
    { execution_count: 24, from: NOW - 240, to: NOW - 180 },
    { execution_count: 25, from: NOW - 140, to: null }
  ];
  expect(shapeOf(history({ watts: { cpu }, bands }))?.boundaries).toEqual([
    { x: -240, label: '[24]' },
    { x: -180, label: '' },
    { x: -140, label: '[25]' }
  ]);
});

test('a cell that began before the chart is named at its edge; one that ended before is not', () => {
  const cpu = new Array<number>(120).fill(1);
  const bands = [
    { execution_count: 1, from: NOW - 500, to: NOW - 400 },
    { execution_count: 2, from: NOW - 400, to: NOW - 100 },
    { execution_count: null, from: NOW - 90, to: NOW - 10 }
  ];
  const labels = shapeOf(history({ watts: { cpu }, bands }))?.boundaries.filter(b => b.label);
  expect(labels).toEqual([
    { x: -300, label: '[2]' },
    { x: -90, label: '[ ]' }
  ]);
});

test('many small cells: the latest are named, no two names meet, lines keep their distance', () => {
  const cpu = new Array<number>(120).fill(1);
  const bands = Array.from({ length: 20 }, (_, i) => ({
    execution_count: 200 + i,
    from: NOW - 100 + 5 * i,
    to: NOW - 98 + 5 * i
  }));
  const { boundaries, span } = shapeOf(history({ watts: { cpu }, bands }))!;
  const named = boundaries.filter(({ label }) => label).map(({ x }) => x);
  expect(boundaries[boundaries.length - 1].label).toBe('[219]');
  for (const xs of [named, boundaries.map(({ x }) => x)]) {
    expect([...xs].sort((a, b) => a - b)).toEqual(xs);
  }
  const distances = boundaries.slice(1).map(({ x }, i) => x - boundaries[i].x);
  expect(Math.min(...distances)).toBeGreaterThanOrEqual(0.01 * span);
  expect(named.length).toBeLessThan(8);
});

test('hostile histories give a chart or none, never an error', () => {
  const hostile: Partial<PowerHistory>[] = [
    { watts: { cpu: [1e308, 1e308, 20] }, machine_w: [1e308] },
    { watts: { cpu: [NaN, -1, 20], gpu: [Infinity, 1, 1] } },
    { watts: { cpu: [1, 2, 3], gpu: [1] }, machine_w: [1, 2, 3, 4, 5] },
    { watts: { cpu: [1, 2, 3] }, step_s: 1e308 },
    { watts: { cpu: [1, 2, 3] }, step_s: 1e-300, end: 1e308 },
    { watts: { cpu: [1] }, bands: [{ execution_count: 1e300, from: 1e308, to: 0 }] },
    { watts: { ['<img src=x>']: [1], constructor: [2] } }
  ];
  for (const changes of hostile) {
    const told = read('FeedSnapshot', snapshot({ history: history(changes) }))?.history;
    const shape = told && shapeOf(told);
    if (shape) {
      expect(Number.isFinite(shape.top) && shape.top > 0).toBe(true);
      for (const area of shape.areas) {
        expect(points(area).flat().every(Number.isFinite)).toBe(true);
      }
      for (const { x } of shape.boundaries) {
        expect(x >= -shape.span && x <= 0).toBe(true);
      }
    }
  }
});
