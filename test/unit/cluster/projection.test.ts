import assert from 'node:assert/strict';
import { projectPod } from '../../../src/cluster/objects.js';
import { Shared } from '../../../src/cluster/shared.js';

/** As a page of a list has it: every text is a copy of its own. */
function pod(name: string): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify({
      metadata: {
        name,
        namespace: 'shop',
        uid: `uid-${name}`,
        labels: { app: 'web', tier: 'front' },
        managedFields: [{ manager: 'kubelet' }],
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'u', controller: true },
        ],
      },
      spec: {
        nodeName: 'node1',
        restartPolicy: 'Always',
        tolerations: [{}],
        containers: [
          {
            name: 'c',
            image: 'web:1',
            env: [{}],
            resources: { limits: { memory: '1Gi', cpu: 2 } },
            livenessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 5, failureThreshold: 3 },
          },
        ],
      },
      status: {
        phase: 'Running',
        qosClass: 'Burstable',
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-11-20T18:00:00Z' }],
        containerStatuses: [
          {
            name: 'c',
            image: 'web:1',
            imageID: 'sha256:1',
            ready: true,
            restartCount: 1,
            started: true,
            containerID: 'containerd://1',
            state: { running: { startedAt: '2026-11-20T18:00:00Z' } },
            lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', containerID: 'containerd://0' } },
          },
        ],
      },
    }),
  ) as Record<string, unknown>;
}

describe('what is kept of a Pod', () => {
  it('is what is shown and selected by, and nothing else', () => {
    assert.deepEqual(projectPod(pod('a')), {
      metadata: {
        name: 'a',
        namespace: 'shop',
        uid: 'uid-a',
        labels: { app: 'web', tier: 'front' },
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'u', controller: true },
        ],
      },
      spec: {
        nodeName: 'node1',
        restartPolicy: 'Always',
        containers: [
          {
            name: 'c',
            image: 'web:1',
            resources: { limits: { memory: '1Gi' } },
            livenessProbe: { periodSeconds: 5, failureThreshold: 3 },
          },
        ],
      },
      status: {
        phase: 'Running',
        qosClass: 'Burstable',
        containerStatuses: [
          {
            name: 'c',
            image: 'web:1',
            imageID: '',
            ready: true,
            restartCount: 1,
            started: true,
            containerID: 'containerd://1',
            state: { running: { startedAt: '2026-11-20T18:00:00Z' } },
            lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', containerID: 'containerd://0' } },
          },
        ],
      },
    });
  });

  it('holds once what Pods say alike', () => {
    const [a, b] = [projectPod(pod('a')), projectPod(pod('b'))];
    assert.equal(a?.metadata.labels, b?.metadata.labels);
    assert.equal(a?.spec.containers[0]?.resources?.limits, b?.spec.containers[0]?.resources?.limits);
    assert.equal(a?.spec.containers[0]?.livenessProbe, b?.spec.containers[0]?.livenessProbe);
    assert.notEqual(a?.status, b?.status);
  });

  it('null without a name or a spec; odd parts are left out', () => {
    assert.equal(projectPod({ metadata: {}, spec: {} }), null);
    assert.equal(projectPod({ metadata: { name: 'a' } }), null);
    const odd = {
      metadata: { name: 'a', labels: 7 },
      spec: { containers: [7, { name: 'c', image: 7 }] },
      status: 7,
    };
    assert.deepEqual(projectPod(odd), {
      metadata: { name: 'a' },
      spec: { containers: [{ name: 'c' }] },
      status: { containerStatuses: [] },
    });
  });
});

describe('what is kept once', () => {
  it('maps that differ in a key, a value or their order are not the same', () => {
    const shared = new Shared();
    const first = shared.map({ a: '1', b: '2' });
    assert.equal(shared.map({ a: '1', b: '2' }), first);
    for (const other of [{ b: '2', a: '1' }, { a: '1' }, { a: '1', b: '3' }, { 'a":"1","b': '2' }]) {
      assert.notEqual(shared.map(other), first);
    }
  });

  it('is bounded, and right after it was forgotten', () => {
    const shared = new Shared();
    for (let i = 0; i < 50_000; i += 1) assert.equal(shared.text(`t${i}`), `t${i}`);
    const long = 'x'.repeat(1000);
    assert.equal(shared.text(long), long);
  });
});
