import { nullTranslator } from '@jupyterlab/translation';
import { beforeEach, expect, jest, test } from '@jest/globals';

import { announcement } from '../src/announcement';
import { FootprintModel } from '../src/model';
import { Quantities } from '../src/quantities';
import { Wording } from '../src/wording';
import { snapshot, suggestion, summary } from './samples';

const trans = nullTranslator.load('jupyter_green');
const quantities = new Quantities({ languageCode: 'en', trans });
const speech = { trans, quantities, wording: new Wording({ trans, quantities }) };

const RUNNING = { ...summary('', 5000), execution_count: 24, started: '', label: 'train()' };

let model: FootprintModel;
let sequence = 0;

/** What is said when a snapshot comes. */
function said(changes: Parameters<typeof snapshot>[0]): string {
  const before = model.view;
  model.receive(snapshot({ sequence: ++sequence, ...changes }));
  return announcement(before, model.view, speech).replace(/\u00a0/g, ' ');
}

beforeEach(() => {
  jest.useFakeTimers();
  model = new FootprintModel();
});

test('nothing is said of what was there, nor of what goes on', () => {
  expect(said({ running: [RUNNING] })).toBe('');
  expect(said({ running: [{ ...RUNNING, joules: 6000 }] })).toBe('');
});

test('a cell that was seen running is finished', () => {
  said({ running: [RUNNING] });
  const cells = [{ ...summary('a', 22320), execution_count: 24, label: 'train()' }];
  expect(said({ cells })).toBe('cell 24 finished: 6.2 Wh');
  expect(said({ cells })).toBe('');
});

test('it says how a cell ended', () => {
  said({ running: [RUNNING] });
  const cells = [{ ...summary('a', 22320), execution_count: 24, status: 'error' as const }];
  expect(said({ cells })).toBe('cell 24 finished: 6.2 Wh, stopped by an error');
});

test('of a re-run only the run that ended now is told', () => {
  const old = { ...summary('a', 10000), execution_count: 23, label: 'train()' };
  said({ running: [RUNNING], cells: [old] });
  const cells = [
    old,
    { ...summary('b', 22320), execution_count: 24, label: 'train()', runs: 2, runs_joules: 32320 }
  ];
  expect(said({ cells })).toBe('cell 24 finished: 6.2 Wh');
});

test('metering on and off, and a kernel that is gone', () => {
  said({});
  expect(said({ metering: 'off' })).toBe('metering is off');
  expect(said({})).toBe('metering is on');
  const before = model.view;
  model.endLife();
  expect(announcement(before, model.view, speech)).toMatch(/^The kernel is gone: last seen/);
});

test('the end of a measurement is told with what it showed', () => {
  const trial = { id: 'R02-1', done: 3, of: 24, seconds_left: 40, joules: 90 };
  const verified = {
    ratio: 0.41,
    low: 0.38,
    high: 0.44,
    rounds: 6,
    basis: 'cpu-time',
    payback: null
  } as const;
  expect(said({ trial })).toBe('');
  expect(said({ trial: { ...trial, done: 4 } })).toBe('');
  expect(said({ trial: null, suggestions: [suggestion({ verified })] })).toBe(
    '✓ CPU time, modelled watts: ×0.41 (0.38 – 0.44), 6 paired runs'
  );
  said({ trial: { ...trial, id: null } });
  expect(said({ trial: null })).toBe('the measurement has ended');
});
