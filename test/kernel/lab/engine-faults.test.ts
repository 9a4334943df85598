import assert from 'node:assert/strict';
import type { StressChaos } from '../../../src/core/kubernetes/objects.js';
import { connect } from '../../../src/lab/index.js';
import type { ExperimentView, Lab } from '../../../src/lab/types.js';
import { type RunningSandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/sandbox.js';
import { built, stressors, when } from './support.js';

const KEY = 'default/mem';
const CHAOS: StressChaos = {
  apiVersion: 'chaos-mesh.org/v1alpha1',
  kind: 'StressChaos',
  metadata: { name: 'mem', namespace: 'default' },
  spec: {
    mode: 'all',
    selector: { namespaces: ['hello-kubernetes'] },
    stressors: { memory: { workers: 1, size: '20MiB' } },
    duration: '1h',
  },
};

describe('engines in trouble', function () {
  this.timeout(120_000);
  let sandbox: RunningSandbox | null = null;
  let lab: Lab | null = null;

  afterEach(async () => {
    await lab?.dispose();
    await sandbox?.stop();
  });

  const start = async (over: Partial<SandboxOptions>, kind: string): Promise<Lab> => {
    sandbox = await startSandbox({
      log: () => undefined,
      programs: built('sandbox/programs/main.js'),
      agent: built('agent/main.js'),
      demo: true,
      ...over,
    });
    const log = { info: () => undefined, warn: () => undefined };
    const opening = connect({ kubeconfigPath: sandbox.kubeconfigPath, env: {}, log });
    lab = opening;
    await when(opening.engine, (engine) => engine.kind === kind, `the engine is ${kind}`, String);
    await when(
      opening.agents,
      ([agent]) => agent?.state === 'live',
      'the agent is live',
      (all) => all,
    );
    await when(
      opening.pods,
      (all) => all.length >= 3 && all.every((pod) => pod.containers[0]?.ready === true),
      'all is ready',
      (all) => all.map((pod) => [pod.key, pod.containers[0]?.ready]),
    );
    return opening;
  };
  const experiment = (
    of: Lab,
    condition: (one: ExperimentView | undefined) => boolean,
    what: string,
  ): Promise<ExperimentView | undefined> =>
    when(
      of.experiments,
      ([one]) => condition(one),
      what,
      (all) => all,
    ).then(([one]) => one);

  it('a finalizer that hangs is explained, and forced step by step; what it leaves is found', async () => {
    const opened = await start({ faults: ['hung-finalizer'] }, 'chaos-mesh');
    await opened.inject(CHAOS);
    await experiment(opened, (one) => one?.phase === 'running', 'it runs');
    await assert.rejects(opened.stop(KEY), (error: unknown) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /still being deleted after 1\d s \(finalizers: chaos-mesh\/records\)/);
      assert.match(error.message, /hello-kubernetes\/\S+ is not recovered \(/);
      return true;
    });
    const view = await experiment(opened, (one) => one?.hang != null, 'it is told that it hangs');
    assert.equal(view?.phase, 'stopping');
    assert.equal(view?.hang?.controllerReady, true);
    assert.equal(view?.hang?.records.length, 2);
    for (const { phase, error, node, daemonReady } of view?.hang?.records ?? []) {
      assert.deepEqual([phase, node, daemonReady], ['Injected', sandbox?.nodeName, null]);
      assert.ok(error !== null && error.length > 0);
    }
    assert.deepEqual(view?.hang?.steps, ['retry-recovery', 'clean-finalizer', 'remove-finalizers']);
    await opened.force(KEY, 'retry-recovery');
    assert.equal(opened.experiments.get().length, 1, 'it hangs still');
    await opened.force(KEY, 'clean-finalizer');
    await experiment(opened, (one) => one === undefined, 'the object is gone');
    const report = await opened.stop(KEY);
    assert.deepEqual([report.clean, report.unknown], [[], []], JSON.stringify(report));
    assert.equal(report.left.length, 2);
    assert.ok(report.left.every(({ pids }) => pids.length > 0));
  });

  it('a daemon that is missing is a failure with its reason, and the experiment can be stopped', async () => {
    const opened = await start({ faults: ['daemon-missing'] }, 'chaos-mesh');
    await opened.inject(CHAOS);
    const view = await experiment(opened, (one) => one?.phase === 'failed', 'it has failed');
    assert.match(view?.detail ?? '', /daemon/);
    const engine = await when(
      opened.engine,
      (one) => one.kind === 'chaos-mesh' && one.installation !== null,
      'the installation is read',
      String,
    );
    assert.deepEqual(engine.kind === 'chaos-mesh' && engine.installation?.daemonNodes, []);
    const report = await opened.stop(KEY);
    assert.equal(report.clean.length, 2);
    assert.deepEqual(stressors(sandbox?.cgroupRoot ?? null), []);
  });

  it('without Chaos Mesh the agents are the engine', async () => {
    const opened = await start({ chaosMesh: false }, 'agent');
    assert.deepEqual(opened.engine.get(), { kind: 'agent', nodes: [sandbox?.nodeName] });
    await opened.inject(CHAOS);
    await experiment(opened, (one) => one?.phase === 'running', 'it runs');
    assert.ok(stressors(sandbox?.cgroupRoot ?? null).length > 0);
    const report = await opened.stop(KEY);
    assert.equal(report.clean.length, 2);
    assert.deepEqual(stressors(sandbox?.cgroupRoot ?? null), []);
  });

  it('reads how Chaos Mesh is installed', async () => {
    const opened = await start({ filterNamespaces: true }, 'chaos-mesh');
    const engine = await when(
      opened.engine,
      (one) => one.kind === 'chaos-mesh' && one.installation !== null,
      'the installation is read',
      String,
    );
    assert.ok(engine.kind === 'chaos-mesh' && engine.installation !== null);
    const { version, ...installation } = engine.installation;
    assert.match(version ?? '', /^\d+\.\d+\.\d+/);
    assert.equal(engine.version, version);
    assert.deepEqual(installation, {
      namespace: 'chaos-mesh',
      controllerReady: true,
      clusterScoped: true,
      targetNamespace: null,
      filtersNamespaces: true,
      runtime: 'containerd',
      checksRights: true,
      // No Pod is behind the stand-in's DaemonSet.
      daemonNodes: null,
    });
  });
});
