import assert from 'node:assert/strict';
import { arrayAt, type JsonObject, stringAt } from '../../../../src/sandbox/api/json.js';
import { type NamedObject, typed } from '../../../../src/sandbox/api/kube-object.js';
import { json, smallPod, type TestApi, testApi } from '../support/api.js';
import { comparable, recordedJson, recording } from '../support/recordings.js';

/** The recorded numbers, as the source would give them. */
function recorded(name: string, kind: string): NamedObject[] {
  const apiVersion = 'metrics.k8s.io/v1beta1';
  const items = arrayAt(recordedJson(name), 'items').toReversed();
  return items.map((item) => typed<NamedObject>({ kind, apiVersion, ...(item as JsonObject) }));
}

describe('metrics.k8s.io and the kubelet behind the node proxy', () => {
  let api: TestApi;

  before(async () => {
    api = await testApi({
      namespaces: ['apishapes'],
      metrics: {
        podMetrics: () => recorded('metrics-pods', 'PodMetrics'),
        nodeMetrics: () => recorded('metrics-nodes', 'NodeMetrics'),
      },
      kubeletStats: (node) => (node === 'node1' ? recordedJson('node-stats-summary') : null),
    });
    for (const name of ['node1', 'silent']) {
      api.registry.create(api.registry.definition('nodes'), '', { metadata: { name }, spec: {} });
    }
    api.registry.create(api.registry.definition('pods'), 'apishapes', smallPod('young'));
  });
  after(() => api.close());

  for (const name of [
    'apis-metrics-v1beta1',
    'metrics-nodes',
    'metrics-pod',
    'metrics-pod-404',
    'metrics-pods',
    'metrics-pods-table',
    'metrics-pods-watch-405',
    'node-proxy-unknown-node-404',
    'node-stats-summary',
  ]) {
    it(name, async () => {
      const { ask, status, text } = recording(name);
      const answer = await api.ask(ask);
      assert.equal(answer.status, status, answer.text);
      assert.deepEqual(comparable(json(answer)), comparable(JSON.parse(text)));
    });
  }

  it('is found by kubectl, after the Pods and nodes themselves', async () => {
    const accept = recording('apis-metrics-v1beta1').ask.headers;
    const groups = json(await api.ask({ path: '/apis', headers: accept ?? {} }));
    const names = arrayAt(groups, 'groups').map((one) => stringAt(one, 'name'));
    assert.ok(names.includes('metrics.k8s.io'), names.join());
  });

  it('selects by label and over all namespaces', async () => {
    const list = json(await api.ask({ path: '/apis/metrics.k8s.io/v1beta1/pods?labelSelector=app%3Dp2' }));
    assert.deepEqual(
      arrayAt(list, 'items').map((one) => stringAt(one, 'metadata', 'name')),
      ['p2'],
    );
  });

  it('a Pod that has not been measured yet', async () => {
    const path = '/apis/metrics.k8s.io/v1beta1/namespaces/apishapes/pods/young';
    const answer = await api.ask({ path });
    assert.equal(answer.status, 404);
    assert.equal(json(answer)['message'], 'podmetrics.metrics.k8s.io "apishapes/young" not found');
  });

  it('nothing is written there', async () => {
    const path = '/apis/metrics.k8s.io/v1beta1/namespaces/apishapes/pods';
    for (const method of ['POST', 'DELETE']) {
      assert.equal((await api.ask({ path, method, body: {} })).status, 405);
    }
  });

  it('a node without a kubelet, other paths of a kubelet, paths that only look like them', async () => {
    const ask = async (path: string, method = 'GET'): Promise<number> =>
      (await api.ask({ path, method })).status;
    assert.equal(await ask('/api/v1/nodes/silent/proxy/stats/summary'), 503);
    assert.equal(await ask('/api/v1/nodes/node1/proxy/run/x'), 404);
    assert.equal(await ask('/api/v1/nodes/node1/proxy'), 404);
    assert.equal(await ask('/api/v1/nodes/node1/proxy/stats/summary', 'POST'), 405);
    assert.equal(await ask('/api/v1/nodes/node1/status/stats/summary'), 404);
    assert.equal(await ask('/api/v1/namespaces/apishapes/pods/p1/proxy/stats/summary'), 404);
  });

  it('a cluster without metrics-server has no such group', async () => {
    const bare = await testApi();
    try {
      assert.equal((await bare.ask({ path: '/apis/metrics.k8s.io/v1beta1' })).status, 404);
    } finally {
      await bare.close();
    }
  });
});
