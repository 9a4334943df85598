import assert from 'node:assert/strict';
import type { ClientRequest } from 'node:http';
import { request } from 'node:https';
import { type JsonObject, stringAt } from '../../../../src/sandbox/api/json.js';
import { requestOptions, smallPod, smallStress, type TestApi, testApi } from '../support/api.js';
import { recording } from '../support/recordings.js';

const PATCH = { 'Content-Type': 'application/merge-patch+json' };
const STRESS = '/apis/chaos-mesh.org/v1alpha1/namespaces/default/stresschaos';
const PODS = '/api/v1/namespaces/default/pods';

interface Line {
  readonly type: string;
  readonly object: JsonObject;
}

/** An open watch that can be read line by line. */
class Watch {
  readonly lines: Line[] = [];
  readonly ended: Promise<void>;
  #text = '';
  #waiting: (() => void) | null = null;
  #request: ClientRequest | null = null;

  constructor(api: TestApi, path: string) {
    this.ended = new Promise((resolve, reject) => {
      const options = requestOptions(api.server.port, api.certificate.authority, { path });
      this.#request = request(options, (response) => {
        response.on('data', (chunk: Buffer) => this.#add(chunk.toString()));
        response.on('end', resolve);
        response.on('error', () => resolve());
      });
      this.#request.on('error', reject);
      this.#request.end();
    });
  }

  /** Waits until there are so many lines. */
  async count(wanted: number): Promise<Line[]> {
    while (this.lines.length < wanted) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    return this.lines;
  }

  close(): void {
    this.#request?.destroy();
  }

  #add(text: string): void {
    this.#text += text;
    const parts = this.#text.split('\n');
    this.#text = parts.pop() ?? '';
    for (const part of parts) this.lines.push(JSON.parse(part) as Line);
    this.#waiting?.();
  }
}

function summary({ type, object }: Line): string {
  return [
    type,
    stringAt(object, 'metadata', 'name') ?? '',
    stringAt(object, 'metadata', 'annotations', 'k8s.io/initial-events-end') ?? '',
  ]
    .join(' ')
    .trim();
}

