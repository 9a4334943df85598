import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { accessFor, loadKubeconfig } from '../../../src/cluster/kubeconfig/load.js';
import { portForward } from '../../../src/cluster/portforward.js';
import { Transport } from '../../../src/cluster/transport.js';
import type { StressChaos } from '../../../src/core/kubernetes/objects.js';
import { formatFinding } from '../../../src/core/stresschaos/format.js';
import { checkLive, LiveDocuments } from '../../../src/core/stresschaos/live/check.js';
import { connect } from '../../../src/lab/index.js';
import { liveWorld } from '../../../src/lab/live-world.js';
import type { ExperimentView, Lab, PodView } from '../../../src/lab/types.js';
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { built, processesBelow, stressors, when } from './support.js';

const MI = 2 ** 20;
const NAMESPACE = 'hello-kubernetes';

function article(size: string): StressChaos {
  return {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'StressChaos',
    metadata: { name: 'mem-stress', namespace: 'chaos-mesh' },
    spec: {
      mode: 'all',
      selector: { namespaces: [NAMESPACE] },
      stressors: { memory: { workers: 4, size, options: [''] } },
      duration: '1h',
    },
  };
}

describe('lab against the sandbox: the main job', function () {
  this.timeout(120_000);
  let sandbox: RunningSandbox;
  let lab: Lab;

  before(async () => {
    sandbox = await startSandbox({
      log: () => undefined,
      programs: built('sandbox/programs/main.js'),
      agent: built('agent/main.js'),
      demo: true,
    });
    const quiet = { info: () => undefined, warn: () => undefined };
    lab = connect({ kubeconfigPath: sandbox.kubeconfigPath, env: process.env, log: quiet });
  });
  after(async () => {
    await lab?.dispose();
    await sandbox?.stop();
  });

  const demo = (pods: readonly PodView[]): readonly PodView[] =>
    pods.filter((pod) => pod.namespace === NAMESPACE);
  const brief = (pods: readonly PodView[]): unknown =>
    demo(pods).map((pod) => [pod.name, pod.phase, pod.workingSetBytes, pod.containers[0]?.oomKills]);
  const pods = (condition: (of: readonly PodView[]) => boolean, what: string): Promise<readonly PodView[]> =>
    when(lab.pods, (all) => demo(all).length === 2 && condition(demo(all)), what, brief).then(demo);
  const experiments = (
    condition: (all: readonly ExperimentView[]) => boolean,
    what: string,
  ): Promise<readonly ExperimentView[]> =>
    when(lab.experiments, condition, what, (all) => all.map((one) => [one.key, one.phase, one.detail]));

  it('shows both Pods with their working sets, limits and QoS class', async () => {
    const both = await pods(
      (all) => all.every((pod) => (pod.workingSetBytes ?? 0) > 5 * MI),
      'both are measured',
    );
    for (const pod of both) {
      assert.equal(pod.limitBytes, 500 * MI);
      assert.equal(pod.qosClass, 'Burstable');
      assert.ok((pod.workingSetBytes ?? 0) < 300 * MI, `${pod.workingSetBytes}`);
    }
    assert.equal(lab.connection.get().phase, 'live');
    await when(lab.engine, (engine) => engine.kind === 'chaos-mesh', 'the engine is found', String);
    const agents = await when(
      lab.agents,
      (all) => all[0]?.state === 'live',
      'the agent is live',
      (all) => all,
    );
    assert.equal(agents[0]?.nodeName, sandbox.nodeName);
  });

  it('is told by the live rules what 3000MiB would do, with its numbers', async () => {
    // Who dies first hangs on the node's memory, too.
    await when(lab.nodes, (all) => all.some(({ facts }) => facts !== null), 'the node is read', String);
    const { spec, metadata } = article('3000MiB');
    const manifest = JSON.stringify({
      apiVersion: 'chaos-mesh.org/v1alpha1',
      kind: 'StressChaos',
      metadata,
      spec,
    });
    const world = liveWorld(lab) ?? assert.fail('not live');
    const [document] = [
      ...new LiveDocuments().read(manifest.replace('"options":[""]', '"oomScoreAdj":1000')),
    ];
    const { findings } = checkLive(document ?? assert.fail('not sound'), world);
    const said = findings.map((finding) => `${finding.code} ${formatFinding(finding, 'en')}`);
    const past = said.find((one) => one.startsWith('MS107')) ?? assert.fail(said.join('\n'));
    assert.match(past, /working set \d+(\.\d)? MiB \+ 3000 MiB > limit 500 MiB/);
    assert.deepEqual(
      findings.filter(({ severity }) => severity === 'error').map((finding) => formatFinding(finding, 'en')),
      [],
    );
    assert.match(past, /2\/2 containers\)\. First to die: the stressor\./);
  });

  it('forwards a port to the server in a Pod', async () => {
    const both = await pods((all) => all.every((pod) => pod.containers[0]?.ready === true), 'both are ready');
    const config = await loadKubeconfig({ path: sandbox.kubeconfigPath, env: {} });
    const transport = new Transport(accessFor(config, null, {}));
    const { signal } = new AbortController();
    for (const { name, namespace } of both) {
      const tunnel = await portForward(transport, { namespace, pod: name, port: 8080 }, signal);
      const request = http.get({ createConnection: () => tunnel, path: '/' });
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      let page = '';
      for await (const chunk of response) {
        page += chunk;
      }
      assert.equal(response.statusCode, 200);
      assert.match(page, new RegExp(name));
      tunnel.destroy();
    }
    transport.dispose();
  });

  it('adds 50 MiB to each, not 200, and takes them away again', async () => {
    const before = await pods((all) => all.every((pod) => pod.workingSetBytes !== null), 'both are measured');
    const was = new Map(before.map((pod) => [pod.key, pod.workingSetBytes ?? 0]));
    const grown = (pod: PodView): number => ((pod.workingSetBytes ?? 0) - (was.get(pod.key) ?? 0)) / MI;
    await lab.inject(article('50MiB'));
    await experiments((all) => all[0]?.phase === 'running', 'it runs');
    const stressed = await pods(
      (all) => all.every((pod) => grown(pod) > 45 && pod.experiments.length > 0),
      'the stress has arrived and is named',
    );
    for (const pod of stressed) {
      assert.ok(grown(pod) < 90, `${pod.name} grew by ${grown(pod)} MiB`);
      assert.deepEqual(pod.experiments, ['chaos-mesh/mem-stress']);
    }
    await lab.stop('chaos-mesh/mem-stress');
    await pods((all) => all.every((pod) => grown(pod) < 15), 'the stress is gone');
    await experiments((all) => all.length === 0, 'the experiment is gone');
    assert.deepEqual(stressors(sandbox.cgroupRoot), []);
  });

  it('replaces the experiment by one that passes the limit, and names every kill', async () => {
    await lab.inject(article('50MiB'));
    await lab.inject(article('3000MiB'), { replace: true });
    const log = await when(
      lab.kills,
      ({ kills }) =>
        new Set(kills.filter((one) => one.namespace === NAMESPACE).map((one) => one.podName)).size === 2,
      'both Pods have kills',
      ({ kills }) => kills.slice(-3),
    );
    const ours = log.kills.filter((one) => one.namespace === NAMESPACE);
    for (const { kill, containerName, nodeName } of ours) {
      assert.equal(containerName, 'hello-kubernetes');
      assert.equal(nodeName, sandbox.nodeName);
      assert.notEqual(kill.evidence, undefined);
    }
    const told = ours.find((one) => one.kill.victim !== null)?.kill.victim;
    assert.ok(told, 'at least one kill has its victim');
    assert.match(told.comm, /stress/);
    assert.ok((told.anonRssBytes ?? 0) > MI);
    assert.notEqual(told.oomScoreAdj, null);
    const hurt = await pods(
      (all) => all.every((pod) => (pod.containers[0]?.oomKills ?? 0) > 0),
      'both count kills',
    );
    assert.ok(
      hurt.every((pod) => pod.containers[0]?.restartCount === 0),
      'a killed child restarts nothing',
    );
    await lab.stop('chaos-mesh/mem-stress');
    assert.deepEqual(stressors(sandbox.cgroupRoot), []);
  });

  it('goes on after the agent was killed: it comes back, no kill is lost and none is told twice', async () => {
    const before = lab.kills.get();
    assert.ok(before.kills.length > 0, 'there are kills to repeat');
    const agents = lab.agents.get();
    const [pid] = agentPids(sandbox.cgroupRoot);
    assert.ok(pid !== undefined, 'the agent runs');
    process.kill(pid, 'SIGKILL');
    await when(
      lab.agents,
      (all) => all[0] !== agents[0] && all[0]?.state !== 'live',
      'its death is noticed',
      (all) => all,
    );
    await when(
      lab.agents,
      (all) => all[0]?.state === 'live',
      'it is back',
      (all) => all,
    );
    // The stand-in for Chaos Mesh injects through the agent, too, and only once its new container is ready.
    await when(
      lab.pods,
      (all) => {
        const agent = all.find((pod) => pod.name === agents[0]?.podName)?.containers[0];
        return agent?.ready === true && agent.restartCount > 0;
      },
      'it is ready',
      (all) => all.map((pod) => [pod.name, pod.containers[0]?.ready, pod.containers[0]?.restartCount]),
    );
    await lab.inject(article('3000MiB'));
    const after = await when(
      lab.kills,
      ({ kills }) =>
        kills.length > before.kills.length && kills.at(-1)?.podName?.startsWith('hello') === true,
      'new kills are told and named',
      ({ kills }) => kills.slice(-3),
    );
    await lab.stop('chaos-mesh/mem-stress');
    const marks = after.kills
      .filter((one) => one.kill.victim !== null)
      .map((one) => `${one.kill.bootSeconds}/${one.kill.victim?.pid}`);
    assert.equal(new Set(marks).size, marks.length);
    const ids = new Set(after.kills.map((one) => one.id));
    assert.ok(
      before.kills.every((one) => ids.has(one.id)),
      'what was known is still there',
    );
  });

  it("passes on the webhook's verdict", async () => {
    await assert.rejects(lab.inject(article('50Mi')), (error: unknown) => {
      assert.ok(error instanceof Error && 'kind' in error);
      assert.equal(error.kind, 'rejected');
      assert.match(error.message, /invalid suffix: 'mi'/);
      return true;
    });
  });
});

/** The node agents among the processes in the cgroups below. */
function agentPids(cgroup: string | null): readonly number[] {
  const pids = cgroup === null ? [] : processesBelow(cgroup);
  return pids
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes('--allow-stress'))
    .map(Number);
}
