import assert from 'node:assert/strict';
import { parseExpectations } from '../../../../src/core/experiment/expectations.js';
import { RunRecorder } from '../../../../src/lab/runs/recorder.js';
import type { AgentView, ExperimentView, PodView } from '../../../../src/lab/types.js';
import { FakeLab } from '../../extension/support/fake-lab.js';
import { experimentView, MIB, namedKill, type PodParts, podView } from '../../extension/support/views.js';

const START = Date.parse('2026-11-21T15:00:00Z');
const A = 'hello-kubernetes/hello-a/hello-kubernetes';
const B = 'hello-kubernetes/hello-b/hello-kubernetes';

/** A lab whose clock a test moves, and a recorder in it. */
class World {
  readonly lab = new FakeLab();
  now = START;
  readonly recorder: RunRecorder;
  #parts: PodParts[] = [{ name: 'hello-a' }, { name: 'hello-b' }];

  constructor(expect = 'noKills', prepare: (world: World) => void = () => {}) {
    this.lab.agents.set([agent('live')]);
    this.lab.history.tellsProbes = true;
    this.publish();
    prepare(this);
    this.recorder = new RunRecorder(
      this.lab,
      {
        object: experimentView().object,
        namespace: 'chaos-mesh',
        manifestText: 'kind: StressChaos\n',
        file: 'a.yaml',
        expectations: parseExpectations(expect),
        podstressVersion: '0.1.0',
      },
      () => this.now,
    );
  }

  /** A second goes by, and the Pods are so. */
  tick(change: (parts: PodParts[]) => PodParts[] = (parts) => parts): void {
    this.now += 1000;
    this.#parts = change(this.#parts);
    this.publish();
  }

