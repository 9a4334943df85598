import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { StressChaos } from '../../../src/core/kubernetes/objects.js';
import { connect } from '../../../src/lab/index.js';
import type { Arrival, EngineKind, ExperimentView, Lab, ReinjectPolicy } from '../../../src/lab/types.js';
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/sandbox.js';

const MIB = 2 ** 20;
const NAMESPACE = 'hello-kubernetes';
const KEY = `${NAMESPACE}/arrival`;
/** What happens is named within 5 s; a busy machine is given more. */
const SOON_MS = 15_000;
const built = (path: string): string => fileURLToPath(new URL(`../../../src/${path}`, import.meta.url));

function stress(size: string, options: readonly string[] = []): StressChaos {
  return {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'StressChaos',
    metadata: { name: 'arrival', namespace: NAMESPACE },
    spec: {
      mode: 'all',
      selector: { namespaces: [NAMESPACE] },
      stressors: { memory: { workers: 4, size, options } },
      duration: '10m',
    },
  };
}

describe('lab against the sandbox: did the stress arrive', function () {
  this.timeout(120_000);
  let sandbox: RunningSandbox;
  let lab: Lab;
  let policy: ReinjectPolicy = 'never';

  before(async () => {
    sandbox = await startSandbox({
      log: () => undefined,
      programs: built('sandbox/programs/main.js'),
      agent: built('agent/main.js'),
      demo: true,
      restartBackOff: { initialMs: 500, maxMs: 1000 },
    });
    lab = await open('chaos-mesh');
  });
  after(async () => {
    await lab?.dispose();
    await sandbox?.stop();
  });
  afterEach(async () => {
    policy = 'never';
    await lab.stop(KEY);
    await until(() => lab.experiments.get().length === 0, 'the experiment is gone');
  });

  async function open(engine: EngineKind): Promise<Lab> {
    const log = { info: () => undefined, warn: () => undefined };
    const { kubeconfigPath } = sandbox;
    const opened = connect({ kubeconfigPath, env: {}, engine, log, reinject: () => policy });
    await until(() => opened.engine.get().kind === engine, 'the engine is there');
    await until(() => opened.agents.get()[0]?.state === 'live', 'the agent is live');
    await until(() => {
      const pods = opened.pods.get().filter(({ namespace }) => namespace === NAMESPACE);
      return pods.length === 2 && pods.every(({ containers }) => (containers[0]?.memory ?? null) !== null);
    }, 'both Pods are measured');
    return opened;
  }

  const experiment = (): ExperimentView | null => lab.experiments.get()[0] ?? null;
  const arrivals = (): readonly Arrival[] => experiment()?.arrivals ?? [];

  function until(condition: () => boolean, what: string, forMs = 60_000): Promise<void> {
    const from = performance.now();
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (condition()) resolve();
        else if (performance.now() - from > forMs)
          reject(new Error(`waited ${forMs} ms in vain until ${what}: ${JSON.stringify(arrivals())}`));
        else setTimeout(look, 50);
      };
      look();
    });
  }

  /** Ends the first process of the container of the first target. */
  async function killMain(): Promise<string> {
    const { target = '' } = arrivals()[0] ?? {};
    const container = lab.pods.get().find(({ key }) => target.startsWith(`${key}/`))?.containers[0];
    assert.ok(container?.containerId, target);
    const list = () => lab.processes.get().get(container.containerId ?? '')?.processes ?? [];
    await until(() => list().some(({ containerPid }) => containerPid === 1), 'its processes are read');
    const main = list().find(({ containerPid }) => containerPid === 1);
    assert.ok(main);
    process.kill(main.pid, 'SIGKILL');
    return target;
  }

  const stressorsIn = (target: string): readonly number[] => {
    const container = lab.pods.get().find(({ key }) => target.startsWith(`${key}/`))?.containers[0];
    const { processes = [] } = lab.processes.get().get(container?.containerId ?? '') ?? {};
    return processes.filter(({ stressRun }) => stressRun !== null).map(({ pid }) => pid);
  };
  const stateOf = (target: string): Arrival | undefined => arrivals().find((one) => one.target === target);
  const arrived = (one: Arrival | undefined): boolean => one?.state === 'arrived';

  it('tells expected against measured, and looks at processes only while there is a stress', async () => {
    assert.equal(lab.processes.get().size, 0);
    await lab.inject(stress('50MiB'));
    await until(() => arrivals().length === 2 && arrivals().every(arrived), 'it has arrived');
    for (const { arrivedBytes, expectedBytes, stressorKills } of arrivals()) {
      assert.equal(expectedBytes, 50 * MIB);
      assert.ok(arrivedBytes !== null && Math.abs(arrivedBytes / MIB - 50) < 2.5, `${arrivedBytes}`);
      assert.equal(stressorKills, 0);
    }
    await lab.pause(KEY);
    await until(() => experiment()?.phase === 'paused', 'it is paused');
    assert.deepEqual(arrivals(), []);
    await until(() => lab.processes.get().size === 0, 'nobody looks at processes any more');
    await lab.resume(KEY);
    await until(() => arrivals().length === 2 && arrivals().every(arrived), 'it has arrived again');
  });

  it('names a container that was restarted from under it, and brings the stress back when asked', async () => {
    await lab.inject(stress('50MiB'));
    await until(() => arrivals().length === 2 && arrivals().every(arrived), 'it has arrived');
    const target = await killMain();
    await until(() => stateOf(target)?.state === 'restarted', 'it is named', SOON_MS);
    await until(() => stateOf(target)?.reason !== 'down', 'the container runs again');
    assert.equal(stateOf(target)?.state, 'restarted');
    assert.equal(stateOf(target)?.reinjection, null);
    assert.equal(experiment()?.phase, 'running');
    await lab.reinject(KEY);
    await until(() => arrivals().length === 2 && arrivals().every(arrived), 'it is back');
    assert.deepEqual(stateOf(target)?.reinjection, { count: 1, exhausted: false });
  });

  it('brings the stress back by itself where that is wanted', async () => {
    policy = 'always';
    await lab.inject(stress('30MiB'));
    await until(() => arrivals().length === 2 && arrivals().every(arrived), 'it has arrived');
    const target = await killMain();
    await until(() => stateOf(target)?.state === 'restarted', 'it is named', SOON_MS);
    await until(() => stateOf(target)?.reinjection?.count === 1 && arrived(stateOf(target)), 'it is back');
    assert.equal(experiment()?.object.status?.experiment?.containerRecords?.length, 2);
  });

  it('names a respawn loop', async () => {
    await lab.inject(stress('3000MiB'));
    await until(() => experiment()?.injected === 2, 'it is injected');
    await until(
      () => arrivals().length === 2 && arrivals().every(({ state }) => state === 'respawning'),
      'the loop is named',
      SOON_MS,
    );
    for (const { reason, stressorKills } of arrivals()) {
      assert.equal(reason, 'killed');
      assert.ok(stressorKills >= 1, `${stressorKills}`);
    }
  });

  it('names a stressor that ended at a bad flag while all records say Injected', async () => {
    await lab.inject(stress('50MiB', ['--vm-keep']));
    await until(() => experiment()?.phase === 'running', 'it says that it runs');
    await until(
      () => arrivals().length === 2 && arrivals().every(({ state }) => state === 'absent'),
      'it is named',
      SOON_MS,
    );
    assert.deepEqual(
      arrivals().map(({ reason, arrivedBytes }) => [reason, arrivedBytes]),
      [
        ['never-ran', 0],
        ['never-ran', 0],
      ],
    );
  });

  it('the agents bring the stress back into the container that was restarted, and leave the other alone', async () => {
    await lab.dispose();
    lab = await open('agent');
    await lab.inject(stress('40MiB'));
    await until(() => arrivals().length === 2 && arrivals().every(arrived), 'it has arrived');
    const target = await killMain();
    const other = arrivals().find((one) => one.target !== target)?.target ?? '';
    const before = stressorsIn(other);
    assert.ok(before.length > 0);
    await until(() => stateOf(target)?.state === 'restarted', 'it is named', SOON_MS);
    await until(() => stateOf(target)?.reason !== 'down', 'the container runs again');
    assert.equal(stateOf(other)?.state, 'arrived');
    await lab.reinject(KEY);
    await until(() => arrivals().length === 2 && arrivals().every(arrived), 'it is back');
    assert.equal(experiment()?.phase, 'running');
    assert.deepEqual(stressorsIn(other), before);
  });

  it('names a Pod that was deleted', async () => {
    await lab.inject(stress('20MiB'));
    await until(() => arrivals().length === 2 && arrivals().every(arrived), 'it has arrived');
    const [namespace = '', pod = ''] = arrivals()[0]?.target.split('/') ?? [];
    const { registry } = sandbox;
    registry.delete(registry.definition('pods'), namespace, pod, { graceSeconds: 0 });
    await until(() => arrivals()[0]?.state === 'gone', 'it is named', SOON_MS);
  });
});
