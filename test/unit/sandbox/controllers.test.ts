import assert from 'node:assert/strict';
import { setImmediate as settled } from 'node:timers/promises';
import { objectAt, stringAt, stringMapAt } from '../../../src/sandbox/api/json.js';
import type { KubeObject } from '../../../src/sandbox/api/kube-object.js';
import { startNamespaceController } from '../../../src/sandbox/api/namespaces.js';
import type { Registry } from '../../../src/sandbox/api/registry.js';
import { ApiError } from '../../../src/sandbox/api/status.js';
import { DaemonSetController } from '../../../src/sandbox/controllers/daemon-sets.js';
import { startGarbageCollector } from '../../../src/sandbox/controllers/garbage-collector.js';
import { createNode } from '../../../src/sandbox/kubelet/node.js';
import { smallPod, testRegistry } from './support/api.js';

const LABELS = { app: 'agent' };

describe('DaemonSets in the sandbox', () => {
  let registry: Registry;
  let stops: (() => void)[] = [];

  beforeEach(() => {
    registry = testRegistry();
    createNode(registry, 'node-1');
    const controller = new DaemonSetController(registry);
    controller.start();
    stops = [startGarbageCollector(registry), startNamespaceController(registry), () => controller.stop()];
  });
  afterEach(() => {
    for (const stop of stops) stop();
  });

  const sets = () => registry.definition('daemonsets', 'apps');
  const pods = () => registry.list(registry.definition('pods'), 'default');
  const status = () => objectAt(registry.get(sets(), 'default', 'agent'), 'status') ?? {};
  const make = (image = 'i:1', template: object = {}): KubeObject =>
    registry.create(sets(), 'default', {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent' },
      spec: {
        selector: { matchLabels: LABELS },
        template: {
          metadata: { labels: LABELS },
          spec: { containers: [{ name: 'agent', image }], ...template },
        },
      },
    });
  const ready = (pod: KubeObject) =>
    registry.patch(
      registry.definition('pods'),
      'default',
      pod.metadata.name,
      (current) => ({
        ...current,
        status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
      }),
      { subresource: 'status' },
    );

  it('run one Pod on the node, which belongs to them, and count it', async () => {
    const set = make();
    await settled();
    const [pod, ...more] = pods();
    assert.ok(pod !== undefined && more.length === 0);
    assert.match(pod.metadata.name, /^agent-[a-z0-9]{5}$/);
    assert.equal(stringAt(pod, 'spec', 'nodeName'), 'node-1');
    assert.deepEqual(pod.metadata['ownerReferences'], [
      {
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        name: 'agent',
        uid: set.metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    const counts = { currentNumberScheduled: 1, numberMisscheduled: 0, desiredNumberScheduled: 1 };
    const waiting = { ...counts, observedGeneration: 1, updatedNumberScheduled: 1 };
    assert.deepEqual(status(), { ...waiting, numberReady: 0, numberUnavailable: 1 });
    ready(pod);
    await settled();
    assert.deepEqual(status(), { ...waiting, numberReady: 1, numberAvailable: 1 });
  });

  it('want no Pod where the node does not match', async () => {
    make('i:1', { nodeSelector: { disk: 'ssd' } });
    await settled();
    assert.deepEqual([pods().length, status()['desiredNumberScheduled']], [0, 0]);
  });

  it('replace the Pod when the template changes, and when it has ended', async () => {
    make();
    await settled();
    const [first] = pods();
    registry.patch(sets(), 'default', 'agent', (current) => ({
      ...current,
      spec: {
        ...objectAt(current, 'spec'),
        template: {
          metadata: { labels: LABELS },
          spec: { containers: [{ name: 'agent', image: 'i:2' }], terminationGracePeriodSeconds: 0 },
        },
      },
    }));
    await settled();
    // No kubelet lets it go here.
    release(registry);
    await settled();
    const [second] = pods();
    assert.ok(first !== undefined && second !== undefined);
    assert.notEqual(second.metadata.uid, first.metadata.uid);
    assert.notEqual(hash(second), hash(first));
    registry.patch(
      registry.definition('pods'),
      'default',
      second.metadata.name,
      (current) => ({ ...current, status: { phase: 'Failed' } }),
      { subresource: 'status' },
    );
    await settled();
    release(registry);
    await settled();
    assert.notEqual(pods()[0]?.metadata.uid, second.metadata.uid);
    assert.equal(status()['observedGeneration'], 2);
  });

  it('adopt a matching Pod that nobody controls, and replace it by their own', async () => {
    const orphan = smallPod('by-hand', { labels: LABELS });
    registry.create(registry.definition('pods'), 'default', {
      ...orphan,
      spec: { ...objectAt(orphan, 'spec'), nodeName: 'node-1' },
    });
    make();
    await settled();
    release(registry);
    await settled();
    assert.deepEqual(
      pods().map((pod) => pod.metadata.name === 'by-hand'),
      [false],
    );
  });

  it('take their Pods with them, also with their namespace', async () => {
    make();
    await settled();
    registry.delete(sets(), 'default', 'agent');
    await settled();
    assert.ok(pods()[0]?.metadata['deletionTimestamp'] !== undefined);
    release(registry);
    assert.deepEqual(pods(), []);
    make();
    await settled();
    registry.delete(registry.definition('namespaces'), '', 'default');
    await settled();
    release(registry);
    await settled();
    assert.equal(registry.find(registry.definition('namespaces'), '', 'default'), undefined);
    assert.deepEqual([pods(), registry.list(sets())], [[], []]);
  });

  it('are refused where their Pods could never be', () => {
    const bad = (spec: object) => () =>
      registry.create(sets(), 'default', {
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        metadata: { name: 'bad' },
        spec: JSON.parse(JSON.stringify(spec)),
      });
    const template = { metadata: { labels: LABELS }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    assert.throws(bad({ template }), /spec\.selector: Required value/);
    assert.throws(bad({ selector: { matchLabels: { app: 'x' } }, template }), /does not match template/);
    const empty = { ...template, spec: {} };
    assert.throws(
      bad({ selector: { matchLabels: LABELS }, template: empty }),
      /spec\.template\.spec\.containers: Required value/,
    );
    make();
    assert.throws(
      () => registry.delete(sets(), 'default', 'agent', { propagation: 'Orphan' }),
      (error) => error instanceof ApiError && error.code === 501,
    );
  });
});

/** What the kubelet does at the end of a Pod that is being deleted. */
function release(registry: Registry): void {
  const definition = registry.definition('pods');
  for (const pod of registry.list(definition)) {
    if (pod.metadata['deletionTimestamp'] === undefined) continue;
    registry.delete(definition, 'default', pod.metadata.name, { graceSeconds: 0 });
  }
}

function hash(pod: KubeObject): string | undefined {
  return stringMapAt(pod, 'metadata', 'labels')['controller-revision-hash'];
}
