import { beforeEach, expect, jest, test } from '@jest/globals';

import { FootprintModel } from '../src/model';
import { MIME_TYPE, recordIn, unique } from '../src/recorded';
import { record, session, snapshot, summary } from './samples';

beforeEach(() => {
  jest.useFakeTimers();
});

test('nothing is known at first', () => {
  expect(new FootprintModel().view).toBe(null);
});

test('the newest snapshot of a life counts, whatever the order of arrival', () => {
  const model = new FootprintModel();
  let changes = 0;
  model.stateChanged.connect(() => changes++);
  model.receive(snapshot({ sequence: 2, metering: 'off' }));
  model.receive(snapshot({ sequence: 1 }));
  model.receive(snapshot({ sequence: 2 }));
  expect(model.view?.metering).toBe('off');
  expect(changes).toBe(1);
});

test('a new life replaces the old one for good', () => {
  const model = new FootprintModel();
  model.receive(snapshot({ sequence: 90, cells: [summary('old', 1)] }));
  model.receive(snapshot({ boot: 'boot-2', sequence: 1, cells: [summary('new', 1)] }));
  model.receive(snapshot({ sequence: 91 }));
  expect(model.view?.cells.map(cell => cell.id)).toEqual(['new']);
  expect(model.summary('old')).toBe(undefined);
});

test('after a restart the last word stands, marked as such, until another life speaks, and no straggler', () => {
  const model = new FootprintModel();
  model.setRecords([record()]);
  model.receive(snapshot());
  expect(model.view?.origin).toBe('live');
  model.endLife();
  model.receive(snapshot({ sequence: 2 }));
  expect(model.isLive).toBe(false);
  expect(model.view?.stale?.why).toBe('ended');
  model.receive(snapshot({ boot: 'boot-2', sequence: 1 }));
  expect(model.isLive).toBe(true);
  expect(model.view?.stale).toBeNull();
});

test('another kernel and back again: the life of the first goes on', () => {
  const model = new FootprintModel();
  model.receive(snapshot());
  model.changeKernel();
  expect(model.isLive).toBe(false);
  model.receive(snapshot({ boot: 'boot-2' }));
  model.changeKernel();
  model.receive(snapshot({ sequence: 2 }));
  expect(model.view?.origin).toBe('live');
});

test('live cells are by energy, with records of this life that the snapshot lacks', () => {
  const model = new FootprintModel();
  model.setRecords([
    record({ id: 'left-out' }),
    record({ id: 'told' }),
    record({ id: 'other-life', boot: 'boot-0' })
  ]);
  model.receive(
    snapshot({
      cells: [summary('told', 30000), summary('small', 1), summary('told', 30001)],
      running: [{ ...summary('', 25000), started: '', label: 'now' }]
    })
  );
  expect(model.view?.cells.map(({ id, status, joules }) => [id, status, joules])).toEqual([
    ['told', 'ok', 30001],
    [null, 'running', 25000],
    ['left-out', 'ok', 22320],
    ['small', 'ok', 1]
  ]);
  expect(model.view?.components.map(part => part.name)).toEqual(['gpu', 'ram']);
});

test('the recorded total is the largest of each life, added up', () => {
  const model = new FootprintModel();
  model.setRecords([
    record({ id: 'a', session: session(100) }),
    record({ id: 'b', session: session(300) }),
    record({ id: 'c', session: session(200) }),
    record({ id: 'd', boot: 'boot-2', session: session(50) })
  ]);
  expect(model.view?.energy.joules).toBe(350);
  expect(model.view?.measuredShare).toBe(0.5);
  expect(model.view?.cells.map(({ id, runs }) => [id, runs])).toEqual([
    ['c', 3],
    ['d', 1]
  ]);
});

test('an unknown total makes the sum unknown', () => {
  const model = new FootprintModel();
  model.setRecords([record(), record({ id: 'b', boot: 'boot-2', session: session(null) })]);
  expect(model.view?.energy.joules).toBe(null);
});

test('of outputs only readable records count, each id once', () => {
  const bundles = [
    { 'text/plain': 'x' },
    { [MIME_TYPE]: record() },
    { [MIME_TYPE]: record({ label: 'copied' }) },
    { [MIME_TYPE]: 'nonsense' },
    { [MIME_TYPE]: record({ id: 'b' }) }
  ];
  expect(unique(bundles.flatMap(bundle => recordIn(bundle) ?? [])).map(({ id }) => id)).toEqual([
    'a',
    'b'
  ]);
});