describe('watch', () => {
  let api: TestApi;
  let open: Watch[] = [];

  beforeEach(async () => {
    api = await testApi({ historyLength: 20 });
  });
  afterEach(async () => {
    for (const watch of open) watch.close();
    open = [];
    await api.close();
    assert.deepEqual(api.faults, []);
  });

  const watch = (path: string): Watch => {
    const made = new Watch(api, path);
    open.push(made);
    return made;
  };
  const pods = () => api.registry.definition('pods');
  const make = (name: string, labels: JsonObject = {}) =>
    api.registry.create(pods(), 'default', smallPod(name, { labels }));

  it('goes through an experiment as it was recorded: state, bookmark, changes, bookmark', async () => {
    const stress = api.registry.definition('stresschaos', 'chaos-mesh.org');
    api.registry.create(stress, 'default', smallStress('ok'));
    const opened = watch(`${STRESS}?watch=1&allowWatchBookmarks=true&timeoutSeconds=1`);
    await opened.count(2);
    const annotations = { 'experiment.chaos-mesh.org/pause': 'true' };
    await api.ask({
      method: 'PATCH',
      path: `${STRESS}/ok`,
      headers: PATCH,
      body: { metadata: { annotations } },
    });
    await api.ask({ method: 'DELETE', path: `${STRESS}/ok` });
    await opened.ended;
    const recorded = recording('stresschaos-watch').text.trim().split('\n');
    assert.deepEqual(
      opened.lines.map(summary),
      recorded.map((line) => summary(JSON.parse(line) as Line)),
    );
    const versions = opened.lines.map(({ object }) =>
      Number(stringAt(object, 'metadata', 'resourceVersion')),
    );
    assert.deepEqual(
      versions,
      [...versions].sort((a, b) => a - b),
    );
  });

  it('sends bookmarks now and then, with the version to resume from', async () => {
    await api.close();
    api = await testApi({ watchTiming: { bookmarkIntervalMs: 20, defaultTimeoutMs: 60_000 } });
    const opened = watch(`${PODS}?watch=1&allowWatchBookmarks=true&resourceVersion=1`);
    await opened.count(2);
    make('a');
    const seen = (): boolean => opened.lines.some(({ type }) => type === 'ADDED');
    while (!seen()) await opened.count(opened.lines.length + 1);
    const lines = await opened.count(opened.lines.length + 1);
    const version = String(api.registry.store.revision);
    assert.deepEqual(stringAt(lines.at(-1)?.object, 'metadata', 'resourceVersion'), version);
    assert.equal(lines.at(-1)?.type, 'BOOKMARK');
  });

  it('resumes after a version without repeating or losing a write', async () => {
    const first = make('a');
    make('b');
    const opened = watch(`${PODS}?watch=1&resourceVersion=${first.metadata.resourceVersion}`);
    await opened.count(1);
    make('c');
    assert.deepEqual((await opened.count(2)).map(summary), ['ADDED b', 'ADDED c']);
  });

  it('adds and deletes what starts and stops to match its selectors', async () => {
    make('a', { app: 'web' });
    const opened = watch(`${PODS}?watch=1&labelSelector=app%3Dweb`);
    await opened.count(1);
    const label = (app: string) =>
      api.ask({
        method: 'PATCH',
        path: `${PODS}/a`,
        headers: PATCH,
        body: { metadata: { labels: { app } } },
      });
    await label('other');
    await label('other2');
    await label('web');
    await api.ask({ method: 'DELETE', path: `${PODS}/a` });
    assert.deepEqual((await opened.count(4)).map(summary), ['ADDED a', 'DELETED a', 'ADDED a', 'DELETED a']);
  });

  it('says 410 in the stream for a version that is forgotten', async () => {
    const { resourceVersion } = make('a').metadata;
    for (let i = 0; i < 50; i += 1) make(`p${i}`);
    const opened = watch(`${PODS}?watch=1&resourceVersion=${resourceVersion}`);
    await opened.ended;
    const [line] = opened.lines;
    assert.equal(line?.type, 'ERROR');
    assert.equal(line?.object['code'], 410);
    assert.equal(line?.object['reason'], 'Expired');
    assert.equal(opened.lines.length, 1);
  });

  it('serves sendInitialEvents with its bookmark', async () => {
    make('a');
    const query = 'watch=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan';
    const opened = watch(`${PODS}?${query}`);
    assert.deepEqual((await opened.count(2)).map(summary), ['ADDED a', 'BOOKMARK  true']);
  });

  it('ends at its timeout, and a version of the future brings nothing', async () => {
    const opened = watch(`${PODS}?watch=1&timeoutSeconds=1&resourceVersion=99999999`);
    await opened.ended;
    assert.deepEqual(opened.lines, []);
  });

  it('ends every watch when the server stops', async () => {
    const opened = watch(`${PODS}?watch=1`);
    make('a');
    await opened.count(1);
    await api.close();
    await opened.ended;
  });

  it('sends tables with their columns once', async () => {
    make('a');
    const options = requestOptions(api.server.port, api.certificate.authority, {
      path: `${PODS}?watch=1&timeoutSeconds=1`,
      headers: { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    });
    const text = await new Promise<string>((resolve, reject) => {
      request(options, (response) => {
        let all = '';
        response.on('data', (chunk: Buffer) => {
          all += chunk.toString();
          if (!all.includes('"b"') && all.includes('\n')) make('b');
        });
        response.on('end', () => resolve(all));
      })
        .on('error', reject)
        .end();
    });
    const tables = text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as Line).object);
    assert.deepEqual(
      tables.map((table) => table['kind']),
      ['Table', 'Table'],
    );
    assert.deepEqual(
      tables.map((table) => table['columnDefinitions'] === null),
      [false, true],
    );
  });
});
