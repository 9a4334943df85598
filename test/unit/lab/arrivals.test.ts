import assert from 'node:assert/strict';
import type { StressChaosRecord } from '../../../src/core/kubernetes/objects.js';
import { ArrivalBook } from '../../../src/lab/arrivals.js';
import type { Arrival, ExperimentView, NamedKill, PodView, ProcessList } from '../../../src/lab/types.js';
import type { ProcessInfo } from '../../../src/protocol/agent/types.js';
import { FakeLab } from '../extension/support/fake-lab.js';
import { experimentView, MIB, namedKill, podView } from '../extension/support/views.js';

const TARGET = 'hello-kubernetes/hello-a/hello-kubernetes';
const APPLIED = '2026-11-20T20:00:00Z';

function record(parts: Partial<StressChaosRecord> = {}): StressChaosRecord {
  return {
    id: TARGET,
    selectorKey: '.',
    phase: 'Injected',
    injectedCount: 1,
    recoveredCount: 0,
    events: [{ type: 'Succeeded', operation: 'Apply', timestamp: APPLIED }],
    ...parts,
  };
}

function experiment(
  records: readonly StressChaosRecord[] = [record()],
  parts: { readonly name?: string; readonly size?: string; readonly options?: readonly string[] } = {},
): ExperimentView {
  const { name = 'mem', size = '50MiB', options = [] } = parts;
  const view = experimentView({ key: `chaos-mesh/${name}` });
  const { object } = view;
  return {
    ...view,
    object: {
      ...object,
      metadata: { ...object.metadata, uid: `uid-${name}` },
      spec: { ...object.spec, stressors: { memory: { workers: 2, size, options } } },
      status: { experiment: { desiredPhase: 'Run', containerRecords: records } },
    },
  };
}

/** Its container as the runtime has it. */
function pod(
  parts: {
    readonly id?: string;
    readonly restarts?: number;
    readonly startedAt?: string;
    readonly uid?: string;
  } = {},
): PodView {
  const view = podView({ name: 'hello-a', restarts: parts.restarts ?? 0 });
  const { startedAt = '2026-11-20T19:00:00Z', id = 'id-hello-a', uid = 'uid-hello-a' } = parts;
  const status = {
    name: 'hello-kubernetes',
    image: '',
    imageID: '',
    ready: true,
    restartCount: parts.restarts ?? 0,
    state: { running: { startedAt } },
    lastState: {},
  };
  return {
    ...view,
    pod: {
      ...view.pod,
      metadata: { ...view.pod.metadata, uid },
      status: { containerStatuses: [status] },
    },
    containers: view.containers.map((one) => ({ ...one, containerId: id, sampledAt: null })),
  };
}

function process(pid: number, comm: string, mib: number, stressRun: string | null = null): ProcessInfo {
  return {
    pid,
    containerPid: pid,
    comm,
    commandLine: [comm],
    uid: 0,
    rssBytes: (mib + 4) * MIB,
    swapBytes: 0,
    pageTableBytes: 0,
    anonBytes: (mib + 2) * MIB,
    oomScoreAdj: 0,
    stressRun,
  };
}

const NODE = process(1, 'node', 30);
const SERVER = process(10, 'memStress', 0);

