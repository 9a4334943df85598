import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { decodePodMetrics, decodeStatsSummary } from '../../../src/cluster/memory-stats.js';

const recorded = (name: string): unknown =>
  JSON.parse(readFileSync(`test/fixtures/recordings/api/${name}.json`, 'utf8'));

describe('memory as the kubelet and metrics.k8s.io tell it', () => {
  it("reads a real kubelet's summary: containers with uid, time and bytes", () => {
    const containers = decodeStatsSummary(recorded('node-stats-summary'));
    const one = containers.find(({ pod, container }) => pod === 'p1' && container === 'c');
    assert.deepEqual(one, {
      namespace: 'apishapes',
      pod: 'p1',
      podUid: '77a959ad-6711-4bf3-80ea-f57b5eb51e10',
      container: 'c',
      time: Date.parse('2026-11-20T18:45:43Z'),
      workingSetBytes: 704_512,
      usageBytes: 704_512,
      rssBytes: 110_592,
    });
  });

  it("reads a real metrics-server's list: the working set alone", () => {
    assert.deepEqual(
      decodePodMetrics(recorded('metrics-pods')).map((one) => [one.pod, one.container, one.workingSetBytes]),
      [
        ['duo', 'a', 276 * 1024],
        ['duo', 'b', 264 * 1024],
        ['p1', 'c', 688 * 1024],
        ['p2', 'c', 952 * 1024],
      ],
    );
  });

  it('leaves out what is not measured: no memory, zero, no time, no name, numbers that are none', () => {
    const time = '2026-11-20T18:45:43Z';
    const container = (memory: unknown, name: unknown = 'c') => ({ name, memory });
    const containers = [
      container(undefined),
      container({ time, workingSetBytes: 0 }),
      container({ time: 'yesterday', workingSetBytes: 5 }),
      container({ time, workingSetBytes: 5 }, { evil: true }),
      container({ time, workingSetBytes: -5 }),
      container({ time, workingSetBytes: '5' }),
      null,
      container({ time, workingSetBytes: 5, rssBytes: -1, usageBytes: 'x' }, 'good'),
    ];
    const read = decodeStatsSummary({
      pods: [{ podRef: { name: 'p', namespace: 'n' }, containers }, { podRef: 7, containers }, 'pod'],
    });
    assert.deepEqual(
      read.map((one) => [one.container, one.workingSetBytes, one.rssBytes, one.usageBytes, one.podUid]),
      [['good', 5, null, null, null]],
    );
    const items = [
      {
        metadata: { name: 'p', namespace: 'n' },
        timestamp: time,
        containers: [{ name: 'c', usage: { memory: '0' } }],
      },
    ];
    assert.deepEqual(decodePodMetrics({ items }), []);
  });

  it('refuses what is no list', () => {
    assert.throws(() => decodeStatsSummary({ pods: {} }), /a list of pods was expected/);
    assert.throws(() => decodePodMetrics('items'), /a list of items was expected/);
  });
});
