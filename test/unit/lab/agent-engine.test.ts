import assert from 'node:assert/strict';
import type { Pod, StressChaos } from '../../../src/core/kubernetes/objects.js';
import { TargetState } from '../../../src/lab/agent-experiment.js';
import { chooseTargets } from '../../../src/lab/agent-targets.js';
import { podView } from '../../../src/lab/pod-views.js';
import { noteOf, readRunId, runId } from '../../../src/lab/stress-runs.js';
import type { ExperimentView, Lab, PodView } from '../../../src/lab/types.js';
import type { StressRun } from '../../../src/protocol/agent/types.js';
import { containerStatus, World, when } from './world.js';

const id = (digit: string): string => digit.repeat(64);

function chaos(over: Partial<StressChaos['spec']> = {}): StressChaos {
  return {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'StressChaos',
    metadata: { name: 'mem', namespace: 'app' },
    spec: {
      mode: 'all',
      selector: { labelSelectors: { app: 'web' } },
      stressors: { memory: { workers: 2, size: '10MiB' } },
      duration: '1h',
      ...over,
    },
  };
}

function labError(kind: string, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Error && 'kind' in error, String(error));
    assert.match(error.message, message);
    assert.equal(error.kind, kind);
    return true;
  };
}

describe('the engine of the node agents', function () {
  this.timeout(30_000);
  let world: World;
  let lab: Lab;
  beforeEach(async () => {
    world = await World.start({ chaosMesh: false });
    world.agent.mayStress = true;
    world.putAgentPod();
    putPod('a', 'n1', id('a'));
    putPod('b', 'n1', id('b'));
    lab = world.connect();
  });
  afterEach(() => world.end());

  function putPod(name: string, nodeName: string, containerId: string): void {
    world.putPod({
      metadata: { name, namespace: 'app', labels: { app: 'web' } },
      spec: { nodeName, containers: [{ name: 'main', image: 'x' }] },
      status: { phase: 'Running', containerStatuses: [containerStatus('main', containerId)] },
    });
  }
  const ready = (pods = 3): Promise<unknown> =>
    Promise.all([
      when(lab.engine, ({ kind }) => kind === 'agent', 'the agents are the engine'),
      when(lab.pods, (all) => all.length === pods, 'the Pods are shown'),
    ]);
  const shown = async (phase: ExperimentView['phase']): Promise<ExperimentView | undefined> =>
    (await when(lab.experiments, ([one]) => one?.phase === phase, `it is ${phase}`))[0];
  const running = (): string[] =>
    [...world.agent.runs.values()]
      .filter(({ phase }) => phase === 'running')
      .map(({ plan }) => plan.containerId);

  it('is there as soon as an agent is that may stress, and gone with it', async () => {
    await ready();
    assert.deepEqual(lab.engine.get(), { kind: 'agent', nodes: ['n1'] });
    world.deletePod('agents', 'agent');
    await when(lab.engine, ({ kind }) => kind === 'none', 'there is none');
    await assert.rejects(lab.inject(chaos()), labError('no-engine', /not installed/));
  });

  it('starts one run for each container and says of whom it is', async () => {
    await ready();
    assert.deepEqual(await lab.inject(chaos(), { file: 'mem.yaml' }), { key: 'app/mem' });
    assert.deepEqual(running().sort(), [id('a'), id('b')]);
    const [plan] = world.agent.plans;
    assert.deepEqual(plan?.memory, { bytes: 10 * 2 ** 20, workers: 2 });
    assert.ok((plan?.durationMs ?? 0) > 3_590_000 && (plan?.durationMs ?? 0) <= 3_600_000);
    assert.equal(plan?.leaseMs, undefined);
    const view = await shown('running');
    assert.deepEqual([view?.engine, view?.injected, view?.targets], ['agent', 2, 2]);
    assert.deepEqual(view?.origin, { user: 'podstress-sandbox', file: 'mem.yaml' });
    await when(
      lab.pods,
      (all) => all.filter((pod) => pod.experiments.includes('app/mem')).length === 2,
      'named',
    );
  });

  it('refuses all where the agent of one node is missing, and names the nodes', async () => {
    putPod('c', 'n3', id('c'));
    putPod('d', 'n2', id('d'));
    await ready(5);
    await assert.rejects(
      lab.inject(chaos()),
      labError('no-engine', /answers on n2, n3: nothing was injected/),
    );
    assert.deepEqual(world.agent.plans, []);
    assert.deepEqual(lab.experiments.get(), []);
  });

  it('takes back what has started where one container cannot be stressed, and says which and why', async () => {
    await ready();
    world.agent.refuse = ({ containerId }) => (containerId === id('b') ? 'too little memory' : null);
    await assert.rejects(
      lab.inject(chaos()),
      labError('rejected', /^app\/b\/main: agent: too little memory; nothing was injected\.$/),
    );
    assert.deepEqual(running(), []);
    // The same where a run fails only after it was acknowledged.
    world.agent.refuse = () => null;
    world.agent.failAtOnce = ({ containerId }) => (containerId === id('a') ? 'no such cgroup' : null);
    await assert.rejects(lab.inject(chaos()), labError('rejected', /^app\/a\/main: no such cgroup; nothing/));
    assert.deepEqual(running(), []);
    await when(lab.experiments, (all) => all.length === 0, 'there is none');
  });

  it('ends with a true status after the connection was lost', async () => {
    await ready();
    await lab.inject(chaos());
    await shown('running');
    await world.stopApi();
    world.agent.cut();
    await when(lab.agents, ([one]) => one?.state === 'lost', 'the agent is lost');
    await assert.rejects(
      lab.stop('app/mem'),
      labError('unreachable', /app\/a\/main, app\/b\/main could not be ended/),
    );
    assert.equal(lab.experiments.get()[0]?.phase, 'running');
    for (const [name, run] of world.agent.runs) {
      const failed = { phase: 'failed', cause: 'failure', reason: 'stress-ng was killed' } as const;
      if (run.plan.containerId === id('a'))
        world.agent.runs.set(name, { ...run, ...failed, endedAt: run.startedAt });
    }
    await world.startApi();
    const view = await shown('failed');
    assert.equal(view?.detail, 'app/a/main: stress-ng was killed');
    assert.deepEqual([view?.injected, view?.targets], [1, 2]);
    await lab.stop('app/mem');
    assert.deepEqual(running(), []);
    await when(lab.experiments, (all) => all.length === 0, 'it is gone');
  });

  it('says what became of a container that is not what it was', async () => {
    await ready();
    await lab.inject(chaos());
    putPod('a', 'n1', id('e'));
    world.deletePod('app', 'b');
    await when(lab.pods, (all) => all.length === 2, 'a Pod is gone');
    for (const [name, run] of world.agent.runs) {
      world.agent.runs.set(name, {
        ...run,
        phase: 'failed',
        cause: 'failure',
        reason: 'killed',
        endedAt: run.startedAt,
      });
    }
    const view = await shown('failed');
    assert.equal(view?.detail, 'app/a/main: the container was started anew, and the stress ended with it');
  });

  it('starts anew in the same containers for the time that is left, and not after it', async () => {
    await ready();
    await lab.inject(chaos({ mode: 'one', duration: '3s' }));
    await lab.pause('app/mem');
    assert.deepEqual(running(), []);
    await shown('paused');
    await lab.resume('app/mem');
    const [first, second] = world.agent.plans;
    assert.equal(second?.containerId, first?.containerId);
    assert.notEqual(second?.id, first?.id);
    assert.ok((second?.durationMs ?? 0) < (first?.durationMs ?? 0));
    await lab.pause('app/mem');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await assert.rejects(lab.resume('app/mem'), labError('rejected', /duration of app\/mem is over/));
    await shown('paused');
    await lab.stop('app/mem');
  });

  it('renews leases where nothing shall outlive us', async () => {
    await lab.dispose();
    lab = world.connect({ onDisconnect: 'stop' });
    await ready();
    await lab.inject(chaos({ mode: 'one' }));
    assert.equal(world.agent.plans[0]?.leaseMs, 30_000);
    const deadline = performance.now() + 15_000;
    while (world.agent.plans.length < 2 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.deepEqual(world.agent.plans[1], world.agent.plans[0], 'the same plan again');
  });
});

describe('which engine is there, and what one may do', function () {
  this.timeout(30_000);
  const create = (resource: string, namespace: string) => ({ verb: 'create', resource, namespace });
  const denials = [create('stresschaos.chaos-mesh.org', 'b'), create('pods/portforward', 'agents')];
  const selecting = chaos({ selector: { namespaces: ['app', 'b'] } });
  const { signal } = new AbortController();
  let world: World;
  afterEach(() => world.end());

  it('is Chaos Mesh and never the agents meanwhile, and the right to stress where it selects is asked for', async () => {
    world = await World.start({ denials });
    world.agent.mayStress = true;
    world.putAgentPod();
    const lab = world.connect();
    const kinds: string[] = [];
    lab.engine.subscribe(({ kind }) => kinds.push(kind));
    await when(lab.agents, ([one]) => one?.state === 'live', 'the agent is live');
    await when(lab.engine, ({ kind }) => kind === 'chaos-mesh', 'Chaos Mesh is found');
    assert.ok(!kinds.includes('agent'), kinds.join());
    // No webhook that asks for rights is installed in this cluster, and that is known once it was read.
    await when(lab.engine, (one) => one.kind === 'chaos-mesh' && one.installation !== null, 'it is read');
    assert.equal(await lab.missingExperimentRights(selecting, signal), null);
    const own = { ...selecting, metadata: { name: 'mem', namespace: 'b' } };
    const missing = await lab.missingExperimentRights(own, signal);
    assert.deepEqual(missing?.rights, [create('stresschaos.chaos-mesh.org', 'b')]);
    assert.match(missing?.commands.join('\n') ?? '', /--verb=create --resource=stresschaos.chaos-mesh.org/);
  });

  it('is the agents where there is no Chaos Mesh, and the way to them is asked for', async () => {
    world = await World.start({ denials, chaosMesh: false });
    world.agent.mayStress = true;
    world.putAgentPod();
    const lab = world.connect();
    await when(lab.engine, ({ kind }) => kind === 'agent', 'the agents are the engine');
    const missing = await lab.missingExperimentRights(selecting, signal);
    assert.deepEqual(missing?.rights, [create('pods/portforward', 'agents')]);
  });

  it('is the one that is wanted, whatever else there is', async () => {
    world = await World.start();
    world.agent.mayStress = true;
    world.putAgentPod();
    await when(world.connect({ engine: 'agent' }).engine, ({ kind }) => kind === 'agent', 'the agents');
  });
});

describe('the choice of containers', () => {
  const facts = {
    sample: () => null,
    kills: () => ({ oomKills: 0, silentKills: 0, justKilled: false }),
    memory: () => null,
  };
  const views = ['a', 'b', 'c', 'd'].map((name): PodView => {
    const pod = {
      metadata: { name, namespace: 'app', labels: { app: 'web' } },
      spec: { nodeName: 'n1', containers: [{ name: 'main' }, { name: 'side' }] },
      status: {
        phase: 'Running',
        containerStatuses: ['main', 'side'].map((one) => containerStatus(one, `${name}-${one}`)),
      },
    };
    return podView(pod as unknown as Pod, facts, []);
  });
  const chosen = (over: Partial<StressChaos['spec']>, random = Math.random): string[] =>
    chooseTargets(chaos(over), 'app', views, [], random).map((one) => one.id);

  it('takes as many as the mode says, at random', () => {
    assert.deepEqual(
      chosen({ mode: 'all' }),
      ['a', 'b', 'c', 'd'].map((name) => `app/${name}/main`),
    );
    const seen = new Set(Array.from({ length: 200 }, () => chosen({ mode: 'one' }).join()));
    assert.equal(seen.size, 4);
    assert.equal(chosen({ mode: 'fixed', value: '3' }).length, 3);
    assert.equal(chosen({ mode: 'fixed', value: '9' }).length, 4);
    assert.equal(chosen({ mode: 'fixed-percent', value: '30' }).length, 2);
    assert.equal(chosen({ mode: 'random-max-percent', value: '50' }, () => 0.99).length, 2);
    assert.throws(
      () => chosen({ mode: 'random-max-percent', value: '50' }, () => 0),
      /No target has been selected/,
    );
    assert.throws(
      () => chosen({ mode: 'fixed', value: '0' }),
      /The value "0" does not go with the mode|the value "0"/,
    );
    assert.equal(chosen({ containerNames: ['side', 'main'], mode: 'one' }).length, 2);
  });
});

describe('one container of an experiment', () => {
  it('believes no answer that is older than the end of its run', () => {
    const state = new TargetState({ id: 'app/a/main', nodeName: 'n1', containerId: id('a') });
    const plan = { id: 'x', containerId: id('a'), durationMs: 1000 };
    const startedAt = '2026-11-21T12:00:00.000Z';
    const run = {
      plan,
      startedAt,
      phase: 'running',
      endedAt: null,
      pid: 1,
      reason: null,
      cause: null,
    } as const;
    const ended = {
      ...run,
      phase: 'ended',
      endedAt: startedAt,
      cause: 'request',
      reason: 'stopped',
    } as const;
    state.begin(plan);
    state.started(run);
    assert.equal(state.told(run), false);
    assert.equal(state.told(ended), true);
    assert.equal(state.told(run), false);
    assert.deepEqual([state.running, state.record().recoveredCount], [false, 1]);
    state.begin(plan);
    state.started(run);
    assert.deepEqual([state.running, state.record().injectedCount], [true, 2]);
  });
});

describe('the name and the note of a run', () => {
  const name = { namespace: 'app', name: 'mem-1.a', uid: '0123abcd', attempt: 2, index: 11 };
  const run = (note?: string): StressRun => ({
    plan: {
      id: runId(name),
      containerId: id('a'),
      memory: { bytes: 4096, workers: 1, rampMs: 1000 },
      durationMs: 60_000,
      ...(note !== undefined && { note }),
    },
    phase: 'running',
    startedAt: '2026-11-21T12:00:00.000Z',
    endedAt: null,
    pid: 1,
    reason: null,
    cause: null,
  });

  it('say to which experiment it belongs', () => {
    assert.deepEqual(readRunId(runId(name)), name);
    for (const other of [
      'run-1',
      'podstress_a_b_c_1_1',
      'podstress_a_b_0123abcd_1',
      `${runId(name)}/x`,
      '',
    ]) {
      assert.equal(readRunId(other), null, other);
    }
  });

  it('that is missing, broken or of another experiment is replaced by what the run does', () => {
    const other = JSON.stringify({ metadata: { name: 'x', namespace: 'y' }, spec: {}, target: 'a/b/c' });
    for (const note of [undefined, '', '{', '[]', '{"metadata":7}', other]) {
      const { object } = noteOf(run(note), name, 'app/a/main');
      assert.deepEqual([object.metadata.namespace, object.metadata.name], ['app', 'mem-1.a']);
      assert.deepEqual(object.spec.stressors?.memory, {
        workers: 1,
        size: '4096B',
        options: ['--time', '1000ms'],
      });
      assert.equal(object.spec.duration, '60000ms');
    }
  });
});
