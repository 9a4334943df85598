import assert from 'node:assert/strict';
import { arrayAt, objectAt, stringAt } from '../../../../src/sandbox/api/json.js';
import { json, smallPod, type TestApi, testApi } from '../support/api.js';

describe('lists', () => {
  let api: TestApi;
  const pods = () => api.registry.definition('pods');

  before(async () => {
    api = await testApi({ namespaces: ['a', 'b'], historyLength: 30 });
    for (const name of ['p1', 'p2', 'p3']) api.registry.create(pods(), 'a', smallPod(name));
    api.registry.create(pods(), 'b', smallPod('p0'));
  });
  after(() => api.close());

  const names = async (path: string): Promise<string[]> => {
    const answer = await api.ask({ path });
    assert.equal(answer.status, 200, answer.text);
    return arrayAt(json(answer), 'items').map((item) => stringAt(item, 'metadata', 'name') ?? '');
  };

  it('are in the order of namespace and name', async () => {
    assert.deepEqual(await names('/api/v1/pods'), ['p1', 'p2', 'p3', 'p0']);
    assert.deepEqual(await names('/api/v1/namespaces/a/pods'), ['p1', 'p2', 'p3']);
    assert.deepEqual(await names('/api/v1/namespaces/none/pods'), []);
  });

  it('come in pages of one and the same state', async () => {
    const first = json(await api.ask({ path: '/api/v1/pods?limit=2' }));
    const metadata = objectAt(first, 'metadata') ?? {};
    assert.equal(metadata['remainingItemCount'], 2);
    api.registry.create(pods(), 'a', smallPod('p25'));
    const more = `/api/v1/pods?limit=2&continue=${metadata['continue']}`;
    assert.deepEqual(await names(more), ['p3', 'p0']);
    const second = json(await api.ask({ path: more }));
    assert.equal(objectAt(second, 'metadata')?.['resourceVersion'], metadata['resourceVersion']);
    assert.equal(objectAt(second, 'metadata')?.['continue'], undefined);
    assert.deepEqual(await names('/api/v1/namespaces/a/pods'), ['p1', 'p2', 'p25', 'p3']);
    api.registry.delete(pods(), 'a', 'p25');
  });

  it('can be had as of a version', async () => {
    const version = api.registry.store.revision;
    api.registry.delete(pods(), 'a', 'p3');
    const at = `/api/v1/namespaces/a/pods?resourceVersion=${version}&resourceVersionMatch=Exact`;
    assert.deepEqual(await names(at), ['p1', 'p2', 'p3']);
    assert.deepEqual(await names('/api/v1/namespaces/a/pods'), ['p1', 'p2']);
  });

  it('are written in YAML when asked', async () => {
    const answer = await api.ask({ path: '/api/v1/pods', headers: { Accept: 'application/yaml' } });
    assert.equal(answer.headers['content-type'], 'application/yaml');
    assert.match(answer.text, /^kind: PodList/);
  });

  it('fall back from protobuf to JSON', async () => {
    const headers = { Accept: 'application/vnd.kubernetes.protobuf,application/json' };
    assert.equal(json(await api.ask({ path: '/api/v1/pods', headers }))['kind'], 'PodList');
  });
});
