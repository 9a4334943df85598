import assert from 'node:assert/strict';
import type { StressChaos } from '../../../src/core/kubernetes/objects.js';
import { ClusterLab } from '../../../src/lab/lab.js';
import type { ExperimentView } from '../../../src/lab/types.js';
import type { ProcessInfo } from '../../../src/protocol/agent/types.js';
import { containerStatus, sampleOf, World, when } from './world.js';

const CHAOS: StressChaos = {
  apiVersion: 'chaos-mesh.org/v1alpha1',
  kind: 'StressChaos',
  metadata: { name: 'mem', namespace: 'app' },
  spec: { mode: 'all', selector: {}, stressors: { memory: { workers: 1, size: '1MiB' } } },
};

function processOf(over: Partial<ProcessInfo>): ProcessInfo {
  return {
    pid: 7,
    containerPid: 1,
    comm: 'node',
    commandLine: ['node'],
    uid: 0,
    rssBytes: 0,
    swapBytes: 0,
    pageTableBytes: 0,
    oomScoreAdj: 0,
    stressRun: null,
    ...over,
  };
}

describe('the end of an experiment', function () {
  this.timeout(30_000);
  let world: World;
  let lab: ClusterLab;
  beforeEach(async () => {
    world = await World.start();
    const log = { info: () => undefined, warn: () => undefined };
    const options = { kubeconfigPath: world.kubeconfigPath, env: {}, log };
    lab = new ClusterLab(options, { deletion: { hangsAfterMs: 300, goneWithinMs: 60_000 } });
    await when(lab.connection, (one) => one.phase === 'live', 'live');
  });
  afterEach(async () => {
    await lab.dispose();
    await world.end();
  });

  const chaos = () => world.registry.definition('stresschaos', 'chaos-mesh.org');
  const setFinalizers = (finalizers: string[]): void => {
    world.registry.patch(chaos(), 'app', 'mem', (current) => ({
      ...current,
      metadata: { ...(current['metadata'] as object), finalizers },
    }));
  };
  const setRecords = (phase: string, ...targets: string[]): void => {
    const containerRecords = targets.map((id) => ({
      id,
      selectorKey: '.',
      phase,
      injectedCount: 1,
      recoveredCount: 0,
      events: [{ type: 'Failed', operation: 'Recover', message: 'no such process', timestamp: '' }],
    }));
    world.setExperimentStatus('app', 'mem', { experiment: { containerRecords } });
  };
  const hanging = async (): Promise<ExperimentView | undefined> =>
    (await when(lab.experiments, ([one]) => one?.hang != null, 'it is told that it hangs'))[0];
  const annotations = (): unknown => world.registry.find(chaos(), 'app', 'mem')?.metadata['annotations'];

  function putPod(name: string, nodeName: string): void {
    world.putPod({
      metadata: { name, namespace: 'app' },
      spec: { nodeName, containers: [{ name: 'main', image: 'x' }] },
      status: { phase: 'Running', containerStatuses: [containerStatus('main', `${name}-1`)] },
    });
  }

  it('writes who injected it and from which file', async () => {
    await lab.inject(CHAOS, { file: 'chaos/mem.yaml' });
    const [view] = await when(lab.experiments, (all) => all.length === 1, 'it is shown');
    assert.deepEqual(view?.origin, { user: 'podstress-sandbox', file: 'chaos/mem.yaml' });
    assert.equal(view?.engine, 'chaos-mesh');
  });

  it('that hangs says what hangs, in the view and in what stop throws, and can be forced', async () => {
    putPod('web', 'n1');
    await when(lab.pods, (all) => all.length === 1, 'the Pod is shown');
    await lab.inject(CHAOS);
    setFinalizers(['chaos-mesh/records', 'example.com/other']);
    setRecords('Injected', 'app/web/main');
    await assert.rejects(lab.force('app/mem', 'remove-finalizers'), /is not being deleted: stop it first/);
    await assert.rejects(lab.stop('app/mem'), (error: unknown) => {
      assert.ok(error instanceof Error);
      assert.match(
        error.message,
        /still being deleted .*\(finalizers: chaos-mesh\/records, example.com\/other\)/,
      );
      assert.match(error.message, /app\/web\/main is not recovered \(no such process/);
      assert.match(error.message, /the finalizer example.com\/other is not Chaos Mesh's/);
      return true;
    });
    const view = await hanging();
    assert.equal(view?.phase, 'stopping');
    assert.deepEqual(view?.hang?.records, [
      { id: 'app/web/main', phase: 'Injected', error: 'no such process', node: 'n1', daemonReady: false },
    ]);
    // There is no Deployment of the controller in this cluster: what Chaos Mesh would have to do is not offered.
    assert.equal(view?.hang?.controllerReady, false);
    assert.deepEqual(view?.hang?.steps, ['remove-finalizers']);

    await lab.force('app/mem', 'retry-recovery');
    assert.match(JSON.stringify(annotations()), /podstress.dev\/recovery-retried-at/);
    await lab.force('app/mem', 'clean-finalizer');
    assert.match(JSON.stringify(annotations()), /"chaos-mesh.chaos-mesh.org\/cleanFinalizer":"forced"/);
    await lab.force('app/mem', 'remove-finalizers');
    await when(lab.experiments, (all) => all.length === 0, 'it is gone');
    await assert.rejects(lab.force('app/mem', 'remove-finalizers'), /not found/);
  });

  it('is looked into: clean, left, and unknown where nobody could look', async () => {
    world.putAgentPod();
    for (const [name, node] of [
      ['clean', 'n1'],
      ['named', 'n1'],
      ['owned', 'n1'],
      ['far', 'n2'],
    ] as const) {
      putPod(name, node);
    }
    const stressNg = processOf({ pid: 9, comm: 'tini', commandLine: ['/usr/bin/stress-ng', '--vm', '1'] });
    world.agent.processes.set('clean-1', [processOf({ comm: 'my-stress-ng' })]);
    world.agent.processes.set('named-1', [
      processOf({}),
      stressNg,
      processOf({ pid: 10, comm: 'memStress' }),
    ]);
    world.agent.processes.set('owned-1', [processOf({ pid: 11, stressRun: 'run-1' })]);
    world.agent.sample([sampleOf('clean-1', 1)]);
    await when(lab.agents, (all) => all[0]?.state === 'live', 'the agent is live');
    await when(lab.pods, (all) => all.length === 5, 'the Pods are shown');
    await lab.inject(CHAOS);
    const targets = ['clean', 'named', 'owned', 'far', 'gone'].map((name) => `app/${name}/main`);
    setRecords('Not Injected', ...targets);
    assert.deepEqual(await lab.stop('app/mem'), {
      clean: ['app/clean/main'],
      left: [
        { target: 'app/named/main', pids: [9, 10] },
        { target: 'app/owned/main', pids: [11] },
      ],
      unknown: ['app/far/main', 'app/gone/main'],
    });
    assert.deepEqual(await lab.stop('app/mem'), { clean: [], left: [], unknown: [] });
  });
});
