import { inOrder } from './components';
import type { CellBand, PowerHistory } from './protocol';

/** How much time the chart shows, s: a minute until there is more. */
const SPANS = [60, 300];

/** The y axis ends at one of these, times a power of ten: half of each is a round number, too. */
const TOPS = [1, 2, 3, 4, 5, 6, 8, 10];

/** The machine's line is left out where it rises higher above the kernel's areas: it would squash them. */
const HIGHEST = 1.5;

/** What is above it, W, is no power of a machine. */
const ABSURD = 1e9;

/** Lines that stand nearer to each other, as a part of the width, are one. */
const NEAR = 0.02;

/** The width of a character of a label, as a part of the chart's. */
const CHARACTER = 0.026;

/** A curve or an outline; NaN separates its parts. x in s before now (negative), y in W. */
export interface IPath {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}

/** Where a cell began or ended, s before now. */
export interface IBoundary {
  readonly x: number;
  /** "[24]", empty where there is no room or at an end. */
  readonly label: string;
}

/** What the chart draws. */
export interface IPowerShape {
  /** The width, s. */
  readonly span: number;
  /** The height, W. */
  readonly top: number;
  /** Outlines of the components' areas, stacked, the lowest first. */
  readonly areas: readonly (IPath & { readonly component: string })[];
  /** What separates the areas. */
  readonly edges: readonly IPath[];
  /** Null where nothing is known, or where it would squash the areas. */
  readonly machine: IPath | null;
  readonly boundaries: readonly IBoundary[];
  /** The kernel's power in the last step, W. */
  readonly latest: number | null;
  /** The largest, W. */
  readonly most: number | null;
}

/**
 * Turn the power of the last minutes into outlines.
 *
 * Power is the mean of a step, hence the stairs. A step of which not all is known is a gap: the top of the stack reads
 * as the kernel's power, and unknown is not zero.
 *
 * @returns Null where nothing at all is known.
 */
export function shapeOf(history: PowerHistory): IPowerShape | null {
  const { end, step_s: step } = history;
  const stack = inOrder(Object.entries(history.watts), ([name]) => name)
    .reverse()
    .map(([component, watts]) => ({ component, watts: watts.map(plausible) }))
    .filter(({ watts }) => watts.some(value => value !== null));
  const length = Math.max(0, ...stack.map(({ watts }) => watts.length));
  if (length === 0) {
    return null;
  }
  const span = SPANS.find(seconds => length * step <= seconds) ?? SPANS[SPANS.length - 1];
  const count = Math.min(length, Math.ceil(span / step));
  const lefts = Array.from({ length: count }, (_, i) => Math.max(-span, (i - count) * step));
  const rights = [...lefts.slice(1), 0];
  const sums: (number | null)[][] = [new Array<number>(count).fill(0)];
  for (const { watts } of stack) {
    const below = sums[sums.length - 1];
    sums.push(last(watts, count).map((value, i) => add(below[i], value)));
  }
  const totals = sums[stack.length].slice();
  const whole = totals.map(total => total !== null);
  const levels = sums.map(level => level.map((value, i) => (whole[i] ? value : null)));
  const known = totals.filter(total => total !== null);
  const most = known.length > 0 ? Math.max(...known) : null;
  const machine = last(history.machine_w.map(plausible), count);
  const ofMachine = Math.max(0, ...machine.map(value => value ?? 0));
  const isShown = ofMachine > 0 && ofMachine <= HIGHEST * (most ?? 0);
  return {
    span,
    top: topOf(Math.max(most ?? 0, isShown ? ofMachine : 0)),
    areas: stack.map(({ component }, i) => ({
      component,
      ...outline(lefts, rights, levels[i], levels[i + 1])
    })),
    edges: levels.slice(1, -1).map(level => stairs(lefts, rights, level)),
    machine: isShown ? stairs(lefts, rights, machine) : null,
    boundaries: boundariesOf(history.bands, end, span),
    latest: totals[count - 1],
    most
  };
}

function plausible(watts: number | null): number | null {
  return watts !== null && watts <= ABSURD ? watts : null;
}

/** The last items, with unknown ones before them where there are too few. */
function last(values: readonly (number | null)[], count: number): (number | null)[] {
  const missing = Math.max(0, count - values.length);
  return [...new Array<null>(missing).fill(null), ...values.slice(-count)];
}

function add(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function topOf(watts: number): number {
  const most = Math.max(watts, 1e-3);
  const power = 10 ** Math.floor(Math.log10(most));
  return power * (TOPS.find(top => top * power >= most) ?? 10);
}

/** The stretches of steps that are known, as pairs of first and one past the last. */
function* stretches(level: readonly (number | null)[]): Iterable<[number, number]> {
  let first = -1;
  for (let i = 0; i <= level.length; i++) {
    const isKnown = i < level.length && level[i] !== null;
    if (isKnown && first < 0) {
      first = i;
    } else if (!isKnown && first >= 0) {
      yield [first, i];
      first = -1;
    }
  }
}

function stairs(
  lefts: readonly number[],
  rights: readonly number[],
  level: readonly (number | null)[]
): IPath {
  const xs: number[] = [];
  const ys: number[] = [];
  for (const [first, end] of stretches(level)) {
    for (let i = first; i < end; i++) {
      const y = level[i] ?? NaN;
      xs.push(lefts[i], rights[i]);
      ys.push(y, y);
    }
    xs.push(NaN);
    ys.push(NaN);
  }
  return { xs, ys };
}

function outline(
  lefts: readonly number[],
  rights: readonly number[],
  lower: readonly (number | null)[],
  upper: readonly (number | null)[]
): IPath {
  const xs: number[] = [];
  const ys: number[] = [];
  const part = (level: readonly (number | null)[], first: number, end: number) =>
    stairs(lefts.slice(first, end), rights.slice(first, end), level.slice(first, end));
  for (const [first, end] of stretches(upper)) {
    const above = part(upper, first, end);
    const below = part(lower, first, end);
    // There along the upper edge, back along the lower one; each ends with its separator.
    xs.push(...above.xs.slice(0, -1), ...below.xs.slice(0, -1).reverse(), NaN);
    ys.push(...above.ys.slice(0, -1), ...below.ys.slice(0, -1).reverse(), NaN);
  }
  return { xs, ys };
}

/** Beginnings and ends of cells, as many as there is room for; the latest count most. */
function boundariesOf(bands: readonly CellBand[], end: number, span: number): IBoundary[] {
  const boundaries: IBoundary[] = [];
  let line = Infinity;
  let room = Infinity;
  for (const band of [...bands].sort((a, b) => b.from - a.from)) {
    const from = band.from - end;
    const to = band.to === null ? 0 : Math.min(0, band.to - end);
    if (!(to > -span && from < 0)) {
      continue;
    }
    const x = Math.max(-span, from);
    if (to < -NEAR * span && to - x >= NEAR * span && line - to >= NEAR * span) {
      boundaries.push({ x: to, label: '' });
      line = to;
    }
    const label = `[${band.execution_count ?? ' '}]`;
    // At the right edge a label is moved to the left.
    const start = Math.min(x, -label.length * CHARACTER * span);
    const fits = start + label.length * CHARACTER * span <= room;
    if (fits || line - x >= NEAR * span) {
      boundaries.push({ x, label: fits ? label : '' });
      line = x;
      room = fits ? start : room;
    }
  }
  return boundaries.reverse();
}
