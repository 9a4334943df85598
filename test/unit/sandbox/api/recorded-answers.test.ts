import assert from 'node:assert/strict';
import { arrayAt, type JsonObject, objectAt } from '../../../../src/sandbox/api/json.js';
import { asKubeObject } from '../../../../src/sandbox/api/kube-object.js';
import type { ResourceDefinition } from '../../../../src/sandbox/api/resource.js';
import { EVENTS } from '../../../../src/sandbox/api/resources/core.js';
import { PODS } from '../../../../src/sandbox/api/resources/pods.js';
import { tableOf } from '../../../../src/sandbox/api/table/table.js';
import { json, type TestApi, testApi } from '../support/api.js';
import { comparable, recordedJson, recording } from '../support/recordings.js';

/** Creations whose whole answer must be the recorded one, but for what differs from run to run. */
const CREATED = [
  'pod-create-1',
  'pod-create-2',
  'pod-dryrun',
  'stresschaos-ok',
  'stresschaos-dryrun',
  'stresschaos-duration-nonsense-passes-schema',
  'stresschaos-size-nonsense-passes-schema',
  'stresschaos-stressors-missing-passes-schema',
  'stresschaos-unknown-ignore',
  'stresschaos-unknown-warn',
  'stresschaos-workers-negative',
  'stresschaos-workers-zero',
];

const CHANGED = ['patch-merge', 'patch-json', 'patch-strategic', 'stresschaos-patch-merge'];

describe('what the real API server answered, the stand-in answers alike', () => {
  let api: TestApi;

  before(async () => {
    api = await testApi({ namespaces: ['apishapes'] });
  });
  after(() => api.close());

  for (const name of CREATED) {
    it(name, async () => {
      const recorded = recording(name);
      const answer = await api.ask(recorded.ask);
      assert.equal(answer.status, recorded.status, answer.text);
      assert.deepEqual(comparable(json(answer)), comparable(recordedJson(name)));
    });
  }

  it('a warning for an unknown field', async () => {
    const { ask, headers } = recording('pod-warn-unknown');
    const answer = await api.ask(ask);
    assert.equal(answer.status, 201);
    assert.equal(
      answer.headers['warning'],
      `299 - "unknown field \\"spec.containers[0].memoryLimit\\"", ${headers['Warning']}`,
    );
  });

  for (const name of CHANGED) {
    it(name, async () => {
      const recorded = recording(name);
      const answer = await api.ask(recorded.ask);
      assert.equal(answer.status, recorded.status, answer.text);
      const labels = (body: JsonObject) => objectAt(body, 'metadata', 'labels') ?? {};
      const wanted = labels(recordedJson(name));
      // The recorded Pod had one more label by then.
      delete wanted['touched'];
      assert.deepEqual(labels(json(answer)), wanted);
      assert.equal(objectAt(json(answer), 'metadata')?.['generation'], 1);
    });
  }

  it('discovery of the custom resource and its group', async () => {
    for (const name of ['crd-group', 'crd-discovery']) {
      const recorded = recording(name);
      const answer = comparable(json(await api.ask(recorded.ask)));
      assert.deepEqual(sortedVerbs(answer), sortedVerbs(comparable(recordedJson(name))));
    }
  });

  it('the shape of an empty list', async () => {
    const answer = await api.ask({ path: '/apis/chaos-mesh.org/v1alpha1/namespaces/default/stresschaos' });
    assert.deepEqual(comparable(json(answer)), comparable(recordedJson('stresschaos-list-empty')));
  });

  it('the Status of a finished delete', async () => {
    const answer = json(await api.ask(recording('stresschaos-delete').ask));
    assert.deepEqual(comparable(answer), comparable(recordedJson('stresschaos-delete')));
  });

  it('no status subresource of the custom resource', async () => {
    const { ask } = recording('stresschaos-status-put-404');
    assert.equal((await api.ask(ask)).status, 404);
  });
});

describe('tables, as kubectl prints them', () => {
  const printed = (definition: ResourceDefinition, list: string, table: string, now: string): void => {
    const { kind: listKind = '', apiVersion = '' } = recordedJson(list);
    const head = { apiVersion, kind: String(listKind).replace(/List$/, '') };
    const objects = arrayAt(recordedJson(list), 'items').map((item) =>
      asKubeObject({ ...head, ...(item as JsonObject) }),
    );
    const recorded = recordedJson(table);
    const made = tableOf(definition, objects, objectAt(recorded, 'metadata') ?? {}, {
      includeObject: 'Metadata',
      now: new Date(now),
      withColumns: true,
    });
    assert.deepEqual(withoutDescriptions(made), withoutDescriptions(recorded));
  };

  it('pods', () => printed(PODS, 'pods-list', 'pods-table', '2026-11-20T18:42:28.5Z'));

  it('events', () => {
    const recorded = recordedJson('events-table');
    const rows = arrayAt(recorded, 'rows').map((row) => arrayAt(row as JsonObject, 'cells'));
    const made = tableOf(
      EVENTS,
      arrayAt(recordedJson('events-core'), 'items').map((item) =>
        asKubeObject({ apiVersion: 'v1', kind: 'Event', ...(item as JsonObject) }),
      ),
      {},
      { includeObject: 'None', now: new Date('2026-11-20T18:42:41.2Z'), withColumns: true },
    );
    const cells = arrayAt(made, 'rows').map((row) => arrayAt(row as JsonObject, 'cells'));
    const names = arrayAt(made, 'columnDefinitions').map((one) => (one as JsonObject)['name']);
    assert.deepEqual(
      names,
      arrayAt(recorded, 'columnDefinitions').map((one) => (one as JsonObject)['name']),
    );
    // Ages depend on the moment; all other cells must be the same.
    const withoutAges = (row: readonly unknown[]): unknown[] => row.filter((_, i) => i !== 0 && i !== 7);
    assert.deepEqual(cells.map(withoutAges), rows.map(withoutAges));
  });
});

/** Some of the real columns describe themselves at length; kubectl shows none of it. */
function withoutDescriptions(table: JsonObject): unknown {
  return JSON.parse(JSON.stringify(table, (key, child: unknown) => (key === 'description' ? '' : child)));
}

function sortedVerbs(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, child: unknown) =>
    key === 'verbs' && Array.isArray(child) ? [...child].sort() : child,
  );
}
