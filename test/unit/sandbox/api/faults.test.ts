import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { FAULTS } from '../../../../src/sandbox/api/http/faults/table.js';
import { objectAt } from '../../../../src/sandbox/api/json.js';
import { json, requestOptions, smallPod, type TestApi, testApi } from '../support/api.js';
import { recording } from '../support/recordings.js';

const PODS = '/api/v1/namespaces/default/pods';
const WATCH = `${PODS}?watch=1&timeoutSeconds=1`;

describe('faults of the API', () => {
  let api: TestApi;
  afterEach(() => api.close());
  const begin = async (name: string): Promise<void> => {
    api = await testApi({ faults: [name] });
  };
  const statuses = async (path: string, times: number): Promise<number[]> => {
    const found: number[] = [];
    for (let i = 0; i < times; i += 1) found.push((await api.ask({ path })).status);
    return found;
  };
  const makePods = (count: number): void => {
    const pods = api.registry.definition('pods');
    for (let i = 0; i < count; i += 1) api.registry.create(pods, 'default', smallPod(`p${i}`));
  };

  it('every one has a name of its own and a line for people', async () => {
    await begin('gone-410');
    assert.equal(new Set(FAULTS.map((fault) => fault.name)).size, FAULTS.length);
    assert.ok(FAULTS.every(({ description }) => description !== '' && !description.includes('\n')));
    await assert.rejects(testApi({ faults: ['no-such'] }), /there is no fault "no-such"/);
  });

  it('gone-410: every second watch hears that its version has expired', async () => {
    await begin('gone-410');
    makePods(1);
    const answers = [await api.ask({ path: WATCH }), await api.ask({ path: `${WATCH}&resourceVersion=3` })];
    assert.match(answers[0]?.text ?? '', /"ADDED"/);
    const { type, object } = json({ ...(answers[1] as (typeof answers)[0]) });
    assert.deepEqual([type, objectAt({ object: object ?? null }, 'object')?.['code']], ['ERROR', 410]);
    assert.deepEqual(await statuses(PODS, 3), [200, 200, 200]);
  });

  it('gone-410: every other one after five events', async () => {
    await begin('gone-410');
    makePods(7);
    const lines = (await api.ask({ path: WATCH })).text.trim().split('\n');
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { type: string }).type),
      ['ADDED', 'ADDED', 'ADDED', 'ADDED', 'ADDED', 'ERROR'],
    );
  });

  it('throttled-429: every third request, with the time to wait', async () => {
    await begin('throttled-429');
    assert.deepEqual(await statuses(PODS, 6), [200, 200, 429, 200, 200, 429]);
    await statuses(PODS, 2);
    assert.equal((await api.ask({ path: PODS })).headers['retry-after'], '1');
  });

  it('unauthorized-401: a watch ends, then three refusals', async () => {
    await begin('unauthorized-401');
    makePods(6);
    assert.equal((await api.ask({ path: WATCH })).text.trim().split('\n').length, 5);
    assert.deepEqual(await statuses(PODS, 4), [401, 401, 401, 200]);
  });

  it('node-proxy-403: in the words of the API server, and nothing else is refused', async () => {
    await begin('node-proxy-403');
    api.registry.create(api.registry.definition('nodes'), '', { metadata: { name: 'node1' }, spec: {} });
    const { ask, status, text } = recording('node-stats-summary-403');
    const answer = await api.ask(ask);
    assert.equal(answer.status, status);
    const recorded = text.replace('system:serviceaccount:apishapes:nobody', 'podstress-sandbox');
    assert.deepEqual(json(answer), JSON.parse(recorded));
    assert.deepEqual(await statuses('/api/v1/nodes/node1', 1), [200]);
    assert.deepEqual(await statuses('/api/v1/nodes/proxy', 1), [404]);
  });

  it('truncated-json: framed well, but not to be parsed', async () => {
    await begin('truncated-json');
    makePods(6);
    const watch = (await api.ask({ path: WATCH })).text.split('\n');
    assert.equal(watch.length, 6);
    for (const line of watch.slice(0, 5)) JSON.parse(line);
    assert.throws(() => JSON.parse(watch[5] ?? ''), SyntaxError);
    await statuses(PODS, 2);
    const third = await api.ask({ path: PODS });
    assert.equal(third.status, 200);
    assert.throws(() => json(third), SyntaxError);
  });

  it('watch-ends-at-once: two of three', async () => {
    await begin('watch-ends-at-once');
    makePods(1);
    const texts = [
      await api.ask({ path: WATCH }),
      await api.ask({ path: WATCH }),
      await api.ask({ path: WATCH }),
    ];
    assert.deepEqual(
      texts.map(({ status, text }) => [status, text.split('\n').length - 1]),
      [
        [200, 0],
        [200, 0],
        [200, 1],
      ],
    );
  });

  it('half-open: what is open falls silent and stays open, new connections are served', async () => {
    await begin('half-open');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { port } = api.server;
    const options = { ...requestOptions(port, api.certificate.authority, { path: WATCH }), agent };
    const open = request(options).end();
    const [watch] = (await once(open, 'response')) as [IncomingMessage];
    let heard = '';
    let ended = false;
    watch.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
    });
    watch.on('close', () => {
      ended = true;
    });
    await statuses(PODS, 10);
    const never = api.ask({ path: PODS });
    never.catch(() => undefined);
    while (api.faults.length === 0) await new Promise((resolve) => setImmediate(resolve));
    makePods(1);
    // By a new connection, past the end of the watch as the server sees it.
    assert.match((await api.ask({ path: WATCH })).text, /"ADDED"/);
    assert.deepEqual([heard, ended], ['', false]);
    open.destroy();
    agent.destroy();
  });

  it('api-restart: everything is cut, then all is there again on the same port', async () => {
    await begin('api-restart');
    makePods(1);
    await statuses(PODS, 11);
    const { revision } = api.registry.store;
    await assert.rejects(api.ask({ path: PODS }));
    await assert.rejects(api.ask({ path: PODS }), /ECONNREFUSED/);
    for (;;) {
      try {
        const again = json(await api.ask({ path: PODS }));
        assert.equal(objectAt(again, 'metadata')?.['resourceVersion'], String(revision));
        break;
      } catch (error) {
        assert.match(String(error), /ECONNREFUSED/);
      }
    }
  });

  it('api-restart: it can be ended while it is down', async () => {
    await begin('api-restart');
    await statuses(PODS, 11);
    await assert.rejects(api.ask({ path: PODS }));
  });

  it('clock-skew: an hour fast', async () => {
    await begin('clock-skew');
    const { headers } = await api.ask({ path: PODS });
    const ahead = Date.parse(String(headers['date'])) - Date.now();
    assert.ok(Math.abs(ahead - 3_600_000) < 60_000, `${ahead} ms`);
  });
});
