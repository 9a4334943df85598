import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { PodSpec } from '../../../../src/core/kubernetes/objects.js';
import { oomScoreAdj } from '../../../../src/core/memory/oom-score-adj.js';
import { qosClass } from '../../../../src/core/memory/qos.js';

interface Row {
  readonly nodeMemoryBytes: string;
  readonly oomScoreAdj: Readonly<Record<string, number>>;
  readonly qosClass: string;
  readonly spec: PodSpec;
}

const rows: readonly Row[] = JSON.parse(readFileSync('test/fixtures/go-truth/qos.json', 'utf8'));

describe('core/memory QoS class and oom_score_adj', () => {
  it('agrees with Kubernetes on the class of every Pod', () => {
    assert.ok(rows.length >= 240);
    for (const [index, row] of rows.entries()) {
      assert.equal(qosClass(row.spec), row.qosClass, `row ${index}: ${JSON.stringify(row.spec)}`);
    }
  });

  it("agrees with the kubelet on every container's oom_score_adj", () => {
    for (const [index, row] of rows.entries()) {
      const qos = qosClass(row.spec);
      for (const [name, expected] of Object.entries(row.oomScoreAdj)) {
        const actual = oomScoreAdj(row.spec, qos, name, Number(row.nodeMemoryBytes));
        assert.equal(actual, expected, `row ${index}, ${name}: ${JSON.stringify(row.spec)}`);
      }
    }
  });

  it('treats a node-critical Pod as Guaranteed and knows no container that is not there', () => {
    const spec: PodSpec = { containers: [{ name: 'a' }], priorityClassName: 'system-node-critical' };
    assert.equal(oomScoreAdj(spec, 'BestEffort', 'a', 2 ** 30), -997);
    assert.equal(oomScoreAdj(spec, 'BestEffort', 'b', 2 ** 30), null);
  });

  it('gives the 992 seen on a 24 GiB node for a request of 200Mi', () => {
    const spec: PodSpec = { containers: [{ name: 'a', resources: { requests: { memory: '200Mi' } } }] };
    assert.equal(oomScoreAdj(spec, 'Burstable', 'a', 24 * 2 ** 30), 992);
  });
});
