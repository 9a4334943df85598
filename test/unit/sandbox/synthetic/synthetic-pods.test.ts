import assert from 'node:assert/strict';
import type { Pod } from '../../../../src/core/kubernetes/objects.js';
import { arrayAt, type JsonObject, stringAt } from '../../../../src/sandbox/api/json.js';
import { typed } from '../../../../src/sandbox/api/kube-object.js';
import { isReady, podsReady } from '../../../../src/sandbox/readiness.js';
import { isSynthetic, syntheticPod } from '../../../../src/sandbox/synthetic/pod.js';
import { SyntheticPods } from '../../../../src/sandbox/synthetic/synthetic-pods.js';
import { json, smallPod, testApi, testRegistry } from '../support/api.js';

const NOW = Date.parse('2026-11-20T18:00:00Z');

describe('synthetic Pods', () => {
  it('are many, in many namespaces, with names of their own', () => {
    const registry = testRegistry();
    new SyntheticPods(registry, { pods: 1000, namespaces: 20 }, () => NOW);
    const pods = registry.list(registry.definition('pods'));
    assert.equal(pods.length, 1000);
    assert.equal(new Set(pods.map((pod) => pod.metadata['namespace'])).size, 20);
    assert.equal(new Set(pods.map((pod) => pod.metadata.uid)).size, 1000);
    assert.ok(pods.every(isSynthetic));
    assert.ok(pods.every((pod) => /^synthetic-node-\d+$/.test(stringAt(pod, 'spec', 'nodeName') ?? '')));
    const ready = pods.filter(isReady).length;
    assert.ok(ready > 950 && ready < 1000, `${ready} are ready`);
  });

  it('are Pods that the API would have taken', () => {
    const registry = testRegistry({ namespaces: ['synthetic-003'] });
    for (const index of [3, 13, 53, 73]) {
      const pod = syntheticPod(index, 10, { restarts: 0, since: NOW });
      const made = registry.create(registry.definition('pods'), 'synthetic-003', pod, {
        dryRun: true,
        fieldValidation: 'Strict',
      });
      assert.deepEqual(made['spec'], pod['spec']);
    }
  });

  it('the same index gives the same Pod', () => {
    const state = { restarts: 0, since: NOW };
    assert.deepEqual(syntheticPod(42, 10, state), syntheticPod(42, 10, state));
  });

  it('change one after the other, each with a version and a container of its own', () => {
    const registry = testRegistry();
    const synthetic = new SyntheticPods(registry, { pods: 10, namespaces: 1 }, () => NOW);
    const before = registry.list(registry.definition('pods'));
    synthetic.change(10);
    assert.equal(synthetic.changes, 10);
    const after = registry.list(registry.definition('pods'));
    for (const [index, pod] of after.entries()) {
      const old = typed<Pod>(before[index] as JsonObject);
      const { metadata, status } = typed<Pod>(pod);
      assert.notEqual(metadata.resourceVersion, old.metadata.resourceVersion);
      assert.equal(status?.containerStatuses?.[0]?.restartCount, 1);
      assert.equal(status.containerStatuses[0].lastState?.terminated?.reason, 'OOMKilled');
      assert.notEqual(
        status.containerStatuses[0].containerID,
        old.status?.containerStatuses?.[0]?.containerID,
      );
    }
  });

  it('a deleted one is gone at once and stays so', async () => {
    const api = await testApi();
    try {
      const synthetic = new SyntheticPods(api.registry, { pods: 3, namespaces: 1 });
      const [pod] = api.registry.list(api.registry.definition('pods'));
      const path = `/api/v1/namespaces/synthetic-000/pods/${pod?.metadata.name}`;
      assert.equal((await api.ask({ path, method: 'DELETE' })).status, 200);
      synthetic.change(6);
      assert.equal((await api.ask({ path })).status, 404);
      assert.equal(synthetic.changes, 4);
      const list = json(await api.ask({ path: '/api/v1/pods' }));
      assert.equal(arrayAt(list, 'items').length, 2);
    } finally {
      await api.close();
    }
  });

  it('keep nobody waiting who waits for Pods to be ready', async () => {
    const registry = testRegistry();
    new SyntheticPods(registry, { pods: 100, namespaces: 1 });
    await podsReady(registry, 1000);
    registry.create(registry.definition('pods'), 'default', smallPod('slow'));
    await assert.rejects(podsReady(registry, 1), /not ready after 0.001 s: default\/slow;/);
  });

  it('at a rate, until it is stopped', async () => {
    const registry = testRegistry();
    const seen = new Promise<void>((resolve) => {
      registry.subscribe(registry.definition('pods'), ({ before }) => before !== null && resolve());
    });
    const synthetic = new SyntheticPods(registry, { pods: 10, changesPerSecond: 500 });
    await seen;
    synthetic.stop();
  });
});
