import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { projectPod } from '../../../src/cluster/objects.js';
import { Reflector, type ReflectorState } from '../../../src/cluster/reflector.js';
import { Transport } from '../../../src/cluster/transport.js';
import type { Pod } from '../../../src/core/kubernetes/objects.js';
import { access, json, type ScriptedServer, startServer, statusBody, until } from './server.js';

function pod(name: string, version: string, namespace = 'a'): Record<string, unknown> {
  return {
    metadata: { name, namespace, uid: name, resourceVersion: version },
    spec: { containers: [{ name: 'c' }] },
  };
}

function list(names: readonly string[], version: string, next?: string): object {
  return {
    kind: 'PodList',
    metadata: { resourceVersion: version, continue: next ?? '' },
    items: names.map((name) => pod(name, '1')),
  };
}

function event(type: string, object: object): string {
  return `${JSON.stringify({ type, object })}\n`;
}

/** The answers to lists and watches, in order; the last of each serves for all that follow. */
interface Script {
  readonly lists: ((response: ServerResponse, url: URL) => void)[];
  readonly watches: ((response: ServerResponse, url: URL) => void)[];
}

describe('cluster reflector', function () {
  this.timeout(20_000);
  let server: ScriptedServer;
  let transport: Transport;
  let controller: AbortController;
  let running: Promise<void> | null = null;
  const states: ReflectorState[] = [];
  let changes = 0;
  const watchUrls: URL[] = [];
  const listUrls: URL[] = [];
  const open: ServerResponse[] = [];

  beforeEach(async () => {
    server = await startServer((_request, response) => json(response, 500, {}));
    transport = new Transport(access(server));
    controller = new AbortController();
    states.length = 0;
    watchUrls.length = 0;
    listUrls.length = 0;
    changes = 0;
  });
  afterEach(async () => {
    controller.abort();
    await running;
    transport.dispose();
    await server.close();
  });

  function start(script: Script, options: { watchSeconds?: number } = {}): Reflector<Pod> {
    let lists = 0;
    let watches = 0;
    server.handler = (_request, response, url) => {
      if (url.searchParams.has('watch')) {
        watchUrls.push(url);
        script.watches[Math.min(watches++, script.watches.length - 1)]?.(response, url);
      } else {
        listUrls.push(url);
        script.lists[Math.min(lists++, script.lists.length - 1)]?.(response, url);
      }
    };
    const reflector = new Reflector<Pod>({
      transport,
      path: '/api/v1/pods',
      project: projectPod,
      signal: controller.signal,
      onItems: () => {
        changes += 1;
      },
      onState: (state) => states.push(state),
      backoff: { baseMs: 4, capMs: 20, random: () => 0.5 },
      ...options,
    });
    running = reflector.run();
    return reflector;
  }

  const stay =
    (...lines: string[]) =>
    (response: ServerResponse): void => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(lines.join(''));
      response.flushHeaders();
      open.push(response);
    };
  const close =
    (...lines: string[]) =>
    (response: ServerResponse): void => {
      response.end(lines.join(''));
    };
  const names = (reflector: Reflector<Pod>): string[] => [...reflector.items.keys()].sort();

  it('reads pages of 500, shows the first at once and follows the watch from the list', async () => {
    let releaseSecond: (() => void) | null = null;
    const reflector = start({
      lists: [
        (response) => json(response, 200, list(['p1'], '10', 'more')),
        (response) => {
          releaseSecond = () => json(response, 200, list(['p2'], '10'));
        },
      ],
      watches: [stay(event('ADDED', pod('p3', '11')), event('DELETED', pod('p1', '12')))],
    });
    await until(() => releaseSecond !== null, 'the second page is asked for');
    assert.deepEqual(names(reflector), ['a/p1']);
    (releaseSecond as unknown as () => void)();
    await until(() => reflector.items.has('a/p3'), 'the watch has been read');
    assert.deepEqual(names(reflector), ['a/p2', 'a/p3']);
    assert.equal(listUrls[0]?.searchParams.get('limit'), '500');
    assert.equal(listUrls[1]?.searchParams.get('continue'), 'more');
    const watch = watchUrls[0]?.searchParams;
    assert.equal(watch?.get('resourceVersion'), '10');
    assert.equal(watch?.get('allowWatchBookmarks'), 'true');
    assert.ok(Number(watch?.get('timeoutSeconds')) >= 240);
    assert.equal(states.at(-1)?.phase, 'live');
    assert.equal(server.connections(), 1);
  });

  it('resumes at the version of the last event or bookmark after a normal end, without a new list', async () => {
    const reflector = start({
      lists: [(response) => json(response, 200, list([], '10'))],
      watches: [
        close(event('ADDED', pod('p1', '11')), event('BOOKMARK', { metadata: { resourceVersion: '20' } })),
        stay(event('MODIFIED', pod('p1', '21'))),
      ],
    });
    await until(
      () => reflector.items.get('a/p1')?.metadata.resourceVersion === '21',
      'the second watch is read',
    );
    assert.equal(watchUrls[1]?.searchParams.get('resourceVersion'), '20');
    assert.equal(listUrls.length, 1);
  });

  const relists: readonly [string, (response: ServerResponse) => void][] = [
    [
      'an ERROR event of 410',
      close(event('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' })),
    ],
    ['a status of 410', (response) => json(response, 410, statusBody(410, 'Expired', 'too old'))],
    ['a watch that closes at once', close()],
    [
      'a server error on the watch',
      (response) => json(response, 500, statusBody(500, 'InternalError', 'bad version')),
    ],
    ['an ERROR event of 500', close(event('ERROR', { kind: 'Status', code: 500, message: 'etcd' }))],
  ];
  for (const [what, watch] of relists) {
    it(`lists anew after ${what}, and what is gone from the server is gone here`, async () => {
      const reflector = start({
        lists: [
          (response) => json(response, 200, list(['old', 'both'], '10')),
          (response) => json(response, 200, list(['both', 'new'], '30')),
        ],
        watches: [watch, stay()],
      });
      await until(() => reflector.items.has('a/new'), 'the second list is in');
      assert.deepEqual(names(reflector), ['a/both', 'a/new']);
      await until(() => watchUrls.length === 2, 'the second watch runs');
      assert.equal(watchUrls[1]?.searchParams.get('resourceVersion'), '30');
    });
  }

  it('starts the list over when the token of its next page has expired', async () => {
    const reflector = start({
      lists: [
        (response) => json(response, 200, list(['p1'], '10', 'more')),
        (response) => json(response, 410, statusBody(410, 'Expired', 'token too old')),
        (response) => json(response, 200, list(['p1', 'p2'], '20')),
      ],
      watches: [stay()],
    });
    await until(() => reflector.items.has('a/p2'), 'the third answer is in');
    assert.equal(listUrls[2]?.searchParams.get('continue'), null);
  });

  const resumes: readonly [string, (response: ServerResponse) => void][] = [
    ['a line cut off in the middle', close(event('ADDED', pod('p1', '11')), '{"type":"ADDED","obj')],
    ['a line that is not JSON', close(event('ADDED', pod('p1', '11')), '<html>\n')],
    [
      'a connection that breaks',
      (response) => {
        response.write(event('ADDED', pod('p1', '11')));
        setTimeout(() => response.destroy(), 20);
      },
    ],
  ];
  for (const [what, watch] of resumes) {
    it(`goes on from the last event after ${what}`, async () => {
      const reflector = start({
        lists: [(response) => json(response, 200, list([], '10'))],
        watches: [watch, stay(event('ADDED', pod('p2', '12')))],
      });
      await until(() => reflector.items.has('a/p2'), 'the second watch is read');
      assert.deepEqual(names(reflector), ['a/p1', 'a/p2']);
      assert.equal(watchUrls[1]?.searchParams.get('resourceVersion'), '11');
      assert.ok(states.some((state) => state.phase === 'retrying' && state.error !== null));
      assert.equal(listUrls.length, 1);
    });
  }

  it('survives a 401 in the middle of a watch and a 429 with Retry-After', async () => {
    let refused = 0;
    const reflector = start({
      lists: [(response) => json(response, 200, list([], '10'))],
      watches: [
        (response) => {
          refused += 1;
          json(response, 401, statusBody(401, 'Unauthorized', 'Unauthorized'));
        },
        (response) => json(response, 401, statusBody(401, 'Unauthorized', 'Unauthorized')),
        (response) => json(response, 429, statusBody(429, 'TooManyRequests', 'wait'), { 'retry-after': '0' }),
        stay(event('ADDED', pod('p1', '11'))),
      ],
    });
    await until(() => reflector.items.has('a/p1'), 'the last watch is read');
    assert.equal(refused, 1);
    assert.ok(states.some((state) => state.error?.kind === 'unauthorized'));
    assert.equal(states.at(-1)?.phase, 'live');
  });

  it('needs no new list after a login that was refused for long', async () => {
    const refuse = (response: ServerResponse): void =>
      json(response, 401, statusBody(401, 'Unauthorized', 'Unauthorized'));
    const reflector = start({
      lists: [(response) => json(response, 200, list([], '10'))],
      watches: [...Array.from({ length: 10 }, () => refuse), stay(event('ADDED', pod('p1', '11')))],
    });
    await until(() => reflector.items.has('a/p1'), 'the watch that was let in is read');
    assert.equal(listUrls.length, 1);
  });

  it('gives up resuming when the watch breaks again and again', async () => {
    const reflector = start({
      lists: [
        (response) => json(response, 200, list([], '10')),
        (response) => json(response, 200, list(['p1'], '20')),
      ],
      watches: [close('garbage\n'), close('garbage\n'), close('garbage\n'), stay()],
    });
    await until(() => reflector.items.has('a/p1'), 'the second list is in');
    await until(() => watchUrls.length === 4, 'the watch after the second list runs');
    const versions = watchUrls.map((url) => url.searchParams.get('resourceVersion'));
    assert.deepEqual(versions, ['10', '10', '10', '20']);
  });

  it('breaks a half-open watch when told and resumes', async () => {
    const reflector = start({
      lists: [(response) => json(response, 200, list([], '10'))],
      watches: [stay(event('ADDED', pod('p1', '11'))), stay(event('ADDED', pod('p2', '12')))],
    });
    await until(() => reflector.items.has('a/p1'), 'the first watch is read');
    reflector.reconnect();
    await until(() => reflector.items.has('a/p2'), 'the second watch is read');
    assert.equal(watchUrls[1]?.searchParams.get('resourceVersion'), '11');
  });

  it('keeps trying while the server is away and says why', async () => {
    const reflector = start({
      lists: [
        (response) => response.destroy(),
        (response) => json(response, 503, 'starting'),
        (response) => json(response, 403, statusBody(403, 'Forbidden', 'pods is forbidden')),
        (response) => json(response, 200, list(['p1'], '10')),
      ],
      watches: [stay()],
    });
    await until(() => reflector.items.has('a/p1'), 'the list is in');
    assert.deepEqual(
      states.flatMap((state) => (state.error === null ? [] : [state.error.kind])),
      ['unreachable', 'server', 'forbidden'],
    );
  });

  it('ignores hostile objects and never throws', async () => {
    const reflector = start({
      lists: [
        (response) =>
          json(response, 200, {
            metadata: { resourceVersion: '10' },
            items: [null, 7, {}, { metadata: { name: 5 } }, { metadata: { name: 'x' } }, pod('p1', '1')],
          }),
      ],
      watches: [
        stay(
          event('ADDED', {
            metadata: { name: '__proto__', namespace: 'a', resourceVersion: '11' },
            spec: {},
          }),
          event('SURPRISE', { metadata: { name: 'p1', resourceVersion: '12' } }),
          event('ADDED', pod('p2', '13')),
        ),
      ],
    });
    await until(() => reflector.items.has('a/p2'), 'the watch is read');
    assert.deepEqual(names(reflector), ['a/__proto__', 'a/p1', 'a/p2']);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  it('tells once for a whole batch of events', async () => {
    const many = Array.from({ length: 200 }, (_, index) =>
      event('ADDED', pod(`p${index}`, String(index + 11))),
    );
    const reflector = start({
      lists: [(response) => json(response, 200, list([], '10'))],
      watches: [stay(...many)],
    });
    await until(() => reflector.items.size === 200, 'all are there');
    assert.ok(changes < 50, `${changes} notifications`);
  });

  it('ends when told, in every phase', async () => {
    for (const list_ of [() => undefined, (response: ServerResponse) => json(response, 500, {})]) {
      controller = new AbortController();
      start({ lists: [list_], watches: [stay()] });
      await until(() => listUrls.length > 0, 'it has begun');
      listUrls.length = 0;
      controller.abort();
      await running;
    }
  });
});
