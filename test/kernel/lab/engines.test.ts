import assert from 'node:assert/strict';
import type { StressChaos } from '../../../src/core/kubernetes/objects.js';
import { connect } from '../../../src/lab/index.js';
import type { EngineKind, ExperimentView, Lab, LabOptions, PodView } from '../../../src/lab/types.js';
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { built, processesBelow, stressors as stressorsBelow, textOf, when } from './support.js';

const MI = 2 ** 20;
const NAMESPACE = 'hello-kubernetes';
const KEY = 'default/mem';

function chaos(size: string, over: Partial<StressChaos['spec']> = {}): StressChaos {
  return {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'StressChaos',
    metadata: { name: 'mem', namespace: 'default' },
    spec: {
      mode: 'all',
      selector: { namespaces: [NAMESPACE] },
      stressors: { memory: { workers: 2, size } },
      duration: '1h',
      ...over,
    },
  };
}

describe('one experiment on both engines', function () {
  this.timeout(150_000);
  // What fails leaves a stress or lacks a Pod: all that follows would only wait.
  this.bail(true);
  let sandbox: RunningSandbox;
  const labs: Lab[] = [];

  before(async () => {
    sandbox = await startSandbox({
      log: () => undefined,
      programs: built('sandbox/programs/main.js'),
      agent: built('agent/main.js'),
      demo: true,
    });
  });
  afterEach(async () => {
    await Promise.all(labs.splice(0).map((lab) => lab.dispose()));
  });
  after(() => sandbox?.stop());

  const open = async (engine: EngineKind, over: Partial<LabOptions> = {}): Promise<Lab> => {
    const log = { info: () => undefined, warn: () => undefined };
    const lab = connect({ kubeconfigPath: sandbox.kubeconfigPath, env: {}, engine, log, ...over });
    labs.push(lab);
    await when(lab.engine, ({ kind }) => kind === engine, `the engine is ${engine}`, String);
    await demo(lab, (all) => all.every((pod) => (pod.workingSetBytes ?? 0) > 5 * MI), 'both are measured');
    return lab;
  };
  const demo = (
    lab: Lab,
    condition: (of: readonly PodView[]) => boolean,
    what: string,
  ): Promise<readonly PodView[]> => {
    const ours = (pods: readonly PodView[]) => pods.filter(({ namespace }) => namespace === NAMESPACE);
    return when(
      lab.pods,
      (all) => ours(all).length === 2 && condition(ours(all)),
      what,
      (all) => ours(all).map((pod) => [pod.name, pod.phase, pod.workingSetBytes, pod.experiments]),
    ).then(ours);
  };
  const experiment = (
    lab: Lab,
    condition: (one: ExperimentView | undefined) => boolean,
    what: string,
  ): Promise<ExperimentView | undefined> =>
    when(
      lab.experiments,
      (all) => condition(all.find(({ key }) => key === KEY)),
      what,
      (all) => all.map((one) => [one.key, one.engine, one.phase, one.detail, one.object.status]),
    ).then((all) => all.find(({ key }) => key === KEY));
  const sizes = (pods: readonly PodView[]): Map<string, number> =>
    new Map(pods.map((pod) => [pod.key, pod.workingSetBytes ?? 0]));
  const stressors = (): readonly string[] => stressorsBelow(sandbox.cgroupRoot);
  const untilNoStressor = async (): Promise<void> => {
    const deadline = performance.now() + 45_000;
    while (stressors().length > 0 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    assert.deepEqual(stressors(), []);
  };

  for (const engine of ['chaos-mesh', 'agent'] as const) {
    it(`${engine}: injects, arrives, pauses, resumes, is replaced and stopped, and nothing is left`, async () => {
      const lab = await open(engine);
      const was = sizes(await demo(lab, () => true, 'both are there'));
      const grown = (pod: PodView): number => ((pod.workingSetBytes ?? 0) - (was.get(pod.key) ?? 0)) / MI;
      const arrived = (least: number) => (all: readonly PodView[]) =>
        all.every((pod) => grown(pod) > least && pod.experiments.includes(KEY));

      assert.deepEqual(await lab.inject(chaos('40MiB'), { file: 'chaos/mem.yaml' }), { key: KEY });
      const view = await experiment(lab, (one) => one?.phase === 'running', 'it runs');
      assert.equal(view?.engine, engine);
      assert.deepEqual([view?.injected, view?.targets], [2, 2]);
      assert.deepEqual(view?.origin, { user: 'podstress-sandbox', file: 'chaos/mem.yaml' });
      assert.ok(Date.parse(view?.endsAt ?? '') > Date.now());
      const stressed = await demo(lab, arrived(35), 'the stress has arrived');
      assert.ok(
        stressed.every((pod) => grown(pod) < 80),
        'the size is a total',
      );

      await assert.rejects(lab.inject(chaos('20MiB')), (error: unknown) => {
        assert.ok(error instanceof Error && 'kind' in error);
        assert.equal(error.kind, 'already-exists');
        return true;
      });

      await lab.pause(KEY);
      await experiment(lab, (one) => one?.phase === 'paused', 'it is paused');
      await demo(
        lab,
        (all) => all.every((pod) => grown(pod) < 15 && pod.experiments.length === 0),
        'it is away',
      );
      await lab.resume(KEY);
      await experiment(lab, (one) => one?.phase === 'running' && one.injected === 2, 'it runs again');
      await demo(lab, arrived(35), 'it has come back');

      await lab.inject(chaos('80MiB'), { replace: true });
      await experiment(
        lab,
        (one) => one?.phase === 'running' && one.object.spec.stressors?.memory?.size === '80MiB',
        'the other one runs',
      );
      const [first, second] = await demo(lab, arrived(75), 'the other one has arrived');
      const report = await lab.stop(KEY);
      const targets = [first, second].map((pod) => `${pod?.key}/hello-kubernetes`).sort();
      assert.deepEqual([...report.clean].sort(), targets);
      assert.deepEqual([report.left, report.unknown], [[], []]);
      assert.deepEqual(stressors(), []);
      await experiment(lab, (one) => one === undefined, 'it is gone');
      await demo(lab, (all) => all.every((pod) => pod.experiments.length === 0), 'the Pods are free');
    });

    it(`${engine}: ends by itself with its duration`, async () => {
      const lab = await open(engine);
      await lab.inject(chaos('20MiB', { duration: '6s' }));
      await experiment(lab, (one) => one?.phase === 'running', 'it runs');
      await experiment(lab, (one) => one?.phase === 'finished', 'its time is over');
      await untilNoStressor();
      await lab.stop(KEY);
      await experiment(lab, (one) => one === undefined, 'it is gone');
    });

    it(`${engine}: a target Pod that is deleted takes its part along`, async () => {
      const lab = await open(engine);
      await lab.inject(chaos('20MiB'));
      await experiment(lab, (one) => one?.phase === 'running', 'it runs');
      const [victim] = await demo(
        lab,
        (all) => all.every((pod) => pod.experiments.length > 0),
        'both stressed',
      );
      const { registry } = sandbox;
      const pods = registry.definition('pods');
      const object = registry.find(pods, NAMESPACE, victim?.name ?? '');
      registry.delete(pods, NAMESPACE, victim?.name ?? '', { graceSeconds: 0 });
      await when(
        lab.pods,
        (all) => !all.some(({ key }) => key === victim?.key),
        'it is gone',
        (all) => all.length,
      );
      if (engine === 'agent') {
        const view = await experiment(lab, (one) => one?.phase === 'failed', 'it has failed');
        assert.equal(
          view?.detail,
          `${victim?.key}/hello-kubernetes: the Pod is gone, and the stress with it`,
        );
        assert.deepEqual([view?.injected, view?.targets], [1, 2]);
      }
      const report = await lab.stop(KEY);
      assert.equal(report.clean.length, 1, JSON.stringify(report));
      assert.deepEqual(report.unknown, [`${victim?.key}/hello-kubernetes`]);
      await untilNoStressor();
      await experiment(lab, (one) => one === undefined, 'it is gone');
      const labels = { ...victim?.pod.metadata.labels };
      const metadata = { name: `another-${engine}`, namespace: NAMESPACE, labels };
      registry.create(pods, NAMESPACE, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata,
        spec: object?.['spec'] ?? {},
      });
      await demo(lab, (all) => all.every((pod) => pod.containers[0]?.ready === true), 'there are two again');
    });
  }

  it('by the agents all or none: what one of them refuses is taken back from the others', async () => {
    const lab = await open('agent');
    const agent = lab.agents.get()[0]?.podName;
    const agentNamespace = lab.pods.get().find(({ name }) => name === agent)?.namespace ?? '';
    const both = chaos('20MiB', { selector: { namespaces: [NAMESPACE, agentNamespace] } });
    await assert.rejects(lab.inject(both), (error: unknown) => {
      assert.ok(error instanceof Error);
      assert.match(
        error.message,
        new RegExp(`^${agentNamespace}/${agent}/\\S+: .*agent's own Pod.*; nothing was injected`),
      );
      return true;
    });
    assert.deepEqual(stressors(), []);
    await experiment(lab, (one) => one === undefined, 'there is none');
    for (const [odd, why] of [
      [chaos('20MiB', { selector: { labelSelectors: { app: 'nobody' } } }), /No Pod is selected/],
      [chaos('20MiB', { containerNames: ['other'] }), /No target has been selected/],
      [chaos('', {}), /stresses nothing/],
      [chaos('20MiB', { duration: 'soon' }), /duration "soon" cannot be read/],
      [
        chaos('20MiB', { stressors: { memory: { workers: 1, size: '1MiB', options: ['--vm-keep'] } } }),
        /--vm-keep/,
      ],
    ] as const) {
      await assert.rejects(lab.inject(odd), why);
    }
  });

  it('by the agents: others see it and may stop it, also one who comes later', async () => {
    const ours = await open('agent');
    await ours.inject(chaos('20MiB', { mode: 'one' }), { file: 'mem.yaml' });
    const theirs = await open('agent');
    const seen = await experiment(theirs, (one) => one?.phase === 'running', 'the other sees it');
    assert.deepEqual([seen?.injected, seen?.targets], [1, 1]);
    assert.equal(seen?.object.spec.mode, 'one');
    assert.equal(seen?.origin?.file, 'mem.yaml');
    await theirs.stop(KEY);
    assert.deepEqual(stressors(), []);
    await experiment(ours, (one) => one === undefined, 'we are told');
  });

  it('by the agents: when the agent is killed the stress ends, and the view says so', async () => {
    const lab = await open('agent');
    await lab.inject(chaos('20MiB'));
    await experiment(lab, (one) => one?.phase === 'running', 'it runs');
    const pid = processesBelow(sandbox.cgroupRoot ?? '').find((one) =>
      textOf(`/proc/${one}/cmdline`).split('\0').includes('--allow-stress'),
    );
    assert.ok(pid !== undefined, 'the agent runs');
    process.kill(Number(pid), 'SIGKILL');
    await untilNoStressor();
    const view = await experiment(lab, (one) => one?.phase === 'failed', 'it has failed');
    assert.match(view?.detail ?? '', /the agent of .* was started anew, and the stress ended with it/);
    assert.equal(view?.injected, 0);
    await lab.stop(KEY);
    await experiment(lab, (one) => one === undefined, 'it is gone');
  });

  it('by the agents: ends soon after us where we chose so', async () => {
    const lab = await open('agent', { onDisconnect: 'stop' });
    await lab.inject(chaos('20MiB', { mode: 'one' }));
    await experiment(lab, (one) => one?.phase === 'running', 'it runs');
    assert.ok(stressors().length > 0);
    await lab.dispose();
    await untilNoStressor();
  });
});
