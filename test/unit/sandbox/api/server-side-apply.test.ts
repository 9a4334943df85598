import assert from 'node:assert/strict';
import {
  arrayAt,
  isObject,
  type Json,
  type JsonObject,
  objectAt,
  stringAt,
} from '../../../../src/sandbox/api/json.js';
import { accessReviews, parseDenial } from '../../../../src/sandbox/api/resources/access-reviews.js';
import { type Answer, json, type TestApi, testApi } from '../support/api.js';
import { comparable, recordedJson, recording } from '../support/recordings.js';

const CONFIG_MAPS = '/api/v1/namespaces/apishapes/configmaps';
const DAEMON_SETS = '/apis/apps/v1/namespaces/apishapes/daemonsets';

describe('server-side apply', () => {
  let api: TestApi;

  before(async () => {
    api = await testApi({ namespaces: ['apishapes'] });
  });
  after(() => api.close());

  const apply = (path: string, manager: string, body: JsonObject, query = ''): Promise<Answer> =>
    api.ask({
      method: 'PATCH',
      path: `${path}?fieldManager=${manager}${query}`,
      headers: { 'Content-Type': 'application/apply-patch+yaml' },
      body,
    });
  const map = (name: string, data: JsonObject): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data,
  });

  // In the order in which they were recorded: each goes on from the one before.
  for (const name of [
    'ssa-422-nomanager',
    'ssa-create',
    'ssa-same',
    'ssa-409-conflict',
    'ssa-force',
    'stresschaos-ssa',
    'stresschaos-ssa-422',
    'stresschaos-ssa-unknown-strict-500',
  ]) {
    it(`answers as the real API server: ${name}`, async () => {
      const recorded = recording(name);
      const answer = await api.ask(recorded.ask);
      assert.equal(answer.status, recorded.status, answer.text);
      const body = json(answer);
      assert.deepEqual(comparable(body), comparable(recordedJson(name)));
      assert.deepEqual(managers(body), managers(recordedJson(name)));
    });
  }

  it('writes nothing where nothing changes', async () => {
    const first = json(await apply(`${CONFIG_MAPS}/calm`, 'one', map('calm', { a: '1' })));
    const again = json(await apply(`${CONFIG_MAPS}/calm`, 'one', map('calm', { a: '1' })));
    assert.deepEqual(again, first);
  });

  it('takes away what its manager says no more, and leaves what others own', async () => {
    const path = `${CONFIG_MAPS}/shared`;
    await apply(path, 'one', map('shared', { a: '1', both: 'x' }));
    await apply(path, 'two', map('shared', { b: '2', both: 'x' }));
    const left = json(await apply(path, 'one', map('shared', { c: '3' })));
    assert.deepEqual(left['data'], { both: 'x', b: '2', c: '3' });
    const none = json(await apply(path, 'one', map('shared', {})));
    assert.deepEqual(none['data'], { both: 'x', b: '2' });
  });

  it('names each field and its manager in a conflict, also of one that updated', async () => {
    const path = `${CONFIG_MAPS}/disputed`;
    await apply(path, 'one', map('disputed', { a: '1', b: '1' }));
    await api.ask({
      method: 'PATCH',
      path: `${path}?fieldManager=editor`,
      headers: { 'Content-Type': 'application/merge-patch+json' },
      body: { data: { c: '1' } },
    });
    const refused = json(await apply(path, 'two', map('disputed', { a: '2', b: '2', c: '2' })));
    assert.match(
      stringAt(refused, 'message') ?? '',
      /^Apply failed with 3 conflicts: conflicts with "one":\n- \.data\.a\n- \.data\.b\nconflicts with "editor" using v1 at [-\dT:]+Z:\n- \.data\.c$/,
    );
    const fields = arrayAt(refused, 'details', 'causes').map((cause) => stringAt(cause, 'field'));
    assert.deepEqual(fields, ['.data.a', '.data.b', '.data.c']);
  });

  it('leaves to before-first-apply what was there before anybody applied', async () => {
    await api.ask({
      method: 'POST',
      path: CONFIG_MAPS,
      headers: { 'Content-Type': 'application/json' },
      body: map('old', { a: '1' }),
    });
    const refused = await apply(`${CONFIG_MAPS}/old`, 'one', map('old', { a: '2' }));
    assert.equal(refused.status, 409);
    assert.match(refused.text, /conflict with \\"before-first-apply\\" using v1 at /);
    const same = json(await apply(`${CONFIG_MAPS}/old`, 'one', map('old', { a: '1', b: '1' })));
    assert.deepEqual(same['data'], { a: '1', b: '1' });
  });

  it('joins keyed lists by their key and sets atomic ones whole', async () => {
    const path = `${DAEMON_SETS}/agent`;
    const first = await apply(path, 'one', daemonSet({ image: 'i:1', args: ['a', 'b'] }));
    assert.equal(first.status, 201, first.text);
    const other = await apply(path, 'two', daemonSet({ env: [{ name: 'X', value: '1' }] }));
    assert.equal(other.status, 200, other.text);
    const changed = json(await apply(path, 'one', daemonSet({ image: 'i:2', args: ['c'] })));
    const [container] = arrayAt(changed, 'spec', 'template', 'spec', 'containers');
    assert.equal(stringAt(container, 'image'), 'i:2');
    assert.deepEqual(isObject(container) ? container['args'] : null, ['c']);
    assert.deepEqual(isObject(container) ? container['env'] : null, [{ name: 'X', value: '1' }]);
    assert.equal(objectAt(changed, 'metadata')?.['generation'], 3);
    const conflict = await apply(path, 'two', daemonSet({ image: 'i:3' }));
    assert.match(conflict.text, /\.spec\.template\.spec\.containers\[name=\\"agent\\"\]\.image/);
  });

  it('takes an item of a keyed list away whole, and keeps one that another owns a part of', async () => {
    const path = `${DAEMON_SETS}/lists`;
    const set = (env: Json[]): JsonObject => ({
      ...daemonSet({ image: 'i', env }),
      metadata: { name: 'lists' },
    });
    await apply(path, 'one', set([{ name: 'A', value: '1' }, { name: 'B', value: '1' }, { name: 'C' }]));
    await apply(path, 'two', set([{ name: 'C', value: '2' }]));
    const left = json(await apply(path, 'one', set([{ name: 'A', value: '1' }])));
    const [container] = arrayAt(left, 'spec', 'template', 'spec', 'containers');
    assert.deepEqual(isObject(container) ? container['env'] : null, [
      { name: 'A', value: '1' },
      { name: 'C', value: '2' },
    ]);
  });

  it('tries without writing', async () => {
    const path = `${CONFIG_MAPS}/tried`;
    const tried = await apply(path, 'one', map('tried', { a: '1' }), '&dryRun=All');
    assert.equal(tried.status, 201, tried.text);
    assert.equal((await api.ask({ path })).status, 404);
  });

  it('refuses what it does not do', async () => {
    const status = await apply(`${DAEMON_SETS}/agent/status`, 'one', daemonSet({}));
    assert.equal(status.status, 501);
    const carried = map('carried', {});
    carried['metadata'] = { name: 'carried', managedFields: [] };
    assert.equal((await apply(`${CONFIG_MAPS}/carried`, 'one', carried)).status, 400);
    assert.equal((await apply(`${CONFIG_MAPS}/a`, 'one', map('b', {}))).status, 400);
  });
});

