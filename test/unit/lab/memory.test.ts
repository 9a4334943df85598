import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { MeasuredContainer } from '../../../src/cluster/memory-stats.js';
import { Transport } from '../../../src/cluster/transport.js';
import type { Pod } from '../../../src/core/kubernetes/objects.js';
import { Interests } from '../../../src/lab/interests.js';
import { MemorySources, type MemorySourcesTiming } from '../../../src/lab/memory-sources.js';
import { Readings } from '../../../src/lab/readings.js';
import { Samples } from '../../../src/lab/samples.js';
import { access, json, type ScriptedServer, startServer, statusBody, until } from '../cluster/server.js';
import { sampleOf } from './world.js';

const STARTED = '2026-11-20T18:00:00Z';
const SECOND = 1000;

function pod(name: string, startedAt: string | null = STARTED, uid = `uid-${name}`): Pod {
  const state = startedAt === null ? { waiting: {} } : { running: { startedAt } };
  return {
    metadata: { name, namespace: 'shop', uid },
    spec: { nodeName: 'n1', containers: [{ name: 'main' }] },
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'main', image: '', imageID: '', ready: true, restartCount: 0, state }],
    },
  };
}

function measured(name: string, second: number, over: Partial<MeasuredContainer> = {}): MeasuredContainer {
  const time = Date.parse(STARTED) + second * SECOND;
  return {
    namespace: 'shop',
    pod: name,
    podUid: `uid-${name}`,
    container: 'main',
    time,
    workingSetBytes: 1000 + second,
    usageBytes: null,
    rssBytes: null,
    ...over,
  };
}

describe('lab readings of the kubelet and metrics.k8s.io', () => {
  const ages = (readings: Readings, name: string, now: number) =>
    readings
      .of(pod(name), 'main')
      .map(({ source, measuredAt }) => `${source} ${(now - measuredAt) / SECOND}`);

  it('count as old as the newest of their answer came first, whatever the cluster’s clock says', () => {
    const readings = new Readings();
    // The cluster's clock is years away from this one.
    const now = 50_000;
    assert.deepEqual(
      [...readings.add('kubelet', [measured('a', 20), measured('b', 14)], now)],
      ['shop/a', 'shop/b'],
    );
    assert.deepEqual(ages(readings, 'a', now), ['kubelet 0']);
    assert.deepEqual(ages(readings, 'b', now), ['kubelet 6']);
  });

  it('that are only repeated grow old', () => {
    const readings = new Readings();
    readings.add('metrics', [measured('a', 20)], 50_000);
    assert.equal(readings.add('metrics', [measured('a', 20)], 65_000).size, 0);
    assert.deepEqual(ages(readings, 'a', 65_000), ['metrics 15']);
    readings.add('metrics', [measured('a', 50)], 80_000);
    assert.deepEqual(ages(readings, 'a', 80_000), ['metrics 0']);
  });

  it('say nothing of another Pod of that name, of a container that does not run, or of the run before', () => {
    const readings = new Readings();
    readings.add('kubelet', [measured('a', 20)], 0);
    assert.equal(readings.of(pod('a'), 'main').length, 1);
    assert.equal(readings.of(pod('a', STARTED, 'uid-other'), 'main').length, 0);
    assert.equal(readings.of(pod('a', null), 'main').length, 0);
    assert.equal(readings.of(pod('a', '2026-11-20T18:00:21Z'), 'main').length, 0);
    assert.equal(readings.of(pod('a'), 'side').length, 0);
    readings.keepOnly(new Set());
    assert.equal(readings.of(pod('a'), 'main').length, 0);
  });
});

