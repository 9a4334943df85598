import assert from 'node:assert/strict';
import { podOfRow } from '../../../tools/demo/pods.js';

describe('a Pod row of the demo', () => {
  it('is read from its sentence', () => {
    const label =
      'Pod hello-kubernetes-hello-world-b55bfcf68-8mln6, working set 38.5 MiB of 500 MiB, 8 percent, QoS class Burstable, running';
    assert.deepEqual(podOfRow(label), {
      name: 'hello-kubernetes-hello-world-b55bfcf68-8mln6',
      workingSetMiB: 38.5,
      limitMiB: 500,
      qosClass: 'Burstable',
    });
  });

  it('knows other units', () => {
    assert.equal(
      podOfRow('Pod a, working set 512 KiB of 1.5 GiB, 0 percent, QoS class Burstable')?.limitMiB,
      1536,
    );
    assert.equal(
      podOfRow('Pod a, working set 512 KiB of 1.5 GiB, 0 percent, QoS class Burstable')?.workingSetMiB,
      0.5,
    );
  });

  it('is nothing without its memory', () => {
    assert.equal(podOfRow('Pod a, working set unknown, QoS class Burstable, Pending'), null);
    assert.equal(podOfRow('Container a, working set 1 MiB of 2 MiB, 50 percent'), null);
  });
});