describe('access reviews', () => {
  it('deny what was denied by hand, there and for that alone', () => {
    const denials = ['create:pods/exec', 'patch:daemonsets.apps:podstress', '*:nodes'].map(parseDenial);
    const { review } = accessReviews(denials);
    const allowed = (resourceAttributes: JsonObject): unknown => {
      const draft: JsonObject = { spec: { resourceAttributes } };
      review?.(draft);
      return objectAt(draft, 'status')?.['allowed'];
    };
    const set = { verb: 'patch', group: 'apps', resource: 'daemonsets' };
    assert.equal(allowed({ verb: 'create', resource: 'pods', subresource: 'exec' }), false);
    assert.equal(allowed({ verb: 'create', resource: 'pods' }), true);
    assert.equal(allowed({ ...set, namespace: 'podstress' }), false);
    assert.equal(allowed({ ...set, namespace: 'other' }), true);
    assert.equal(allowed({ verb: 'list', resource: 'nodes' }), false);
    for (const bad of ['', 'get', 'get:pods:ns:x', ':pods', 'get:pods:']) {
      assert.throws(() => parseDenial(bad), /is no VERB:RESOURCE/);
    }
  });

  for (const [name, denied] of [
    ['ssar-allowed', []],
    ['ssar-denied', ['create:pods/exec']],
  ] as const) {
    it(`are answered as by the real API server: ${name}`, async () => {
      const api = await testApi({ denials: denied.map(parseDenial) });
      try {
        const recorded = recording(name);
        const answer = await api.ask(recorded.ask);
        assert.equal(answer.status, recorded.status, answer.text);
        const { status, ...rest } = json(answer);
        const { status: wanted, ...recordedRest } = recordedJson(name);
        assert.deepEqual(comparable(rest), comparable(recordedRest));
        assert.equal(objectAt(status)?.['allowed'], objectAt(wanted)?.['allowed']);
      } finally {
        await api.close();
      }
    });
  }
});

function managers(body: JsonObject): Json[] {
  return arrayAt(body, 'metadata', 'managedFields').map((entry) =>
    isObject(entry) ? { ...entry, time: '<time>' } : entry,
  );
}

function daemonSet(container: JsonObject): JsonObject {
  const labels = { app: 'agent' };
  const spec = { containers: [{ name: 'agent', ...container }] };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent' },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}