describe('lab kills that Kubernetes does not see', () => {
  const line = (oomKills: number, id = 'c') =>
    ({ type: 'sample', time: STARTED, containers: [sampleOf(id, 1, oomKills)], pods: [] }) as const;
  const kills = (samples: Samples, id = 'c') => samples.kills(pod('a'), 'main', id);

  it('are silent once their container has outlived them, also while a storm goes on', () => {
    const samples = new Samples();
    samples.add('n1', line(0), 0);
    samples.add('n1', line(2), 1 * SECOND);
    assert.deepEqual(kills(samples), { oomKills: 2, silentKills: 0, justKilled: true });
    samples.settle(4 * SECOND);
    assert.equal(kills(samples).silentKills, 0);
    samples.add('n1', line(5), 5 * SECOND);
    assert.deepEqual(samples.settle(6 * SECOND), ['c']);
    assert.deepEqual(kills(samples), { oomKills: 5, silentKills: 2, justKilled: true });
    samples.settle(11 * SECOND);
    assert.equal(kills(samples).silentKills, 5);
  });

  it('are not silent where the container has come anew', () => {
    const samples = new Samples();
    samples.add('n1', line(0), 0);
    samples.add('n1', line(1), 1 * SECOND);
    kills(samples);
    samples.settle(60 * SECOND);
    assert.deepEqual(kills(samples, 'next'), { oomKills: 1, silentKills: 0, justKilled: true });
  });

  it('are news for five minutes', () => {
    const samples = new Samples();
    samples.add('n1', line(0), 0);
    samples.tell('c', SECOND);
    samples.settle(299 * SECOND);
    assert.equal(kills(samples).justKilled, true);
    assert.deepEqual(samples.settle(301 * SECOND), ['c']);
    assert.deepEqual(kills(samples), { oomKills: 1, silentKills: 1, justKilled: false });
  });

  it('an agent covers its node as long as its lines come', () => {
    const samples = new Samples();
    samples.add('n1', line(0), 0);
    assert.equal(samples.covers('n1', 4 * SECOND), true);
    assert.equal(samples.covers('n1', 6 * SECOND), false);
    assert.equal(samples.covers('n2', 0), false);
  });
});

describe('lab interests', () => {
  it('are those of all views together, and of none when the last one goes', () => {
    const interests = new Interests();
    const [tree, pins] = [interests.open(), interests.open()];
    let told = 0;
    const stop = interests.onChange(() => told++);
    tree.show(['shop/a', 'shop/b'], ['c1']);
    pins.show(['shop/b', 'shop/c']);
    assert.deepEqual([...interests.pods].sort(), ['shop/a', 'shop/b', 'shop/c']);
    assert.deepEqual([...interests.containers], ['c1']);
    tree.dispose();
    pins.show([]);
    assert.equal(interests.pods.size, 0);
    assert.equal(told, 4);
    stop();
    pins.dispose();
    assert.equal(told, 4);
  });
});

