import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';

import { HistoryModel, Refusal, type AskHistory } from '../src/history';
import { history } from './samples';

/** 15:04 of some day. */
const NOW = new Date(2026, 10, 23, 15, 4);

let model: HistoryModel;
let ask: jest.Mock<AskHistory>;

function begin(period: 'today' | 'all' = 'today'): void {
  model = new HistoryModel({ ask, period });
}

/** Let time pass, and what waits for it happen. */
async function pass(ms = 100): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
}

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
  ask = jest.fn<AskHistory>(() => Promise.resolve(history()));
});

afterEach(() => {
  model.dispose();
  jest.useRealTimers();
});

test('nobody is asked before somebody looks', async () => {
  begin();
  await pass(120_000);
  expect(ask).not.toHaveBeenCalled();
  expect(model.view).toBeNull();
});

test('while somebody looks the ledger is asked every 30 s, and no more thereafter', async () => {
  begin();
  model.start();
  await pass();
  expect(ask).toHaveBeenCalledTimes(1);
  await pass(31_000);
  expect(ask).toHaveBeenCalledTimes(2);
  model.stop();
  await pass(120_000);
  expect(ask).toHaveBeenCalledTimes(2);
  model.start();
  await pass();
  expect(ask).toHaveBeenCalledTimes(3);
});

test('today begins at midnight where the user is, all time at the beginning', async () => {
  begin('today');
  model.start();
  await pass();
  expect(ask).toHaveBeenLastCalledWith(new Date(2026, 10, 23).getTime() / 1000);
  model.dispose();
  begin('all');
  model.start();
  await pass();
  expect(ask).toHaveBeenLastCalledWith(0);
});

test('the answer is shown as it is', async () => {
  begin();
  model.start();
  await pass();
  expect(model.view).toMatchObject({ atLeast: true, cellCount: 61, kernels: 4 });
  expect(model.view?.components.map(({ name }) => name)).toEqual(['gpu', 'ram']);
  expect(model.view?.emissions).toEqual({ grams: 2.9, low: null, high: null });
  expect(model.view?.cells[0]).toMatchObject({ id: 'h', runs: 3, started: 1.7e9 });
  expect(model.trouble).toBeNull();
});

test('without a server the last figures stay, with their time', async () => {
  begin();
  model.start();
  await pass();
  ask.mockImplementation(() => Promise.reject(new TypeError('fetch failed')));
  await pass(31_000);
  expect(model.trouble?.kind).toBe('offline');
  expect(model.view?.cellCount).toBe(61);
  expect(model.updated?.getMinutes()).toBe(4);
  ask.mockImplementation(() => Promise.resolve(history()));
  await pass(400_000);
  expect(model.trouble).toBeNull();
});

test('a refusal is told in its own words', async () => {
  ask.mockImplementation(() => Promise.reject(new Refusal('the ledger is locked')));
  begin();
  model.start();
  await pass();
  expect(model.trouble).toEqual({ kind: 'refused', reason: 'the ledger is locked' });
  expect(model.view).toBeNull();
});

test.each([null, 'text', {}, { ...history(), schema: 'jupyter-green/history/2' }])(
  'an answer that is none is a refusal: %j',
  async answer => {
    ask.mockImplementation(() => Promise.resolve(answer));
    begin();
    model.start();
    await pass();
    expect(model.trouble?.kind).toBe('refused');
  }
);

test('each answer is announced, also the one that does not come', async () => {
  begin();
  const changed = jest.fn();
  model.stateChanged.connect(changed);
  model.start();
  await pass();
  ask.mockImplementation(() => Promise.reject(new Error()));
  await pass(31_000);
  expect(changed).toHaveBeenCalledTimes(2);
});

test('the work of all runs of a cell comes with its row', async () => {
  const work = { amount: 400, unit: 'step', joules: 800 };
  const [row] = history().rows;
  ask.mockResolvedValue(history({ rows: [{ ...row, work }, { ...row, work: null }, row] }));
  begin('all');
  model.start();
  await pass();
  expect(model.view?.cells.map(cell => cell.work)).toEqual([work, null, null]);
});