  publish(): void {
    this.lab.pods.set(this.#parts.map((parts) => measuredAt(podView(parts), this.now)));
  }

  experiment(parts: Partial<ExperimentView> = {}): void {
    this.lab.experiments.set([withRecords(experimentView({ endsAt: null, ...parts }), [A, B])]);
  }

  each(parts: Partial<PodParts>): void {
    this.tick((all) => all.map((one) => ({ ...one, ...parts })));
  }

  first(parts: Partial<PodParts>): void {
    this.tick(([one, ...rest]) => (one === undefined ? [] : [{ ...one, ...parts }, ...rest]));
  }
}

function measuredAt(pod: PodView, at: number): PodView {
  return {
    ...pod,
    containers: pod.containers.map((one) => ({
      ...one,
      memory: one.memory === null ? null : { ...one.memory, measuredAt: at },
    })),
  };
}

function agent(state: AgentView['state']): AgentView {
  const capabilities = { kernelLog: true, killCounters: true, stress: true, negativeOomScoreAdj: true };
  const node = {
    agentVersion: '0.1.0',
    kernelRelease: '6.8',
    cgroupVersion: 1,
    memoryTotalBytes: 8 * 2 ** 30,
    capabilities,
  };
  return {
    nodeName: 'sandbox',
    podName: 'agent',
    state,
    detail: null,
    node: node as unknown as AgentView['node'],
  };
}

function withRecords(view: ExperimentView, ids: readonly string[]): ExperimentView {
  const containerRecords = ids.map((id) => ({
    id,
    selectorKey: '.',
    phase: 'Injected',
    injectedCount: 1,
    recoveredCount: 0,
  }));
  return {
    ...view,
    object: { ...view.object, status: { experiment: { desiredPhase: 'Run', containerRecords } } },
  };
}

const ARRIVED = {
  target: A,
  state: 'arrived',
  reason: null,
  expectedBytes: 50 * MIB,
  arrivedBytes: 49 * MIB,
  stressorKills: 0,
  reinjection: null,
} as const;

describe('recorder of a run', () => {
  it('tells the whole of a quiet run', async () => {
    const world = new World('noKills,noRestarts,maxWorkingSet=100MiB,ready,noProbeFailures');
    world.tick();
    world.experiment({ injected: 2, targets: 2, arrivals: [ARRIVED, { ...ARRIVED, target: B }] });
    world.each({ used: 88 * MIB, experiments: ['chaos-mesh/mem-stress'] });
    world.tick();
    world.each({ used: 39 * MIB, experiments: [] });
    world.lab.experiments.set([]);
    assert.equal(await world.recorder.ended, 'stopped');
    const record = world.recorder.finish('stopped', null, { clean: [A, B], left: [], unknown: [] });
    assert.equal(record.verdict?.outcome, 'met');
    assert.equal(record.key, 'chaos-mesh/mem-stress');
    assert.equal(record.injectedAfter, 1000);
    assert.equal(record.duration, 4000);
    assert.deepEqual(record.gaps, []);
    assert.deepEqual(record.left, { clean: [A, B], left: [], unknown: [] });
    assert.deepEqual(record.manifest.text, 'kind: StressChaos\n');
    assert.deepEqual(Object.keys(record.manifest.object), ['apiVersion', 'kind', 'metadata', 'spec']);
    const [first] = record.targets;
    assert.deepEqual(
      record.targets.map(({ target }) => target),
      [A, B],
    );
    assert.deepEqual(first?.forecast, {
      workingSetBytes: 38 * MIB,
      stressBytes: 50 * MIB,
      afterBytes: 88 * MIB,
      outcome: 'fits',
    });
    assert.deepEqual(first?.peak, { bytes: 88 * MIB, time: 2000 });
    assert.deepEqual(first?.series.times, [0, 1000, 2000, 3000, 4000]);
    assert.deepEqual(
      first?.series.workingSetBytes.map((bytes) => (bytes ?? 0) / MIB),
      [38, 38, 88, 88, 39],
    );
    assert.deepEqual(
      first?.marks.map(({ kind, time }) => [kind, time]),
      [
        ['inject', 2000],
        ['stop', 4000],
      ],
    );
    assert.deepEqual(first?.arrival, {
      state: 'arrived',
      expectedBytes: 50 * MIB,
      arrivedBytes: 49 * MIB,
      arrivedAt: 1000,
      stressorKills: 0,
    });
    assert.match(record.id, /^20261121-150000-mem-stress-[0-9a-f]{4}$/);
  });

  it('counts kills by the counter and keeps what the kernel told of them', () => {
    const world = new World('noKills', ({ lab }) =>
      lab.kills.set({ kills: [{ ...namedKill({ seq: 1 }), order: 7 }], gaps: [], dropped: 0 }),
    );
    world.experiment();
    world.first({ kills: 3 });
    const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();
    const kills = [
      { ...namedKill({ seq: 1 }), order: 7 },
      { ...namedKill({ seq: 2, time: at(1) }), order: 8 },
      // A clock that is ahead: not before it was heard of.
      { ...namedKill({ seq: 3, time: at(3600) }), order: 9 },
      // Told late, of before the run.
      { ...namedKill({ seq: 4, time: at(-60) }), order: 10 },
      { ...namedKill({ seq: 5, time: at(1), podName: 'elsewhere' }), order: 11 },
    ];
    world.lab.kills.set({ kills, gaps: [], dropped: 0 });
    const record = world.recorder.finish('duration', null, null);
    assert.equal(record.targets[0]?.kills, 3);
    assert.equal(record.targets[1]?.kills, 0);
    assert.deepEqual(
      record.kills.map(({ time, target }) => [time, target]),
      [
        [1000, A],
        [1000, A],
      ],
    );
    assert.equal(record.verdict?.outcome, 'not-met');
    assert.equal(record.kills[0]?.victim, 'stress-ng-vm');
  });

  it('names restarts with their reason, and follows a Pod that another one replaces', () => {
    const world = new World('noRestarts');
    world.experiment();
    world.first({ restarts: 1 });
    world.tick((parts) => parts.slice(1));
    const record = world.recorder.finish('duration', null, null);
    assert.deepEqual(record.targets[0]?.restarts, { before: 0, after: 1 });
    assert.equal(record.targets[0]?.ready, null);
    assert.deepEqual(
      record.targets[0]?.marks.map(({ detail }) => detail),
      ['Running', 'Pod deleted'],
    );
    assert.equal(record.verdict?.outcome, 'not-met');
  });

  it('says when there was no connection, and holds nothing for gone meanwhile', async () => {
    const world = new World('maxWorkingSet=400MiB');
    world.experiment();
    world.tick();
    world.lab.connection.set({
      phase: 'stale',
      context: 'sandbox',
      server: 'https://127.0.0.1:6443',
      since: new Date(world.now).toISOString(),
      detail: 'refused',
    });
    world.lab.experiments.set([]);
    world.now += 59_000;
    world.lab.connection.set({ phase: 'live', context: 'sandbox', server: 'https://127.0.0.1:6443' });
    world.experiment();
    world.tick();
    const record = world.recorder.finish('duration', null, null);
    assert.deepEqual(record.gaps, [
      { kind: 'connection', from: 1000, to: 60_000, where: null },
      { kind: 'measurement', from: 1000, to: 61_000, where: A },
      { kind: 'measurement', from: 1000, to: 61_000, where: B },
    ]);
    assert.equal(record.verdict?.outcome, 'unknown');
    assert.equal(await Promise.race([world.recorder.ended, Promise.resolve('open')]), 'open');
  });

  it('cannot tell kills while no agent counts them', () => {
    const without = new World('noKills', ({ lab }) => lab.agents.set([]));
    without.experiment();
    without.tick();
    const record = without.recorder.finish('duration', null, null);
    assert.equal(record.verdict?.outcome, 'unknown');
    assert.deepEqual(record.gaps, [{ kind: 'agent', from: 0, to: 1000, where: 'sandbox' }]);

    const late = new World('noKills', ({ lab }) => lab.agents.set([agent('connecting')]));
    late.experiment();
    late.tick();
    late.lab.agents.set([agent('live')]);
    assert.equal(late.recorder.finish('duration', null, null).verdict?.outcome, 'unknown');

    const away = new World('noKills');
    away.experiment();
    away.tick();
    away.lab.agents.set([agent('lost')]);
    away.tick();
    away.lab.agents.set([agent('live')]);
    const back = away.recorder.finish('duration', null, null);
    assert.deepEqual(back.gaps, [{ kind: 'agent', from: 1000, to: 2000, where: 'sandbox' }]);
    assert.equal(back.verdict?.outcome, 'met', 'the counter of the cgroup went on');
  });

  it('takes an agent that streamed from the first moment for one, however the clock goes on', () => {
    const { lab } = new World();
    let now = START;
    const plan = {
      object: experimentView().object,
      namespace: 'chaos-mesh',
      manifestText: null,
      file: null,
      expectations: parseExpectations('maxWorkingSet=400MiB'),
      podstressVersion: '0.1.0',
    };
    const recorder = new RunRecorder(lab, plan, () => now++);
    lab.experiments.set([withRecords(experimentView({ endsAt: null }), [A])]);
    const record = recorder.finish('duration', null, null);
    assert.deepEqual(record.gaps, []);
    assert.equal(record.verdict?.outcome, 'met');
  });

  it('takes failing probes of its own time only', () => {
    const world = new World('noProbeFailures', ({ lab, now }) =>
      lab.history.mark(A, { time: now - 5000, kind: 'probe', detail: 'before', count: 1 }),
    );
    world.experiment();
    world.now += 2000;
    world.lab.history.mark(A, { time: world.now, kind: 'probe', detail: 'Liveness probe failed', count: 2 });
    const record = world.recorder.finish('duration', null, null);
    const [mark] = record.targets[0]?.marks ?? [];
    assert.deepEqual(mark, { time: 2000, kind: 'probe', detail: 'Liveness probe failed', count: 2 });
    assert.equal(record.verdict?.outcome, 'not-met');
  });

  it('begins its curves with what was measured before', () => {
    const world = new World('noKills', ({ lab, now }) => {
      for (const ago of [60_000, 20_000, 10_000]) {
        lab.history.takePods([measuredAt(podView({ name: 'hello-a' }), now - ago)]);
      }
    });
    world.experiment();
    assert.deepEqual(
      world.recorder.finish('duration', null, null).targets[0]?.series.times,
      [-20_000, -10_000, 0],
    );
  });

  it('does not take the experiment of the same name that it replaces for its own', async () => {
    const old = withRecords(experimentView(), [A]);
    const before = { ...old, object: { ...old.object, metadata: { ...old.object.metadata, uid: 'old' } } };
    const world = new World('noKills', ({ lab }) => lab.experiments.set([before]));
    world.lab.experiments.set([before]);
    world.lab.experiments.set([]);
    assert.equal(await Promise.race([world.recorder.ended, Promise.resolve('open')]), 'open');
    const own = withRecords(experimentView(), [B]);
    world.lab.experiments.set([
      { ...own, object: { ...own.object, metadata: { ...own.object.metadata, uid: 'new' } } },
    ]);
    const record = world.recorder.finish('duration', null, null);
    assert.deepEqual(
      record.targets.map(({ target }) => target),
      [B],
    );
  });

  it('ends with the experiment’s own end', async () => {
    const world = new World();
    world.experiment();
    world.experiment({ phase: 'finished', injected: 0 });
    assert.equal(await world.recorder.ended, 'duration');
  });

  it('of an experiment that was never injected has no target, and cannot tell', async () => {
    const world = new World();
    world.lab.experiments.set([
      experimentView({
        phase: 'failed',
        endsAt: null,
        detail: 'no pod is selected',
        injected: 0,
        targets: 0,
      }),
    ]);
    world.lab.experiments.set([]);
    const end = await world.recorder.ended;
    const record = world.recorder.finish(end, null, null);
    assert.equal(record.end, 'failed');
    assert.equal(record.endDetail, 'no pod is selected');
    assert.deepEqual(record.targets, []);
    assert.equal(record.verdict?.outcome, 'unknown');
  });

  it('looks at its Pods while it goes on, and leaves nothing behind', () => {
    const world = new World();
    assert.deepEqual(
      [...world.lab.looked].flatMap(({ pods }) => pods),
      ['hello-kubernetes/hello-a', 'hello-kubernetes/hello-b'],
    );
    world.experiment();
    world.recorder.finish('stopped', null, null);
    assert.equal(world.lab.looked.size, 0);
    const { pods, kills, experiments, agents, connection } = world.lab;
    assert.deepEqual(
      [pods, kills, experiments, agents, connection].map(({ listeners }) => listeners),
      [0, 0, 0, 0, 0],
    );
  });
});