test('of a silent kernel that was busy the last word stands, with its time', () => {
  const model = new FootprintModel();
  const running = [{ ...summary('', 1), started: '' }];
  model.receive(snapshot({ running, power: { kernel_w: 9, machine_w: null } }));
  jest.advanceTimersByTime(29_000);
  model.receive(snapshot({ sequence: 2, running, power: { kernel_w: 9, machine_w: null } }));
  jest.advanceTimersByTime(31_000);
  expect(model.view?.stale).toBeNull();
  jest.advanceTimersByTime(120_000);
  expect(model.view?.stale?.why).toBe('silent');
  expect(model.view?.power).toBeNull();
  expect(model.isLive).toBe(true);
  model.receive(snapshot({ sequence: 3, running }));
  expect(model.view?.stale).toBeNull();
});

test('an idle kernel may be silent as long as it likes, and nothing ticks', () => {
  const model = new FootprintModel();
  model.receive(snapshot());
  expect(jest.getTimerCount()).toBe(0);
  jest.advanceTimersByTime(3_600_000);
  expect(model.view?.stale).toBeNull();
});

test('what ran when the kernel ended was interrupted', () => {
  const model = new FootprintModel();
  model.receive(snapshot({ running: [{ ...summary('', 1), started: '' }] }));
  model.endLife();
  expect(model.view?.cells[0].status).toBe('interrupted');
  expect(jest.getTimerCount()).toBe(0);
});

test('a published record that the document lacks is lost, once the document has been read again', () => {
  const model = new FootprintModel();
  const seek = jest.fn(() => model.setRecords([record({ id: 'there' })]));
  model.recordMissing.connect(seek);
  const cells = [
    { ...summary('there', 2), recorded: true },
    { ...summary('gone', 1), recorded: true },
    { ...summary('small', 0), recorded: false }
  ];
  model.receive(snapshot({ cells }));
  expect(model.view?.cells.map(({ lost }) => lost)).toEqual([false, false, false]);
  model.setRecords([]);
  model.receive(snapshot({ sequence: 2, cells }));
  model.receive(snapshot({ sequence: 3, cells }));
  expect(seek).toHaveBeenCalledTimes(1);
  expect(model.view?.cells.map(({ id, lost }) => [id, lost])).toEqual([
    ['there', false],
    ['gone', true],
    ['small', false]
  ]);
});

test('the range of recorded emissions is that of the session, where one factor reckons both', () => {
  const model = new FootprintModel();
  const grams = (joules: number) => (0.365 * joules) / 22320;
  const closing = { ...session(44640), low: 40000, high: 50000, grams: grams(44640) };
  model.setRecords([record({ session: closing })]);
  expect(model.view?.emissions.low).toBeCloseTo((0.28 * 40000) / 19800);
  expect(model.view?.emissions.high).toBeCloseTo((0.47 * 50000) / 25200);
  model.setRecords([record({ session: { ...closing, grams: 2 * grams(44640) } })]);
  expect(model.view?.emissions).toMatchObject({ low: null, high: null });
});

test('a recorded total is a lower bound where something is known to be missing', () => {
  const model = new FootprintModel();
  const all = { execution_count: 23 };
  model.setRecords([record(all)]);
  expect(model.view?.atLeast).toBe(false);
  model.setRecords([record(all)], false);
  expect(model.view?.atLeast).toBe(true);
  model.setRecords([record({ execution_count: 40 })]);
  expect(model.view?.atLeast).toBe(true);
  model.setRecords([record(all), record({ ...all, id: 'b', boot: 'boot-2' })]);
  expect(model.view?.atLeast).toBe(true);
});

test('two thousand records and hostile figures', () => {
  const model = new FootprintModel();
  model.setRecords(
    Array.from({ length: 2000 }, (_, index) =>
      record({
        id: `r${index}`,
        label: `step ${index}`,
        energy: { joules: index % 2 ? 1e308 : null, low: 0, high: 1e308, measured_share: null }
      })
    )
  );
  expect(model.view?.cells).toHaveLength(2000);
  model.receive(snapshot());
  expect(model.view?.cells).toHaveLength(2000);
  expect(model.view?.cells[1999].joules).toBeNull();
});

test('without a server the last figures stay, with the time, but nothing counts as running now', () => {
  const model = new FootprintModel();
  model.receive(snapshot());
  const { energy } = model.view ?? {};
  model.setKernel({ isConnected: false });
  expect(model.view?.stale?.why).toBe('offline');
  expect(model.view?.power).toBeNull();
  expect(model.view?.energy).toEqual(energy);
  model.setKernel({ isConnected: true });
  expect(model.view?.stale).toBeNull();
  model.dispose();
});

test('a measurement is shown as long as its kernel lives', () => {
  const model = new FootprintModel();
  const trial = { id: 'R02-1', done: 3, of: 24, seconds_left: 40, joules: 90 };
  model.receive(snapshot({ trial }));
  expect(model.view?.trial).toEqual(trial);
  model.endLife();
  expect(model.view?.trial).toBeNull();
});
