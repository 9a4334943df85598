import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessFor, loadKubeconfig } from '../../../src/cluster/kubeconfig/load.js';
import { Transport } from '../../../src/cluster/transport.js';
import { ClusterAgentInstaller } from '../../../src/lab/agent-installer.js';
import { neededRights, planInstall } from '../../../src/lab/agent-plan.js';
import { grantCommands } from '../../../src/lab/rights.js';
import { ValueStore } from '../../../src/lab/store.js';
import type { AgentInstallStep, AgentView } from '../../../src/lab/types.js';
import { startNamespaceController } from '../../../src/sandbox/api/namespaces.js';
import { parseDenial } from '../../../src/sandbox/api/resources/access-reviews.js';
import { DaemonSetController } from '../../../src/sandbox/controllers/daemon-sets.js';
import { startGarbageCollector } from '../../../src/sandbox/controllers/garbage-collector.js';
import { createNode } from '../../../src/sandbox/kubelet/node.js';
import { AGENT_MANIFESTS, agentManifests } from '../../../tools/build/kustomize.js';
import { ROOT } from '../../../tools/root.js';
import { type TestApi, TOKEN, testApi } from '../sandbox/support/api.js';

const manifests = (level: string): string =>
  agentManifests(ROOT).find(([name]) => name === `manifests/${level}.yaml`)?.[1] ?? '';
const PLAN = planInstall('stress', manifests('stress'), 'registry.example/podstress-agent:0.1.0');

