import assert from 'node:assert/strict';
import type {
  StressChaos,
  StressChaosRecord,
  StressChaosStatus,
} from '../../../src/core/kubernetes/objects.js';
import { experimentView, stressedPods } from '../../../src/lab/experiments.js';
import type { ExperimentPhase } from '../../../src/lab/types.js';

const CREATED = Date.parse('2026-11-20T12:00:00Z');
const DURING = CREATED + 60_000;
const AFTER = CREATED + 3_600_001;

function record(
  id: string,
  phase: string,
  last?: readonly ['Succeeded' | 'Failed', 'Apply' | 'Recover', string],
) {
  const events =
    last === undefined ? [] : [{ type: last[0], operation: last[1], message: last[2], timestamp: '' }];
  return {
    id,
    selectorKey: '.',
    phase,
    injectedCount: 0,
    recoveredCount: 0,
    events,
  } satisfies StressChaosRecord;
}

function conditions(...holding: string[]): NonNullable<StressChaosStatus['conditions']> {
  return ['Selected', 'AllInjected', 'AllRecovered', 'Paused'].map((type) => ({
    type,
    status: holding.includes(type) ? 'True' : 'False',
  }));
}

function chaos(
  status: StressChaosStatus,
  over: { deleted?: boolean; duration?: string | null } = {},
): StressChaos {
  const duration = over.duration === undefined ? '1h' : over.duration;
  return {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'StressChaos',
    metadata: {
      name: 'mem',
      namespace: 'app',
      creationTimestamp: '2026-11-20T12:00:00Z',
      ...(over.deleted === true && { deletionTimestamp: '2026-11-20T12:00:30Z' }),
    },
    spec: { mode: 'all', selector: {}, ...(duration !== null && { duration }) },
    status,
  };
}

describe('lab experiment phases', () => {
  const ok = ['Succeeded', 'Apply', ''] as const;
  const refused = ['Failed', 'Apply', 'cannot find daemonIP on node n1'] as const;
  const stuck = ['Failed', 'Recover', 'process is gone'] as const;
  const rows: readonly [string, StressChaos, number, string | null, ExperimentPhase, string | null][] = [
    ['nothing known yet', chaos({}), DURING, null, 'injecting', null],
    [
      'selected, none injected',
      chaos({
        conditions: conditions('Selected'),
        experiment: { containerRecords: [record('app/a/m', 'Not Injected')] },
      }),
      DURING,
      null,
      'injecting',
      null,
    ],
    [
      'all injected',
      chaos({
        conditions: conditions('Selected', 'AllInjected'),
        experiment: { containerRecords: [record('app/a/m', 'Injected', ok)] },
      }),
      DURING,
      null,
      'running',
      null,
    ],
    [
      'no records, yet both conditions true (old versions)',
      chaos({ conditions: conditions('Selected', 'AllInjected'), experiment: { containerRecords: [] } }),
      DURING,
      null,
      'injecting',
      null,
    ],
    [
      'paused',
      chaos({
        conditions: conditions('Selected', 'Paused'),
        experiment: { desiredPhase: 'Stop', containerRecords: [record('app/a/m', 'Not Injected')] },
      }),
      DURING,
      null,
      'paused',
      null,
    ],
    [
      'being deleted',
      chaos(
        {
          conditions: conditions('Selected', 'AllInjected'),
          experiment: { containerRecords: [record('app/a/m', 'Injected', ok)] },
        },
        { deleted: true },
      ),
      DURING,
      null,
      'stopping',
      null,
    ],
    [
      'being deleted, recovery fails',
      chaos({ experiment: { containerRecords: [record('app/a/m', 'Injected', stuck)] } }, { deleted: true }),
      DURING,
      null,
      'stopping',
      'process is gone',
    ],
    [
      'a failed record',
      chaos({
        conditions: conditions('Selected'),
        experiment: { containerRecords: [record('app/a/m', 'Not Injected', refused)] },
      }),
      DURING,
      null,
      'failed',
      'cannot find daemonIP on node n1',
    ],
    [
      'no target, as an event tells',
      chaos({ conditions: conditions() }),
      DURING,
      'no pod is selected',
      'failed',
      'no pod is selected',
    ],
    [
      'an event of before, though records are there',
      chaos({
        conditions: conditions('Selected'),
        experiment: { containerRecords: [record('app/a/m', 'Not Injected')] },
      }),
      DURING,
      'no pod is selected',
      'injecting',
      null,
    ],
    [
      'over and recovered',
      chaos({
        conditions: conditions('Selected', 'AllRecovered'),
        experiment: { desiredPhase: 'Stop', containerRecords: [record('app/a/m', 'Not Injected')] },
      }),
      AFTER,
      null,
      'finished',
      null,
    ],
    [
      'over, still injected',
      chaos({
        conditions: conditions('Selected', 'AllInjected'),
        experiment: { desiredPhase: 'Stop', containerRecords: [record('app/a/m', 'Injected', ok)] },
      }),
      AFTER,
      null,
      'stopping',
      null,
    ],
    [
      'over by the clock, not yet told to stop',
      chaos({
        conditions: conditions('Selected', 'AllInjected'),
        experiment: { desiredPhase: 'Run', containerRecords: [record('app/a/m', 'Injected', ok)] },
      }),
      AFTER,
      null,
      'running',
      null,
    ],
    [
      'without a duration it is never over',
      chaos(
        {
          conditions: conditions('Selected', 'AllInjected'),
          experiment: { containerRecords: [record('app/a/m', 'Injected', ok)] },
        },
        { duration: null },
      ),
      AFTER * 2,
      null,
      'running',
      null,
    ],
  ];
  for (const [what, object, now, event, phase, detail] of rows) {
    it(`${what}: ${phase}`, () => {
      const view = experimentView(object, now, event);
      assert.deepEqual([view.phase, view.detail], [phase, detail]);
    });
  }

  it('has no end where its creation is no time, or the end in no calendar', () => {
    for (const creationTimestamp of ['soon', '+275760-09-12T23:59:59Z']) {
      const object = chaos({});
      const odd = { ...object, metadata: { ...object.metadata, creationTimestamp } };
      assert.equal(
        experimentView({ ...odd, spec: { ...odd.spec, duration: '2000000h' } }, DURING, null).endsAt,
        null,
      );
    }
  });

  it('counts records, tells the end and the Pods that it acts on', () => {
    const object = chaos({
      experiment: {
        containerRecords: [
          record('app/a/m', 'Injected'),
          record('app/a/n', 'Injected/Something'),
          record('app/b/m', 'Not Injected'),
        ],
      },
    });
    const view = experimentView(object, DURING, null);
    assert.deepEqual([view.key, view.injected, view.targets], ['app/mem', 2, 3]);
    assert.equal(view.endsAt, '2026-11-20T13:00:00.000Z');
    assert.deepEqual(stressedPods(object), ['app/a']);
    assert.equal(experimentView(chaos({}, { duration: 'nonsense' }), DURING, null).endsAt, null);
  });
});