describe('the book of arrivals', () => {
  let lab: FakeLab;
  let book: ArrivalBook;
  let now: number;
  let changes: number;

  beforeEach(() => {
    lab = new FakeLab();
    now = Date.parse('2026-11-20T20:10:00Z');
    changes = 0;
    book = new ArrivalBook({
      sources: lab,
      interest: lab.interest(),
      onChange: () => {
        changes += 1;
      },
      reinjectionOf: () => null,
      now: () => now,
    });
    lab.pods.set([pod()]);
  });
  afterEach(() => book.dispose());

  const of = (view: ExperimentView): readonly Arrival[] => book.take([view]).get(view.key) ?? [];
  const state = (view: ExperimentView): string =>
    of(view)
      .map((one) => `${one.state} ${one.reason ?? ''}`.trim())
      .join();
  const reads = (processes: readonly ProcessInfo[], id = 'id-hello-a'): void => {
    const list: ProcessList = { processes, readAt: now, detail: null };
    lab.processes.set(new Map([[id, list]]));
  };
  const pass = (ms: number): void => {
    now += ms;
  };
  const kills = (...all: readonly NamedKill[]): void => lab.kills.set({ kills: all, gaps: [], dropped: 0 });
  const killIn = (order: number, comm: string | null, id = 'id-hello-a'): NamedKill => {
    const named = namedKill({ seq: order, comm: comm ?? '', evidence: comm === null ? 'counted' : 'bare' });
    const identity = { uid: 'uid-hello-a', qos: 'Burstable', containerId: id, runtime: null } as const;
    return { ...named, kill: { ...named.kill, time: new Date(now).toISOString(), pod: identity } };
  };

  it('has nothing to say of what is not injected, and looks at nothing', () => {
    assert.deepEqual(of(experiment([record({ phase: 'Not Injected' })])), []);
    assert.deepEqual(of({ ...experiment(), phase: 'paused' }), []);
    assert.deepEqual([...lab.looked], [{ pods: [], containers: [] }]);
  });

  it('looks at the containers of what is injected, until it is not or the book is closed', () => {
    of(experiment());
    assert.deepEqual([...lab.looked], [{ pods: ['hello-kubernetes/hello-a'], containers: ['id-hello-a'] }]);
    book.take([]);
    assert.deepEqual([...lab.looked], [{ pods: [], containers: [] }]);
    book.dispose();
    assert.equal(lab.looked.size, 0);
    assert.equal(lab.pods.listeners + lab.processes.listeners + lab.kills.listeners, 0);
  });

  it('tells what its stressors hold, and of a change once', () => {
    of(experiment());
    pass(2000);
    reads([NODE, SERVER, process(11, 'memStress', 25)]);
    assert.equal(changes, 1);
    pass(2000);
    reads([NODE, SERVER, process(11, 'memStress', 25), process(12, 'memStress', 25)]);
    assert.equal(changes, 2);
    assert.deepEqual(of(experiment()), [
      {
        target: TARGET,
        state: 'arrived',
        reason: null,
        expectedBytes: 50 * MIB,
        arrivedBytes: 50 * MIB,
        stressorKills: 0,
        reinjection: null,
      },
    ]);
    pass(2000);
    reads([NODE, SERVER, process(11, 'memStress', 25), process(12, 'memStress', 25.01)]);
    book.tick();
    assert.equal(changes, 2);
  });

  it('names a container that was restarted', () => {
    of(experiment());
    lab.pods.set([pod({ id: 'id-two', restarts: 1 })]);
    assert.equal(changes, 1);
    assert.equal(state(experiment()), 'restarted');
    assert.deepEqual([...lab.looked][0]?.containers, ['id-two']);
  });

  it('begins anew with the next injection', () => {
    of(experiment());
    lab.pods.set([pod({ id: 'id-two', restarts: 1 })]);
    const again = experiment([record({ injectedCount: 2 })]);
    assert.equal(state(again), 'arriving');
    pass(2000);
    reads([NODE, SERVER, process(11, 'memStress', 50)], 'id-two');
    assert.equal(state(again), 'arrived');
  });

  it('goes by the clocks of the cluster where it came too late to see the injection', () => {
    lab.pods.set([pod({ startedAt: '2026-11-20T20:30:00Z' })]);
    assert.equal(state(experiment()), 'restarted');
  });

  it('trusts those clocks not where it has seen the injection', () => {
    book.take([]);
    lab.pods.set([pod({ startedAt: '2026-11-20T20:30:00Z' })]);
    assert.equal(state(experiment()), 'arriving');
  });

  it('tells a Pod that is gone from one that was replaced, and from one that may not be read', () => {
    of(experiment());
    lab.pods.set([]);
    assert.equal(state(experiment()), 'gone');
    lab.pods.set([pod({ uid: 'another' })]);
    assert.equal(state(experiment()), 'gone replaced');
    const foreign = experiment([record({ id: 'elsewhere/a/web' })], { name: 'other' });
    lab.connection.set({
      phase: 'live',
      context: 'c',
      server: 's',
      scope: { namespaces: ['hello-kubernetes'], refused: [] },
    });
    assert.equal(state(foreign), 'arriving');
    pass(10_000);
    assert.equal(state(foreign), 'unknown');
    lab.connection.set({ phase: 'live', context: 'c', server: 's' });
    assert.equal(state(foreign), 'gone');
  });

  it('names a loop by the kills of its stressors, and by no others', () => {
    of(experiment());
    kills(killIn(1, 'node'), killIn(2, 'memStress', 'id-else'), killIn(3, null));
    assert.equal(changes, 0);
    assert.equal(of(experiment())[0]?.stressorKills, 0);
    kills(killIn(3, null), killIn(4, 'memStress'), killIn(5, 'stress-ng-vm'));
    assert.equal(state(experiment()), 'respawning killed');
    assert.equal(of(experiment())[0]?.stressorKills, 3);
  });

  it('does not count kills from before the injection', () => {
    kills(killIn(1, 'memStress'), killIn(2, 'memStress'));
    book.take([]);
    pass(5000);
    const sampledAt = new Date(now).toISOString();
    lab.pods.set([{ ...pod(), containers: pod().containers.map((one) => ({ ...one, sampledAt })) }]);
    assert.equal(of(experiment())[0]?.stressorKills, 0);
    kills(killIn(1, 'memStress'), killIn(2, 'memStress'), killIn(3, 'memStress'));
    assert.equal(of(experiment())[0]?.stressorKills, 1);
  });

  it('gives each of two experiments on one container its part', () => {
    const older = experiment([record()], { name: 'z-older', size: '30MiB' });
    const younger = experiment([record()], { name: 'a-younger', size: '40MiB' });
    book.take([older]);
    book.take([younger, older]);
    pass(2000);
    reads([NODE, SERVER, process(11, 'memStress', 30), process(12, 'memStress', 38)]);
    const both = book.take([younger, older]);
    assert.deepEqual(
      [older, younger].map(({ key }) =>
        both.get(key)?.map(({ arrivedBytes, state: of }) => [arrivedBytes, of]),
      ),
      [[[30 * MIB, 'arrived']], [[38 * MIB, 'arrived']]],
    );
  });

  it('knows the runs of an experiment by its uid', () => {
    const one = experiment([record()], { name: 'one' });
    const two = experiment([record()], { name: 'two' });
    book.take([one, two]);
    pass(4000);
    reads([NODE, process(10, 'stress-ng', 0, 'uid-two.x.1'), process(11, 'stress-ng-vm', 50, 'uid-two.x.1')]);
    const both = book.take([one, two]);
    assert.equal(both.get(one.key)?.[0]?.state, 'absent');
    assert.equal(both.get(two.key)?.[0]?.state, 'arrived');
  });

  it("takes a percentage of the node's memory, by whoever tells it", () => {
    const quarter = experiment([record()], { size: '25%' });
    assert.equal(of(quarter)[0]?.expectedBytes, null);
    lab.nodes.set([
      {
        name: 'sandbox',
        facts: { capacityBytes: 400 * MIB },
        agent: { state: 'missing', since: '', podName: null, detail: null, info: null },
      } as unknown as typeof lab.nodes extends { get(): readonly (infer N)[] } ? N : never,
    ]);
    assert.equal(of(quarter)[0]?.expectedBytes, 100 * MIB);
  });

  it('goes by the working set where nobody reads processes, from what it was before', () => {
    const holding = (mib: number, experiments: readonly string[] = []): PodView => {
      const one = podView({ name: 'hello-a', used: mib * MIB, source: 'kubelet', experiments });
      const containers = one.containers.map((container) => ({
        ...container,
        memory: container.memory && { ...container.memory, measuredAt: now },
      }));
      return { ...one, containers };
    };
    lab.pods.subscribe((pods) => lab.baselines.update(pods));
    lab.pods.set([holding(38)]);
    book.take([]);
    of(experiment());
    lab.processes.set(new Map([['id-hello-a', { processes: [], readAt: now, detail: 'no agent' }]]));
    pass(10_000);
    lab.pods.set([holding(87, ['chaos-mesh/mem'])]);
    assert.deepEqual(
      of(experiment()).map(({ state: is, arrivedBytes }) => [is, arrivedBytes]),
      [['arrived', 49 * MIB]],
    );
  });

  it('says what it said before while the connection is down', () => {
    of(experiment());
    lab.connection.set({ phase: 'stale', context: 'c', server: 's', since: APPLIED, detail: '' });
    lab.pods.set([]);
    assert.equal(state(experiment()), 'arriving');
    assert.equal(changes, 0);
  });
});