describe('lab memory sources', () => {
  let server: ScriptedServer;
  let transport: Transport;
  let end: AbortController;
  let sources: MemorySources;
  let heard: string[];
  let logged: string[];

  beforeEach(async () => {
    server = await startServer((_, response) =>
      json(response, 500, statusBody(500, 'InternalError', 'no script')),
    );
    transport = new Transport(access(server));
    end = new AbortController();
    heard = [];
    logged = [];
  });

  afterEach(async () => {
    end.abort();
    await sources.ended();
    transport.dispose();
    await server.close();
  });

  function start(timing: MemorySourcesTiming): void {
    const log = (message: string) => logged.push(message);
    sources = new MemorySources({
      transport,
      signal: end.signal,
      log: { info: log, warn: log },
      timing,
      onMeasured: (source, answer) => heard.push(`${source}:${answer.map((one) => one.pod).join()}`),
    });
  }

  const asked = (text: string) => server.requests.filter(({ url }) => url.includes(text)).length;
  const summary = (response: ServerResponse, name: string) =>
    json(response, 200, {
      pods: [
        {
          podRef: { name, namespace: 'shop' },
          containers: [{ name: 'main', memory: { time: STARTED, workingSetBytes: 5 } }],
        },
      ],
    });
  const metrics = (response: ServerResponse) =>
    json(response, 200, {
      items: [
        {
          metadata: { name: 'by-metrics', namespace: 'shop' },
          timestamp: STARTED,
          containers: [{ name: 'main', usage: { memory: '5Ki' } }],
        },
      ],
    });

  it('ask the kubelets of the nodes that matter, again and again, and nobody once nothing is looked at', async () => {
    server.handler = (_, response, url) => summary(response, url.pathname.split('/')[4] ?? '');
    start({ kubeletMs: 20, metricsMs: 20 });
    sources.want([
      { namespace: 'shop', nodeName: 'n1' },
      { namespace: 'shop', nodeName: 'n1' },
      { namespace: 'shop', nodeName: 'a/b' },
    ]);
    await until(() => asked('/nodes/n1/proxy/stats/summary') >= 3, 'n1 was asked three times');
    assert.ok(asked('/nodes/a%2Fb/proxy/stats/summary') >= 1, 'a name is one segment of the path');
    assert.equal(asked('metrics.k8s.io'), 0);
    sources.want([]);
    await sources.ended();
    const before = server.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(server.requests.length, before);
    assert.ok(heard.includes('kubelet:n1'));
  });

  it('fall to metrics.k8s.io where the node proxy is forbidden, and do not ask the kubelets again soon', async () => {
    server.handler = (_, response, url) =>
      url.pathname.includes('/proxy/')
        ? json(response, 403, statusBody(403, 'Forbidden', 'nodes "n1" is forbidden'))
        : metrics(response);
    start({ kubeletMs: 10, metricsMs: 10, refusedMs: 60_000 });
    sources.want([
      { namespace: 'shop', nodeName: 'n1' },
      { namespace: 'shop', nodeName: 'n2' },
    ]);
    await until(() => heard.filter((one) => one === 'metrics:by-metrics').length >= 3, 'metrics came');
    assert.ok(asked('/proxy/stats') <= 2, 'one refusal holds for all nodes');
    assert.ok(asked('/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods') >= 3);
    sources.want([]);
    sources.want([{ namespace: 'shop', nodeName: 'n1' }]);
    await until(() => asked('metrics.k8s.io') >= 6, 'metrics are asked again');
    assert.ok(asked('/proxy/stats') <= 2, 'the refusal is remembered');
    assert.ok(
      logged.some((line) => /kubelet.*forbidden/.test(line)),
      logged.join(),
    );
  });

  it('one node that does not answer is no reason not to ask the others', async () => {
    server.handler = (_, response, url) => {
      if (url.pathname.includes('/n1/')) json(response, 502, statusBody(502, 'BadGateway', 'no route'));
      else if (url.pathname.includes('/proxy/')) summary(response, 'by-kubelet');
      else metrics(response);
    };
    start({ kubeletMs: 10, metricsMs: 10 });
    sources.want([
      { namespace: 'shop', nodeName: 'n1' },
      { namespace: 'other', nodeName: 'n2' },
    ]);
    await until(
      () => heard.includes('kubelet:by-kubelet') && heard.includes('metrics:by-metrics'),
      'both sources answered',
    );
    assert.equal(asked('/namespaces/other/'), 0);
  });

  it('one list of all namespaces instead of many, unless that is forbidden', async () => {
    let isForbidden = false;
    server.handler = (_, response, url) => {
      const everywhere = url.pathname === '/apis/metrics.k8s.io/v1beta1/pods';
      if (url.pathname.includes('/proxy/')) json(response, 404, statusBody(404, 'NotFound', 'gone'));
      else if (everywhere && isForbidden)
        json(response, 403, statusBody(403, 'Forbidden', 'pods is forbidden'));
      else metrics(response);
    };
    start({ kubeletMs: 10, metricsMs: 10, refusedMs: 60_000 });
    const many = Array.from({ length: 6 }, (_, index) => ({ namespace: `ns-${index}`, nodeName: 'n1' }));
    sources.want(many);
    await until(() => asked('/v1beta1/pods') >= 2, 'the list of all namespaces is asked for');
    isForbidden = true;
    await until(() => asked('/namespaces/ns-5/') >= 1, 'each namespace is asked for');
  });
});
