import assert from 'node:assert/strict';
import { forceStepText, hangReason, hangRows } from '../../../src/extension/present/hang.js';
import { stopText } from '../../../src/extension/present/stop-report.js';
import type { ExperimentHang } from '../../../src/lab/types.js';
import { english } from './support/language.js';

type Record = ExperimentHang['records'][number];

function record(parts: Partial<Record> = {}): Record {
  return { id: 'web/a/app', phase: 'Injected', error: null, node: 'node-1', daemonReady: true, ...parts };
}

function hang(parts: Partial<ExperimentHang> = {}): ExperimentHang {
  return {
    since: '2026-11-20T20:00:00Z',
    finalizers: ['chaos-mesh/records'],
    records: [record()],
    controllerReady: true,
    steps: ['retry-recovery', 'clean-finalizer', 'remove-finalizers'],
    ...parts,
  };
}

describe('a deletion that hangs', () => {
  it('names the worst that is known: the controller, the daemon, the error, the record, the finalizer', () => {
    const reason = (parts: Partial<ExperimentHang>) => hangReason(hang(parts), english);
    assert.equal(reason({ controllerReady: false }), 'Chaos Mesh’s controller does not run');
    const silent = record({ daemonReady: false, error: 'rpc error' });
    assert.equal(reason({ records: [silent] }), 'chaos-daemon on node-1 does not answer');
    assert.equal(
      reason({ records: [silent, { ...silent, id: 'web/b/app', node: 'node-2' }] }),
      'chaos-daemon does not answer on 2 nodes',
    );
    const deadline = 'rpc error: code = DeadlineExceeded desc = context deadline exceeded';
    assert.equal(
      reason({ records: [record({ error: deadline })] }),
      'chaos-daemon on node-1 does not answer',
    );
    assert.equal(reason({ records: [record({ error: deadline, node: null })] }), deadline);
    assert.equal(reason({ records: [record({ error: 'no such\nprocess' })] }), 'no such process');
    assert.equal(
      reason({ records: [record(), record({ phase: 'Not Injected' })] }),
      '1 of 2 containers not recovered yet',
    );
    assert.equal(reason({ records: [] }), 'held by chaos-mesh/records');
    assert.equal(reason({ records: [], finalizers: [] }), 'the API server has not removed it yet');
  });

  it('a daemon that is silent where nothing is left to recover holds nothing', () => {
    const records = [record({ phase: 'Not Injected', daemonReady: false })];
    assert.equal(hangReason(hang({ records }), english), 'held by chaos-mesh/records');
  });

  it('lists what holds it first', () => {
    const rows = hangRows(
      hang({
        records: [
          record({ phase: 'Not Injected' }),
          record({ id: 'web/b/app', daemonReady: false, error: 'x' }),
          record({ id: 'web/c/app', node: null, daemonReady: null }),
        ],
      }),
      english,
    );
    assert.deepEqual(
      rows.map(({ held, target, state }) => `${held} ${target} ${state}`),
      [
        'true web/b/app Injected · node-1: chaos-daemon is not ready · x',
        'true web/c/app Injected · node not known',
        'false web/a/app Not Injected · node-1: chaos-daemon is ready',
      ],
    );
  });

  it('each step says what it risks', () => {
    assert.equal(forceStepText('retry-recovery', english).harmful, false);
    for (const step of ['clean-finalizer', 'remove-finalizers'] as const) {
      const { harmful, risk } = forceStepText(step, english);
      assert.equal(harmful, true);
      assert.match(risk, /still runs goes on/);
    }
  });
});

describe('what a stop came to', () => {
  it('all clean', () => {
    const { kind, text } = stopText('ns/mem', { clean: ['a/b/c', 'a/b/d'], left: [], unknown: [] }, english);
    assert.equal(kind, 'clean');
    assert.equal(text, 'ns/mem is stopped: no stressor is left in 2 containers');
  });

  it('what nobody could look into is not called clean', () => {
    const { kind, text } = stopText('ns/mem', { clean: ['a/b/c'], left: [], unknown: ['a/x/c'] }, english);
    assert.equal(kind, 'unknown');
    assert.match(text, /could not be looked into in a\/x\/c/);
  });

  it('what is left is named with its processes, and worse than what is not known', () => {
    const left = [{ target: 'a/b/c', pids: [12, 13] }];
    const { kind, text } = stopText('ns/mem', { clean: [], left, unknown: ['a/x/c'] }, english);
    assert.equal(kind, 'left');
    assert.equal(text, 'ns/mem is gone, and stressors of it still run in a/b/c (processes 12, 13).');
  });

  it('many are counted', () => {
    const unknown = ['a/1/c', 'a/2/c', 'a/3/c', 'a/4/c', 'a/5/c'];
    const { text } = stopText('ns/mem', { clean: [], left: [], unknown }, english);
    assert.match(text, /a\/1\/c, a\/2\/c, a\/3\/c, … \(\+2\)/);
  });
});
