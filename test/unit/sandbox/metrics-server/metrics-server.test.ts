import assert from 'node:assert/strict';
import { arrayAt, objectAt } from '../../../../src/sandbox/api/json.js';
import { goDuration } from '../../../../src/sandbox/go-duration.js';
import type { NodeStats, Reading } from '../../../../src/sandbox/kubelet/stats/usage.js';
import { MetricsServer } from '../../../../src/sandbox/metrics-server/metrics-server.js';
import { memoryQuantity, nanoCoresQuantity } from '../../../../src/sandbox/quantities.js';
import { smallPod, testRegistry } from '../support/api.js';

const START = Date.parse('2026-11-20T18:45:00Z');

function reading(time: number, cpuNanoseconds: number, workingSetBytes: number): Reading {
  const memory = { usageBytes: 0, workingSetBytes, inactiveFileBytes: 0, rssBytes: 0, cacheBytes: 0 };
  const usage = { memory, limitBytes: null, pageFaults: 0, majorPageFaults: 0, cpuNanoseconds };
  return { time, usage, usageNanoCores: null };
}

/** A metrics-server with one Pod, whose containers' readings the tests set. */
function rig() {
  const registry = testRegistry();
  const labels = { app: 'p1' };
  const pod = registry.create(registry.definition('pods'), 'default', smallPod('p1', { labels }));
  registry.create(registry.definition('nodes'), '', { metadata: { name: 'node1', labels }, spec: {} });
  const state = {
    now: START,
    node: reading(START, 0, 0),
    containers: {} as Record<string, { startTime: number; reading: Reading }>,
  };
  const stats = (): NodeStats => ({
    nodeName: 'node1',
    startTime: START,
    node: state.node,
    allPods: state.node,
    pods: [
      {
        name: 'p1',
        namespace: 'default',
        uid: pod.metadata.uid,
        startTime: START,
        reading: state.node,
        containers: Object.entries(state.containers).map(([name, one]) => ({ name, ...one })),
      },
    ],
  });
  const server = new MetricsServer({ registry, stats, log: assert.fail, now: () => state.now });
  return { state, server };
}

describe('the stand-in for metrics-server', () => {
  it('tells what it saw at its last scrape: the rate between two readings, the memory of the last', () => {
    const { state, server } = rig();
    state.now = START + 3_600_000;
    state.containers['c'] = { startTime: START, reading: reading(state.now, 1_000_000_000, 1024 * 1024) };
    server.scrape();
    assert.deepEqual(server.podMetrics(), [], 'one reading of an old container gives no rate');
    state.containers['c'].reading = reading(state.now + 10_500, 3_100_000_000, 700 * 1024);
    server.scrape();
    const [found] = server.podMetrics();
    assert.deepEqual(arrayAt(found, 'containers'), [{ name: 'c', usage: { cpu: '200m', memory: '700Ki' } }]);
    assert.equal(found?.['window'], '10.5s');
    assert.equal(found?.['timestamp'], '2026-11-20T19:45:10Z');
    assert.deepEqual(objectAt(found, 'metadata', 'labels'), { app: 'p1' });
    assert.equal(found?.metadata['uid'], undefined);
    state.containers['c'].reading = reading(state.now + 10_500, 3_100_000_000, 700 * 1024);
    server.scrape();
    assert.equal(server.podMetrics()[0]?.['window'], '10.5s', 'what was not read anew changes nothing');
  });

  it('a container that has just started counts from its start', () => {
    const { state, server } = rig();
    state.containers['c'] = { startTime: START, reading: reading(START + 5_000, 1_000_000, 4096) };
    state.now = START + 6_000;
    server.scrape();
    const [found] = server.podMetrics();
    assert.deepEqual(arrayAt(found, 'containers'), [{ name: 'c', usage: { cpu: '200u', memory: '4Ki' } }]);
  });

  it('a container that was started again does not count against its predecessor', () => {
    const { state, server } = rig();
    state.containers['c'] = { startTime: START, reading: reading(START + 5_000, 9_000_000_000, 4096) };
    server.scrape();
    state.now = START + 20_000;
    state.containers['c'] = {
      startTime: START + 18_000,
      reading: reading(START + 20_000, 2_000_000_000, 8192),
    };
    server.scrape();
    const usage = objectAt(arrayAt(server.podMetrics()[0], 'containers')[0], 'usage');
    assert.deepEqual(usage, { cpu: '1', memory: '8Ki' });
  });

  it('a Pod is told of once all its containers are known; the oldest gives the time', () => {
    const { state, server } = rig();
    const old = START - 3_600_000;
    state.containers['a'] = { startTime: START, reading: reading(START + 5_000, 0, 4096) };
    state.containers['b'] = { startTime: old, reading: reading(START + 4_000, 0, 4096) };
    server.scrape();
    assert.deepEqual(server.podMetrics(), []);
    state.containers['b'].reading = reading(START + 14_000, 0, 4096);
    server.scrape();
    assert.equal(server.podMetrics()[0]?.['timestamp'], '2026-11-20T18:45:05Z');
  });

  it('the node, after two scrapes', () => {
    const { state, server } = rig();
    server.scrape();
    assert.deepEqual(server.nodeMetrics(), []);
    state.node = reading(START + 10_000, 661_477_730, 1_347_448 * 1024);
    server.scrape();
    const [found] = server.nodeMetrics();
    assert.deepEqual(found?.['usage'], { cpu: '66147773n', memory: '1347448Ki' });
    assert.equal(found?.['window'], '10s');
    assert.deepEqual(found?.metadata['labels'], { app: 'p1' });
  });
});

describe('quantities and durations as Go prints them', () => {
  it('nanocores', () => {
    assert.deepEqual([0, 1371860, 852169, 1_500_000, 2_000_000, 3_000_000_000].map(nanoCoresQuantity), [
      '0',
      '1371860n',
      '852169n',
      '1500u',
      '2m',
      '3',
    ]);
  });

  it('bytes', () => {
    assert.deepEqual([0, 1000, 704512, 2 * 1024 * 1024, 5 * 2 ** 30].map(memoryQuantity), [
      '0',
      '1000',
      '688Ki',
      '2Mi',
      '5Gi',
    ]);
  });

  it('durations', () => {
    assert.deepEqual([0, 250, 9300, 10_009, 15_000, 80_000, 300_000, 3_600_000].map(goDuration), [
      '0s',
      '250ms',
      '9.3s',
      '10.009s',
      '15s',
      '1m20s',
      '5m0s',
      '1h0m0s',
    ]);
  });
});
