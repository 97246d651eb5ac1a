import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FootprintModel } from '../src/model';
import { MIME_TYPE, recordsIn } from '../src/recorded';
import { record, session, snapshot, summary } from './samples';

test('nothing is known at first', () => {
  assert.equal(new FootprintModel().view, null);
});

test('the newest snapshot of a life counts, whatever the order of arrival', () => {
  const model = new FootprintModel();
  let changes = 0;
  model.stateChanged.connect(() => changes++);
  model.receive(snapshot({ sequence: 2, metering: 'off' }));
  model.receive(snapshot({ sequence: 1 }));
  model.receive(snapshot({ sequence: 2 }));
  assert.equal(model.view?.metering, 'off');
  assert.equal(changes, 1);
});

test('a new life replaces the old one for good', () => {
  const model = new FootprintModel();
  model.receive(snapshot({ sequence: 90, cells: [summary('old', 1)] }));
  model.receive(snapshot({ boot: 'boot-2', sequence: 1, cells: [summary('new', 1)] }));
  model.receive(snapshot({ sequence: 91 }));
  assert.deepEqual(
    model.view?.cells.map(cell => cell.id),
    ['new']
  );
  assert.equal(model.summary('old'), undefined);
});

test('after a restart the records speak, and no straggler', () => {
  const model = new FootprintModel();
  model.setRecords([record()]);
  model.receive(snapshot());
  assert.equal(model.view?.origin, 'live');
  model.endLife();
  model.receive(snapshot({ sequence: 2 }));
  assert.equal(model.view?.origin, 'recorded');
});

test('another kernel and back again: the life of the first goes on', () => {
  const model = new FootprintModel();
  model.receive(snapshot());
  model.changeKernel();
  assert.equal(model.isLive, false);
  model.receive(snapshot({ boot: 'boot-2' }));
  model.changeKernel();
  model.receive(snapshot({ sequence: 2 }));
  assert.equal(model.view?.origin, 'live');
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
  assert.deepEqual(
    model.view?.cells.map(({ id, status, joules }) => [id, status, joules]),
    [
      ['told', 'ok', 30001],
      [null, 'running', 25000],
      ['left-out', 'ok', 22320],
      ['small', 'ok', 1]
    ]
  );
  assert.deepEqual(
    model.view?.components.map(part => part.name),
    ['gpu', 'ram']
  );
});

test('the recorded total is the largest of each life, added up', () => {
  const model = new FootprintModel();
  model.setRecords([
    record({ id: 'a', session: session(100) }),
    record({ id: 'b', session: session(300) }),
    record({ id: 'c', session: session(200) }),
    record({ id: 'd', boot: 'boot-2', session: session(50) })
  ]);
  assert.equal(model.view?.energy.joules, 350);
  assert.equal(model.view?.measuredShare, 0.5);
  assert.equal(model.view?.cells.length, 4);
});

test('an unknown total makes the sum unknown', () => {
  const model = new FootprintModel();
  model.setRecords([record(), record({ id: 'b', boot: 'boot-2', session: session(null) })]);
  assert.equal(model.view?.energy.joules, null);
});

test('of outputs only readable records count, each id once', () => {
  const bundles = [
    { 'text/plain': 'x' },
    { [MIME_TYPE]: record() },
    { [MIME_TYPE]: record({ label: 'copied' }) },
    { [MIME_TYPE]: 'nonsense' },
    { [MIME_TYPE]: record({ id: 'b' }) }
  ];
  assert.deepEqual(
    recordsIn(bundles).map(({ id }) => id),
    ['a', 'b']
  );
});
