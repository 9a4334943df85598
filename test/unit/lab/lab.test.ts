import assert from 'node:assert/strict';
import type { StressChaos } from '../../../src/core/kubernetes/objects.js';
import type { PodView } from '../../../src/lab/types.js';
import { until } from '../cluster/server.js';
import { containerStatus, killOf, sampleOf, World, when } from './world.js';

const MI = 2 ** 20;

function experiment(name: string, over: Partial<StressChaos['spec']> = {}): StressChaos {
  return {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'StressChaos',
    metadata: { name, namespace: 'app' },
    spec: {
      mode: 'all',
      selector: { namespaces: ['app'] },
      stressors: { memory: { workers: 4, size: '50MiB' } },
      duration: '1h',
      ...over,
    },
  };
}

function labError(kind: string, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Error && 'kind' in error, String(error));
    assert.equal(error.kind, kind);
    assert.match(error.message, message);
    return true;
  };
}

describe('lab', function () {
  this.timeout(30_000);
  let world: World;
  beforeEach(async () => {
    world = await World.start();
  });
  afterEach(() => world.end());

  function putWeb(id = 'web-1'): void {
    world.putPod({
      metadata: { name: 'web', namespace: 'app', labels: { app: 'web' } },
      spec: {
        nodeName: 'n1',
        containers: [
          {
            name: 'main',
            image: 'x',
            resources: { requests: { memory: '200Mi' }, limits: { memory: '500Mi' } },
          },
        ],
      },
      status: { phase: 'Running', qosClass: 'Burstable', containerStatuses: [containerStatus('main', id)] },
    });
  }
  const web = (pods: readonly PodView[]): PodView | undefined => pods.find((pod) => pod.key === 'app/web');

  it('goes from connecting to live and shows the Pods with limits and QoS class', async () => {
    putWeb();
    const lab = world.connect();
    assert.equal(lab.connection.get().phase, 'connecting');
    const state = await when(lab.connection, (one) => one.phase === 'live', 'live');
    assert.ok(state.phase === 'live');
    assert.equal(state.context, 'podstress-sandbox');
    assert.equal(state.namespace, 'default');
    const view = web(await when(lab.pods, (pods) => web(pods) !== undefined, 'the Pod is shown'));
    assert.equal(view?.qosClass, 'Burstable');
    assert.equal(view?.phase, 'Running');
    assert.equal(view?.limitBytes, 500 * MI);
    assert.equal(view?.workingSetBytes, null);
    const container = view?.containers[0];
    assert.equal(container?.containerId, 'web-1');
    assert.equal(container?.requestBytes, 200 * MI);
    assert.equal(container?.state, 'Running');
  });

  it('has the kubelet tell what somebody looks at where no agent is, and the agent as soon as one comes', async () => {
    const nodes = world.registry.definition('nodes');
    world.registry.create(nodes, '', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });
    putWeb();
    const time = '2026-11-20T12:00:05Z';
    const containers = [{ name: 'main', memory: { time, workingSetBytes: 40 * MI, usageBytes: 44 * MI } }];
    const uid = world.registry.find(world.registry.definition('pods'), 'app', 'web')?.metadata.uid ?? '';
    world.agent.summary = { pods: [{ podRef: { name: 'web', namespace: 'app', uid }, containers }] };
    const lab = world.connect();
    await when(lab.pods, (pods) => web(pods) !== undefined, 'the Pod is shown');
    assert.equal(web(lab.pods.get())?.workingSetBytes, null, 'nobody looks');
    const interest = lab.interest();
    interest.show(['app/web']);
    const told = web(await when(lab.pods, (pods) => web(pods)?.workingSetBytes != null, 'the kubelet tells'));
    const { memory, sample } = told?.containers[0] ?? {};
    assert.deepEqual(
      [memory?.source, memory?.workingSetBytes, memory?.usageBytes, memory?.stale, sample],
      ['kubelet', 40 * MI, 44 * MI, false, null],
    );
    world.agent.sample([sampleOf('web-1', 50 * MI)]);
    world.putAgentPod();
    await when(lab.pods, (pods) => web(pods)?.containers[0]?.memory?.source === 'agent', 'the agent tells');
    interest.dispose();
  });

  it('shows the processes of the containers that somebody looks at, and forgets them afterwards', async () => {
    putWeb();
    world.putAgentPod();
    world.agent.sample([sampleOf('web-1', MI)]);
    const process = {
      pid: 7,
      containerPid: 1,
      comm: 'node',
      commandLine: ['node'],
      uid: 0,
      rssBytes: MI,
      swapBytes: 0,
      pageTableBytes: 0,
      oomScoreAdj: 988,
      stressRun: null,
    };
    world.agent.processes.set('web-1', [process]);
    const lab = world.connect();
    await when(lab.pods, (pods) => web(pods)?.workingSetBytes != null, 'a sample is in');
    const interest = lab.interest();
    interest.show([], ['web-1']);
    const lists = await when(lab.processes, (all) => all.has('web-1'), 'the processes are there');
    assert.deepEqual(lists.get('web-1')?.processes, [process]);
    interest.show([]);
    assert.equal(lab.processes.get().size, 0);
  });

  it('marks each failure of a probe in the past of its container', async () => {
    putWeb();
    const lab = world.connect();
    await when(lab.pods, (pods) => web(pods) !== undefined, 'the Pod is shown');
    const events = world.registry.definition('events');
    const event = (fieldPath: string, count: number, message: string) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `web.${fieldPath.length}`, namespace: 'app' },
      involvedObject: { kind: 'Pod', namespace: 'app', name: 'web', fieldPath },
      reason: 'Unhealthy',
      type: 'Warning',
      message,
      count,
      firstTimestamp: '2026-11-20T20:00:00Z',
      lastTimestamp: `2026-11-20T20:00:0${count}Z`,
    });
    const failing = event('spec.containers{main}', 1, 'Liveness probe failed: <b>');
    world.registry.create(events, 'app', failing);
    world.registry.create(events, 'app', event('status', 1, 'not of a container'));
    const marks = () => lab.history.series('app/web/main')?.marks ?? [];
    await until(() => marks().length === 1, 'the first failure');
    world.registry.update(events, 'app', failing.metadata.name, { ...failing, count: 3 });
    await until(() => marks().length === 2, 'the next failures');
    assert.deepEqual(
      marks().map(({ kind, detail, count }) => [kind, detail, count]),
      [
        ['probe', 'Liveness probe failed: <b>', 1],
        ['probe', 'Liveness probe failed: <b>', 2],
      ],
    );
  });

  it('follows changes, and forgets a Pod that is deleted', async () => {
    const lab = world.connect();
    await when(lab.connection, (one) => one.phase === 'live', 'live');
    putWeb();
    await when(lab.pods, (pods) => web(pods)?.phase === 'Running', 'it is shown');
    world.setPodStatus('app', 'web', {
      phase: 'Running',
      containerStatuses: [
        {
          ...containerStatus('main', 'web-1'),
          restartCount: 3,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
        },
      ],
    });
    const waiting = await when(
      lab.pods,
      (pods) => web(pods)?.containers[0]?.restartCount === 3,
      'it restarted',
    );
    assert.equal(web(waiting)?.containers[0]?.state, 'CrashLoopBackOff');
    world.deletePod('app', 'web');
    await when(lab.pods, (pods) => web(pods) === undefined, 'it is gone');
  });

  it('finds the agent by its labels, measures through a port-forward and counts kills since the connection', async () => {
    putWeb();
    world.putAgentPod();
    world.agent.sample([sampleOf('web-1', 38 * MI, 7)]);
    const lab = world.connect();
    const agents = await when(lab.agents, (all) => all[0]?.state === 'live', 'the agent is live');
    assert.deepEqual(
      agents.map((one) => [one.podName, one.nodeName, one.node?.memoryTotalBytes]),
      [['agent', 'n1', 8 * 2 ** 30]],
    );
    const first = web(await when(lab.pods, (pods) => web(pods)?.workingSetBytes != null, 'a sample is in'));
    assert.equal(first?.workingSetBytes, 38 * MI);
    assert.equal(first?.containers[0]?.oomKills, 0);
    assert.ok(first?.containers[0]?.sampledAt);

    world.agent.sample([sampleOf('web-1', 88 * MI, 9)]);
    const second = web(
      await when(lab.pods, (pods) => web(pods)?.workingSetBytes === 88 * MI, 'the next is in'),
    );
    assert.equal(second?.containers[0]?.oomKills, 2);

    world.agent.sample([]);
    await when(lab.pods, (pods) => web(pods)?.workingSetBytes === null, 'a vanished container has no number');
  });

  it('shows no number any more once the node has no agent', async () => {
    putWeb();
    world.putAgentPod();
    world.agent.sample([sampleOf('web-1', MI)]);
    const lab = world.connect();
    await when(lab.pods, (pods) => web(pods)?.workingSetBytes === MI, 'a sample is in');
    world.deletePod('agents', 'agent');
    await when(lab.agents, (all) => all.length === 0, 'the agent is gone');
    await when(lab.pods, (pods) => web(pods)?.workingSetBytes === null, 'the number is gone');
  });

  it('adds up the kills of a container over its restarts', async () => {
    putWeb('web-1');
    world.putAgentPod();
    world.agent.sample([sampleOf('web-1', MI, 0)]);
    const lab = world.connect();
    await when(lab.pods, (pods) => web(pods)?.workingSetBytes === MI, 'a sample is in');
    world.agent.sample([sampleOf('web-1', MI, 2)]);
    await when(lab.pods, (pods) => web(pods)?.containers[0]?.oomKills === 2, 'two kills');
    putWeb('web-2');
    world.agent.sample([sampleOf('web-2', MI, 3)]);
    await when(lab.pods, (pods) => web(pods)?.containers[0]?.oomKills === 5, 'five kills');
  });

  it('names kills, resumes after a break without repeating any, and names late what came before its Pod', async () => {
    world.putAgentPod();
    world.agent.kills = [killOf(1, 'web-1'), killOf(2, 'stranger')];
    const lab = world.connect();
    await when(lab.kills, (log) => log.kills.length === 2, 'the backlog is in');
    assert.equal(lab.kills.get().kills[0]?.podName, null);
    putWeb();
    const named = await when(lab.kills, (log) => log.kills[0]?.podName === 'web', 'the first gets its name');
    assert.equal(named.kills[0]?.namespace, 'app');
    assert.equal(named.kills[0]?.containerName, 'main');
    assert.equal(named.kills[1]?.podName, null);

    world.agent.cut();
    await until(() => world.agent.followers === 0, 'the stream is cut');
    world.agent.kill(killOf(3, 'web-1'));
    await when(lab.kills, (log) => log.kills.length === 3, 'the third is in');
    assert.deepEqual(world.agent.since, [0, 2]);
    world.agent.kill(killOf(4, 'web-1'));
    const log = await when(lab.kills, (one) => one.kills.length === 4, 'the fourth is in');
    assert.deepEqual(
      log.kills.map((one) => one.kill.seq),
      [1, 2, 3, 4],
    );
    assert.equal(new Set(log.kills.map((one) => one.id)).size, 4);
    assert.equal(log.kills[3]?.nodeName, 'n1');
    // Told while we listened; the backlog was before.
    await when(lab.pods, (pods) => web(pods)?.containers[0]?.oomKills === 2, 'two live kills are counted');
  });

  it('reads an agent that started over from its beginning, and repeats no kill that the kernel told once', async () => {
    world.putAgentPod('agent-1');
    putWeb();
    world.agent.kills = [killOf(1, 'web-1'), killOf(2, 'web-1'), killOf(3, 'web-1')];
    const lab = world.connect();
    await when(lab.kills, (log) => log.kills.length === 3, 'the backlog is in');
    // The same process names its kills anew: 1 and 2 are of before, 3 is missing, one is new.
    world.agent.kills = [killOf(1, 'web-1', { bootSeconds: 102 }), killOf(2, 'web-1', { bootSeconds: 500 })];
    world.agent.kills[0] = killOf(1, 'web-1', { bootSeconds: 101 });
    world.agent.cut();
    const log = await when(
      lab.kills,
      (one) => one.kills.some((kill) => kill.kill.bootSeconds === 500),
      'the new one',
    );
    assert.equal(log.kills.length, 4);
    assert.equal(world.agent.since.at(-1), 0);
    assert.equal(new Set(log.kills.map((one) => one.id)).size, 4);

    world.agent.kills = [killOf(1, 'web-1', { bootSeconds: 900 })];
    world.putAgentPod('agent-2');
    await when(lab.kills, (one) => one.kills.length === 5, 'the kill that the new container tells');
    assert.equal(world.agent.since.at(-1), 0);
  });

  it('injects, shows the phases and the Pods concerned, and stops', async () => {
    putWeb();
    const lab = world.connect();
    await when(lab.engine, (engine) => engine.kind === 'chaos-mesh', 'Chaos Mesh is found');
    await when(lab.connection, (one) => one.phase === 'live', 'live');
    assert.deepEqual(await lab.inject(experiment('mem')), { key: 'app/mem' });
    const injecting = await when(lab.experiments, (all) => all.length === 1, 'it is shown');
    assert.equal(injecting[0]?.phase, 'injecting');
    const created = Date.parse(injecting[0]?.object.metadata.creationTimestamp ?? '');
    assert.equal(Date.parse(injecting[0]?.endsAt ?? ''), created + 3_600_000);

    world.setExperimentStatus('app', 'mem', {
      conditions: [
        { type: 'Selected', status: 'True' },
        { type: 'AllInjected', status: 'True' },
      ],
      experiment: {
        desiredPhase: 'Run',
        containerRecords: [
          { id: 'app/web/main', selectorKey: '.', phase: 'Injected', injectedCount: 1, recoveredCount: 0 },
        ],
      },
    });
    const running = await when(lab.experiments, (all) => all[0]?.phase === 'running', 'it runs');
    assert.deepEqual([running[0]?.injected, running[0]?.targets], [1, 1]);
    const view = web(
      await when(lab.pods, (pods) => (web(pods)?.experiments.length ?? 0) > 0, 'the Pod knows'),
    );
    assert.deepEqual(view?.experiments, ['app/mem']);

    await lab.stop('app/mem');
    await when(lab.experiments, (all) => all.length === 0, 'it is gone');
    await when(lab.pods, (pods) => web(pods)?.experiments.length === 0, 'the Pod is free');
    await lab.stop('app/mem');
  });

  it('waits for the finalizer of what it stops and of what it replaces', async () => {
    const chaos = world.registry.definition('stresschaos', 'chaos-mesh.org');
    const free = (): void => {
      world.registry.patch(chaos, 'app', 'mem', (current) => ({
        ...current,
        metadata: { ...(current['metadata'] as object), finalizers: [] },
      }));
    };
    const hold = (): void => {
      world.registry.patch(chaos, 'app', 'mem', (current) => ({
        ...current,
        metadata: { ...(current['metadata'] as object), finalizers: ['chaos-mesh/records'] },
      }));
    };
    const lab = world.connect();
    await when(lab.connection, (one) => one.phase === 'live', 'live');
    await lab.inject(experiment('mem'));
    await assert.rejects(lab.inject(experiment('mem')), labError('already-exists', /already exists/));
    hold();
    const replacing = lab.inject(experiment('mem', { duration: '5m' }), { replace: true });
    await when(lab.experiments, (all) => all[0]?.phase === 'stopping', 'the old one is being deleted');
    free();
    await replacing;
    await when(lab.experiments, (all) => all[0]?.object.spec.duration === '5m', 'the new one is there');
    hold();
    let stopped = false;
    const stopping = lab.stop('app/mem').then(() => {
      stopped = true;
    });
    await when(lab.experiments, (all) => all[0]?.phase === 'stopping', 'it is being deleted');
    assert.equal(stopped, false);
    free();
    await stopping;
  });

  it("passes on the server's own words when it rejects", async () => {
    const lab = world.connect();
    await when(lab.connection, (one) => one.phase === 'live', 'live');
    const odd = experiment('mem', { stressors: { memory: { workers: 9000, size: '1MiB' } } });
    await assert.rejects(lab.inject(odd), labError('rejected', /8192/));
    const nowhere = { ...experiment('mem'), metadata: { name: 'mem', namespace: 'nowhere' } };
    await assert.rejects(lab.inject(nowhere), labError('not-found', /nowhere/));
  });

  it('shows why an experiment failed, from its records or, without records, from its events', async () => {
    const lab = world.connect();
    await when(lab.connection, (one) => one.phase === 'live', 'live');
    await lab.inject(experiment('mem'));
    const shown = await when(lab.experiments, (all) => all.length === 1, 'it is shown');
    world.registry.create(world.registry.definition('events'), 'app', {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'mem.1' },
      involvedObject: {
        apiVersion: 'chaos-mesh.org/v1alpha1',
        kind: 'StressChaos',
        name: 'mem',
        namespace: 'app',
        uid: shown[0]?.object.metadata.uid ?? '',
      },
      reason: 'Failed',
      message: 'Failed to select targets: no pod is selected',
      type: 'Warning',
    });
    const failed = await when(lab.experiments, (all) => all[0]?.phase === 'failed', 'the event is read');
    assert.equal(failed[0]?.detail, 'Failed to select targets: no pod is selected');
  });

  it('says in its state what a restart of the API server means, and ends with the truth', async () => {
    putWeb();
    world.putAgentPod();
    const lab = world.connect();
    await when(lab.connection, (one) => one.phase === 'live', 'live');
    await when(lab.pods, (pods) => web(pods) !== undefined, 'the Pod is shown');
    await world.stopApi();
    const stale = await when(lab.connection, (one) => one.phase === 'stale', 'stale');
    assert.ok(stale.phase === 'stale' && !Number.isNaN(Date.parse(stale.since)));
    assert.ok(web(lab.pods.get()), 'what was known is still shown');
    world.deletePod('app', 'web');
    await world.startApi();
    await when(lab.connection, (one) => one.phase === 'live', 'live again');
    await when(lab.pods, (pods) => web(pods) === undefined, 'the deletion is seen');
    await when(lab.agents, (all) => all[0]?.state === 'live', 'the agent is back');
  });

  it('reads more than one page, and lists anew where the server no longer knows the version of before', async () => {
    for (let index = 0; index < 1100; index += 1) {
      const metadata = { name: `p${index}`, namespace: 'app' };
      world.putPod({ metadata, spec: { containers: [{ name: 'main', image: 'x' }] } });
    }
    const lab = world.connect();
    await when(lab.pods, (pods) => pods.length === 1100, 'all pages are in');
    await when(lab.connection, (one) => one.phase === 'live', 'live');
    await world.stopApi();
    await when(lab.connection, (one) => one.phase === 'stale', 'stale');
    // More writes than the server remembers (20).
    for (let index = 0; index < 100; index += 1) {
      world.deletePod('app', `p${index}`);
    }
    await world.startApi();
    await when(lab.pods, (pods) => pods.length === 1000, 'the truth is shown');
    await when(lab.connection, (one) => one.phase === 'live', 'live again');
  });

  it('tells no view more than a few times a second, and never loses the last state', async () => {
    putWeb();
    const lab = world.connect();
    await when(lab.pods, (pods) => web(pods) !== undefined, 'the Pod is shown');
    let told = 0;
    lab.pods.subscribe(() => {
      told += 1;
    });
    const began = performance.now();
    for (let restarts = 1; restarts <= 500; restarts += 1) {
      world.setPodStatus('app', 'web', {
        phase: 'Running',
        containerStatuses: [{ ...containerStatus('main', 'web-1'), restartCount: restarts }],
      });
    }
    await when(lab.pods, (pods) => web(pods)?.containers[0]?.restartCount === 500, 'the last state is shown');
    const seconds = (performance.now() - began) / 1000;
    assert.ok(told <= 4 * seconds + 2, `${told} in ${seconds} s`);
  });

  it('does nothing more once it is disposed', async () => {
    const lab = world.connect();
    await when(lab.connection, (one) => one.phase === 'live', 'live');
    let told = 0;
    lab.pods.subscribe(() => {
      told += 1;
    });
    await lab.dispose();
    putWeb();
    await assert.rejects(lab.inject(experiment('mem')), labError('not-connected', /./));
    assert.equal(told, 0);
    await lab.dispose();
  });

  it('tells an absent kubeconfig, a lost login and a missing engine apart', async () => {
    const none = world.connect({ kubeconfigPath: '/nonexistent/config' });
    const failed = await when(none.connection, (one) => one.phase === 'failed', 'it failed');
    assert.ok(failed.phase === 'failed');
    assert.equal(failed.failure, 'no-kubeconfig');
    await assert.rejects(none.inject(experiment('x')), labError('not-connected', /no such file/));

    const other = world.connect({ context: 'other' });
    const unknown = await when(other.connection, (one) => one.phase === 'failed', 'it failed');
    assert.ok(unknown.phase === 'failed' && unknown.failure === 'no-context');
  });
});

describe('lab without Chaos Mesh', function () {
  this.timeout(30_000);

  it('says that there is no engine', async () => {
    const world = await World.start({ chaosMesh: false });
    try {
      const lab = world.connect();
      await when(lab.connection, (one) => one.phase === 'live', 'live');
      await assert.rejects(lab.inject(experiment('mem')), labError('no-engine', /not installed/));
      assert.equal(lab.engine.get().kind, 'none');
    } finally {
      await world.end();
    }
  });
});
