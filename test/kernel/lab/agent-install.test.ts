import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from '../../../src/lab/index.js';
import type { AgentInstallStep, AgentLevel, Lab, NodeView, Store } from '../../../src/lab/types.js';
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { bundle } from '../../../tools/build/bundle.js';
import { agentManifests } from '../../../tools/build/kustomize.js';
import { ROOT } from '../../../tools/root.js';

const built = (path: string): string => fileURLToPath(new URL(`../../../src/${path}`, import.meta.url));
const manifests = (level: string): string =>
  agentManifests(ROOT).find(([name]) => name === `manifests/${level}.yaml`)?.[1] ?? '';

describe('lab against a sandbox without agent: install, use, remove', function () {
  this.timeout(180_000);
  let sandbox: RunningSandbox;
  let lab: Lab;
  const { signal } = new AbortController();
  const onStep = (_step: AgentInstallStep): void => undefined;

  before(async () => {
    await bundle();
    sandbox = await startSandbox({
      log: () => undefined,
      programs: built('sandbox/programs/main.js'),
      // The bundle that ships: what is loaded piece by piece would lie below what the containers have at /tmp.
      agent: join(ROOT, 'dist/agent.cjs'),
      agentPod: false,
      demo: true,
    });
    const quiet = { info: () => undefined, warn: () => undefined };
    lab = connect({ kubeconfigPath: sandbox.kubeconfigPath, env: process.env, log: quiet });
    await until(lab.nodes, (nodes) => nodes.length === 1, 'the node is there');
  });
  after(async () => {
    await lab?.dispose();
    await sandbox?.stop();
  });

  const node = (): NodeView | undefined => lab.nodes.get()[0];
  const install = async (level: AgentLevel): Promise<void> => {
    const plan = lab.agentInstaller.plan(level, manifests(level), null);
    await lab.agentInstaller.apply(plan, { force: false, onStep }, signal);
    assert.deepEqual(await lab.agentInstaller.ready(onStep, signal), { nodes: 1, answering: 1 });
  };

  it('shows the node as its kubelet describes it, without an agent', () => {
    const { facts, agent, name } = node() ?? {};
    assert.equal(name, sandbox.nodeName);
    assert.equal(facts?.ready, true);
    assert.equal(facts?.memoryPressure, false);
    assert.match(facts?.kernelVersion ?? '', /^\d+\.\d+/);
    assert.ok((facts?.capacityBytes ?? 0) > 2 ** 28);
    assert.equal(agent?.state, 'missing');
  });

  it('has all the rights', async () => {
    assert.equal(await lab.agentInstaller.missingRights('install', signal), null);
    assert.equal(await lab.agentInstaller.owner(signal), 'none');
  });

  it('installs counters only, and the agent tells what it may', async () => {
    await install('counters');
    await until(lab.nodes, ([one]) => one?.agent.state === 'live', 'the agent is live');
    const { capabilities, cgroupVersion } = node()?.agent.info ?? {};
    assert.ok(cgroupVersion === 1 || cgroupVersion === 2);
    assert.deepEqual([capabilities?.kernelLog, capabilities?.stress], [false, false]);
    assert.equal(capabilities?.killCounters, true);
    await until(
      lab.pods,
      (pods) => pods.some((pod) => pod.namespace === 'hello-kubernetes' && (pod.workingSetBytes ?? 0) > 0),
      'it measures the Pods of the sandbox',
    );
  });

  it('replaces it by one that may do everything', async () => {
    await install('stress');
    await until(
      lab.nodes,
      ([one]) => one?.agent.state === 'live' && one.agent.info?.capabilities.stress === true,
      'the new agent is live',
    );
    assert.equal(node()?.agent.info?.capabilities.kernelLog, true);
    assert.equal(await lab.agentInstaller.owner(signal), 'ours');
  });

  it('removes it, and nothing is left', async () => {
    const { removed, kept } = await lab.agentInstaller.remove(onStep, signal);
    assert.deepEqual([removed.map(({ kind }) => kind), kept], [['DaemonSet', 'Namespace'], null]);
    await until(lab.nodes, ([one]) => one?.agent.state === 'missing', 'the node has no agent');
    const { registry, cgroupRoot } = sandbox;
    assert.equal(registry.find(registry.definition('namespaces'), '', 'podstress'), undefined);
    const pods = registry.list(registry.definition('pods'));
    assert.deepEqual([...new Set(pods.map((pod) => pod.metadata['namespace']))], ['hello-kubernetes']);
    const cgroups = readdirSync(cgroupRoot ?? '', { recursive: true, encoding: 'utf8' });
    const uids = new Set(cgroups.flatMap((path) => /pod([-0-9a-f]{36})$/.exec(path)?.[1] ?? []));
    assert.deepEqual(uids, new Set(pods.map((pod) => pod.metadata.uid)));
  });
});

/** Resolves when the store's value fulfils the condition; fails loudly after 60 s. */
function until<T>(store: Store<T>, condition: (value: T) => boolean, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (value: T): void => {
      if (!condition(value)) return;
      stop();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`waited in vain until ${what}`));
    }, 60_000);
    const stop = store.subscribe(settle);
    settle(store.get());
  });
}
