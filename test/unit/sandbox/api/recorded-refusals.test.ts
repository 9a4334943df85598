import assert from 'node:assert/strict';
import { isObject, type Json, type JsonObject, objectAt } from '../../../../src/sandbox/api/json.js';
import { type Ask, json, type TestApi, testApi } from '../support/api.js';
import { recording } from '../support/recordings.js';

/** Refusals whose whole Status must be the recorded one. */
const EXACT = [
  'pods-405',
  'pod-404',
  'pod-400-badjson',
  'pod-400-kind',
  'pod-400-namespace-mismatch',
  'pod-400-quantity',
  'pod-409-exists',
  'pod-409-conflict',
  'patch-415',
  'pod-422',
  'pod-422-nocontainers',
  'pod-strict-unknown',
  'pod-dryrun-bad-value',
  'resource-404',
  'namespace-404-pod-create',
  'delete-404',
  'delete-422-propagation',
  'pods-list-410-exact',
  'pods-list-bad-fieldselector',
  'pods-list-bad-labelselector',
  'patch-json-422-test',
  'pods-watch-bad-rv',
  'pods-watchlist-422-nomatch',
  'stresschaos-409',
  'stresschaos-bad-name',
  'stresschaos-cpu-load-101',
  'stresschaos-dryrun-mode-enum',
  'stresschaos-mode-enum',
  'stresschaos-mode-missing',
  'stresschaos-oomscoreadj-2000',
  'stresschaos-patch-422',
  'stresschaos-patch-strategic-415',
  'stresschaos-selector-missing',
  'stresschaos-selector-null',
  'stresschaos-selector-string',
  'stresschaos-size-number',
  'stresschaos-spec-missing',
  'stresschaos-unknown-and-invalid-strict',
  'stresschaos-unknown-strict',
  'stresschaos-unknown-two-strict',
  'stresschaos-value-number',
  'stresschaos-workers-9000',
  'stresschaos-workers-float',
  'stresschaos-workers-missing',
  'stresschaos-workers-string',
  'stresschaos-wrong-kind',
  'stresschaos-wrong-version',
];

/** Refusals that are the same but for numbers, or for what the stand-in words more precisely. */
const SAME_REASON = [
  'pods-401',
  'pods-406',
  'pod-415',
  'pod-422-immutable',
  'delete-409-precondition',
  'pods-list-410-continue',
  'pods-list-bad-continue',
  'pods-list-future-rv',
  'stresschaos-many-errors',
];

describe('what the real API server refused, the stand-in refuses alike', () => {
  let api: TestApi;

  before(async () => {
    api = await testApi({ namespaces: ['apishapes', 'apiwatch'] });
    for (const name of ['pod-create-1', 'pod-create-2', 'stresschaos-ok']) {
      const answer = await api.ask(recording(name).ask);
      assert.equal(answer.status, 201, answer.text);
    }
    // So that versions 1 to 5 are forgotten, as they were where the answers were recorded.
    for (let i = 0; i < 10; i += 1) {
      const annotations = { turn: String(i) };
      const path = '/api/v1/namespaces/apishapes/pods/p2';
      const headers = { 'Content-Type': 'application/merge-patch+json' };
      await api.ask({ method: 'PATCH', path, headers, body: { metadata: { annotations } } });
    }
    api.registry.store.compact();
  });
  after(() => api.close());

  for (const name of EXACT) {
    it(name, async () => {
      const recorded = recording(name);
      const answer = await api.ask(recorded.ask);
      assert.equal(answer.status, recorded.status);
      assert.deepEqual(json(answer), JSON.parse(recorded.text));
    });
  }

  for (const name of SAME_REASON) {
    it(`${name} (same reason and details)`, async () => {
      const recorded = recording(name);
      const answer = await api.ask(adapted(name, recorded.ask));
      assert.equal(answer.status, recorded.status);
      assert.deepEqual(outline(json(answer)), outline(JSON.parse(recorded.text) as JsonObject));
    });
  }

  it('answers unknown groups and paths in plain text', async () => {
    for (const name of ['group-404', 'not-a-path', 'healthz']) {
      const recorded = recording(name);
      const answer = await api.ask(recorded.ask);
      assert.equal(answer.status, recorded.status);
      assert.equal(answer.headers['content-type'], recorded.headers['Content-Type']);
      assert.equal(answer.text, recorded.text);
    }
  });

  it('gives a fresh continue token with the 410 of an old one', async () => {
    const answer = await api.ask(recording('pods-list-410-continue').ask);
    const token = String(objectAt(json(answer), 'metadata')?.['continue']);
    const next = await api.ask({ path: `/api/v1/pods?limit=1&continue=${token}` });
    assert.equal(next.status, 200);
  });
});

/** The recorded request, where it must fit what this run made. */
function adapted(name: string, ask: Ask): Ask {
  if (name === 'pods-401') return { ...ask, token: 'wrong' };
  const body = ask.body ?? null;
  if (name !== 'pod-422-immutable' || !isObject(body)) return ask;
  const { resourceVersion: _version, uid: _uid, ...metadata } = objectAt(body, 'metadata') ?? {};
  return { ...ask, body: { ...body, metadata } };
}

/** The parts of a Status that a client may act on. */
function outline(status: JsonObject): Json {
  const { reason, code, status: outcome } = status;
  const details = objectAt(status, 'details') ?? {};
  const { kind, name, group, causes } = details;
  const sorted = Array.isArray(causes) ? causes.map((cause) => JSON.stringify(cause)).sort() : [];
  const immutable = sorted.map((cause) => cause.replace(/\\n@@.*\\n"/s, '"'));
  return {
    reason: reason ?? '',
    code: code ?? 0,
    status: outcome ?? '',
    kind: kind ?? '',
    name: name ?? '',
    group: group ?? '',
    causes: immutable,
  };
}