describe('installing the agent', () => {
  let api: TestApi;
  let transport: Transport;
  let installer: ClusterAgentInstaller;
  let agents: ValueStore<readonly AgentView[]>;
  let ends: (() => void)[] = [];
  const signal = new AbortController().signal;
  const steps: AgentInstallStep[] = [];
  const onStep = (step: AgentInstallStep): void => void steps.push(step);

  beforeEach(async () => {
    steps.length = 0;
    api = await testApi({ denials: ['patch:daemonsets.apps', 'create:pods/portforward'].map(parseDenial) });
    const { registry } = api;
    createNode(registry, 'node-1');
    const controller = new DaemonSetController(registry);
    controller.start();
    ends = [startGarbageCollector(registry), startNamespaceController(registry), () => controller.stop()];
    transport = await transportTo(api);
    agents = new ValueStore<readonly AgentView[]>([], () => undefined);
    const timing = { pollMs: 5, readyWithinMs: 400, goneWithinMs: 400 };
    installer = new ClusterAgentInstaller(transport, agents, signal, timing);
  });
  afterEach(async () => {
    for (const end of ends) end();
    transport.dispose();
    await api.close();
  });

  const pods = () => api.registry.list(api.registry.definition('pods'), 'podstress');
  const exists = (plural: string, group: string, namespace: string, name: string): boolean =>
    api.registry.find(api.registry.definition(plural, group), namespace, name) !== undefined;
  const makeReady = (): void => {
    for (const pod of pods()) {
      const conditions = [{ type: 'Ready', status: 'True' }];
      api.registry.patch(
        api.registry.definition('pods'),
        'podstress',
        pod.metadata.name,
        (current) => ({ ...current, status: { phase: 'Running', conditions } }),
        { subresource: 'status' },
      );
    }
  };
  const answering: AgentView = { nodeName: 'node-1', podName: 'p', state: 'live', detail: null, node: null };
  /** What a kubelet does with Pods that are being deleted; ends with the test. */
  const kubelet = (): void => {
    const definition = api.registry.definition('pods');
    const stop = api.registry.subscribe(definition, ({ after }) => {
      if (after?.metadata['deletionTimestamp'] === undefined) return;
      queueMicrotask(() => {
        if (!exists('pods', '', 'podstress', after.metadata.name)) return;
        api.registry.delete(definition, 'podstress', after.metadata.name, { graceSeconds: 0 });
      });
    });
    ends.push(stop);
  };

  it('shows what it applies, marked as ours, with the image that was asked for', () => {
    assert.match(PLAN.text, /app\.kubernetes\.io\/managed-by: podstress/);
    assert.match(PLAN.text, /image: registry\.example\/podstress-agent:0\.1\.0/);
    assert.equal(PLAN.image, 'registry.example/podstress-agent:0.1.0');
    assert.deepEqual(
      PLAN.objects.map(({ ref }) => `${ref.kind} ${ref.namespace} ${ref.name}`),
      ['Namespace null podstress', 'DaemonSet podstress podstress-agent'],
    );
    assert.equal(planInstall('counters', manifests('counters'), null).image, 'podstress-agent:0.1.0');
    for (const bad of ['', 'a: [', 'apiVersion: v1\nkind: Secret\nmetadata: {name: x, namespace: y}\n']) {
      assert.throws(() => planInstall('counters', bad, null), /cannot be read/);
    }
    assert.equal(Object.keys(AGENT_MANIFESTS).length, 3);
  });

  it('says which rights are missing and the commands that grant them', async () => {
    const missing = await installer.missingRights('install', signal);
    assert.deepEqual(missing?.rights, [
      { verb: 'patch', resource: 'daemonsets.apps', namespace: 'podstress' },
      { verb: 'create', resource: 'pods/portforward', namespace: 'podstress' },
    ]);
    assert.deepEqual(missing?.commands, [
      'kubectl create clusterrole podstress-agent-1 --verb=patch --resource=daemonsets.apps',
      'kubectl create rolebinding podstress-agent-1 --clusterrole=podstress-agent-1 --user=USER --namespace=podstress',
      'kubectl create clusterrole podstress-agent-2 --verb=create --resource=pods/portforward',
      'kubectl create rolebinding podstress-agent-2 --clusterrole=podstress-agent-2 --user=USER --namespace=podstress',
    ]);
    assert.equal(await installer.missingRights('remove', signal), null);
    assert.match(
      grantCommands(neededRights('install', 'podstress'), 'podstress-agent').join('\n'),
      /clusterrole podstress-agent-1 --verb=get,create,patch --resource=namespaces\nkubectl create clusterrolebinding/,
    );
  });

  it('is ready when every node has an agent that answers, not before', async () => {
    await installer.apply(PLAN, { force: false, onStep }, signal);
    const ready = installer.ready(onStep, signal);
    setImmediate(() => {
      makeReady();
      agents.set([answering]);
    });
    assert.deepEqual(await ready, { nodes: 1, answering: 1 });
    assert.deepEqual(
      steps.slice(0, 2).map((step) => step.kind === 'applying' && step.object.kind),
      ['Namespace', 'DaemonSet'],
    );
    assert.deepEqual(await installer.owner(signal), 'ours');
  });

  it('says why it is not ready where that takes too long', async () => {
    await installer.apply(PLAN, { force: false, onStep }, signal);
    const [pod] = pods();
    const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image' };
    api.registry.patch(
      api.registry.definition('pods'),
      'podstress',
      pod?.metadata.name ?? '',
      (current) => ({
        ...current,
        status: { phase: 'Pending', containerStatuses: [{ name: 'agent', state: { waiting } }] },
      }),
      { subresource: 'status' },
    );
    await assert.rejects(
      installer.ready(onStep, signal),
      /0 of 1 agents are available and 0 answer\. podstress-agent-\w+: ImagePullBackOff: Back-off pulling image/,
    );
    makeReady();
    await assert.rejects(installer.ready(onStep, signal), /1 of 1 agents are available and 0 answer/);
  });

  it('stops at a conflict with the field and its manager, and takes over when told to', async () => {
    await installer.apply(PLAN, { force: false, onStep }, signal);
    await api.ask({
      method: 'PATCH',
      path: '/apis/apps/v1/namespaces/podstress/daemonsets/podstress-agent?fieldManager=somebody',
      headers: { 'Content-Type': 'application/strategic-merge-patch+json' },
      body: { spec: { template: { spec: { containers: [{ name: 'agent', image: 'mine' }] } } } },
    });
    await assert.rejects(installer.apply(PLAN, { force: false, onStep }, signal), (error) => {
      assert.ok(error instanceof Error && 'kind' in error && error.kind === 'already-exists');
      assert.match(
        error.message,
        /^DaemonSet podstress-agent: Apply failed with 1 conflict: conflict with "somebody"/,
      );
      assert.match(
        error.message,
        /containers\[name="agent"\]\.image\. Applied before it: Namespace podstress\.$/,
      );
      return true;
    });
    await installer.apply(PLAN, { force: true, onStep }, signal);
  });

  it('removes what it has made, and nothing is left', async () => {
    kubelet();
    await installer.apply(PLAN, { force: false, onStep }, signal);
    const { removed, kept } = await installer.remove(onStep, signal);
    assert.deepEqual([removed.map(({ kind }) => kind), kept], [['DaemonSet', 'Namespace'], null]);
    assert.deepEqual(
      [
        exists('namespaces', '', '', 'podstress'),
        exists('daemonsets', 'apps', 'podstress', 'podstress-agent'),
      ],
      [false, false],
    );
    assert.deepEqual(await installer.remove(onStep, signal), { removed: [], kept: null });
    assert.equal(await installer.owner(signal), 'none');
  });

  it('keeps a namespace that others use or made', async () => {
    kubelet();
    await installer.apply(PLAN, { force: false, onStep }, signal);
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'other' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    };
    api.registry.create(api.registry.definition('pods'), 'podstress', pod);
    assert.equal((await installer.remove(onStep, signal)).kept, 'in-use');
    api.registry.delete(api.registry.definition('namespaces'), '', 'podstress');
    await new Promise(setImmediate);
    api.registry.create(api.registry.definition('namespaces'), '', { metadata: { name: 'podstress' } });
    await installer.apply(PLAN, { force: false, onStep }, signal);
    assert.equal((await installer.remove(onStep, signal)).kept, 'not-ours');
    assert.equal(exists('namespaces', '', '', 'podstress'), true);
  });

  it('removes an agent that somebody restarted meanwhile', async () => {
    kubelet();
    await installer.apply(PLAN, { force: false, onStep }, signal);
    await api.ask({
      method: 'PATCH',
      path: '/apis/apps/v1/namespaces/podstress/daemonsets/podstress-agent?fieldManager=kubectl-rollout',
      headers: { 'Content-Type': 'application/strategic-merge-patch+json' },
      body: { spec: { template: { metadata: { annotations: { restartedAt: 'now' } } } } },
    });
    assert.equal(await installer.owner(signal), 'ours');
    const { removed } = await installer.remove(onStep, signal);
    assert.deepEqual(
      removed.map(({ kind }) => kind),
      ['DaemonSet', 'Namespace'],
    );
  });

  it('does not touch an agent that somebody else installed', async () => {
    const text = manifests('counters');
    for (const { ref, body } of planInstall('counters', text, null).objects) {
      const path =
        ref.kind === 'Namespace'
          ? '/api/v1/namespaces/podstress'
          : '/apis/apps/v1/namespaces/podstress/daemonsets/podstress-agent';
      const made = await api.ask({
        method: 'PATCH',
        path: `${path}?fieldManager=kubectl`,
        headers: { 'Content-Type': 'application/apply-patch+yaml' },
        body: JSON.parse(JSON.stringify(body)),
      });
      assert.equal(made.status, 201, made.text);
    }
    assert.equal(await installer.owner(signal), 'other');
    await assert.rejects(
      installer.remove(onStep, signal),
      /not installed by Podstress \(field managers: kubectl\)/,
    );
    assert.equal(exists('daemonsets', 'apps', 'podstress', 'podstress-agent'), true);
  });

  it('ends when it is cancelled', async () => {
    await installer.apply(PLAN, { force: false, onStep }, signal);
    const controller = new AbortController();
    const waiting = installer.ready(onStep, controller.signal);
    controller.abort();
    await assert.rejects(
      waiting,
      (error) => error instanceof Error && 'kind' in error && error.kind === 'not-connected',
    );
  });
});

async function transportTo(api: TestApi): Promise<Transport> {
  const folder = mkdtempSync(join(tmpdir(), 'podstress-test-installer-'));
  const path = join(folder, 'kubeconfig');
  const authority = Buffer.from(api.certificate.authority).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server: api.server.url, 'certificate-authority-data': authority } }],
    users: [{ name: 'u', user: { token: TOKEN } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
  };
  writeFileSync(path, JSON.stringify(config));
  try {
    return new Transport(accessFor(await loadKubeconfig({ path, env: {} }), null, {}));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
