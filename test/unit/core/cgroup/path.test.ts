import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isWithin, podOfCgroup, readCgroupPath } from '../../../../src/core/cgroup/path.js';

interface Vector {
  path: string;
  pod_uid: string | null;
  qos: string | null;
  container_id: string | null;
  runtime: string | null;
  form: string;
}

const vectors = JSON.parse(readFileSync('test/fixtures/cgroup-path-vectors.json', 'utf8')) as Vector[];

describe('cgroup path', () => {
  it('has vectors to check', () => assert.ok(vectors.length >= 44));

  for (const vector of vectors) {
    it(`reads ${vector.form}`, () => {
      assert.deepEqual(readCgroupPath(vector.path), {
        podUid: vector.pod_uid,
        qos: vector.qos,
        containerId: vector.container_id,
        runtime: vector.runtime,
      });
    });
  }

  it('sees a sandbox parent through', () => {
    const id = '3a'.repeat(32);
    const uid = '0f1e2d3c-1111-4222-8333-a1b2c3d4e5f6';
    const path = `/podstress-sandbox-AbCd/kubepods/burstable/pod${uid}/${id}`;
    assert.deepEqual(podOfCgroup(path), { uid, qos: 'Burstable', containerId: id, runtime: null });
  });

  it('gives no Pod for a path without one', () =>
    assert.equal(podOfCgroup('/system.slice/cron.service'), null));

  it('tells below from beside', () => {
    assert.ok(isWithin('/a/b', '/a') && isWithin('/a', '/a') && isWithin('/a', '/'));
    assert.ok(!isWithin('/ab', '/a'));
  });
});
