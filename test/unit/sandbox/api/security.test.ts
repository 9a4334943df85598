import assert from 'node:assert/strict';
import { request as plainRequest } from 'node:http';
import { Duplex } from 'node:stream';
import WebSocket from 'ws';
import { json, smallPod, type TestApi, TOKEN, testApi } from '../support/api.js';

const POD = { ...smallPod('p'), spec: { containers: [{ name: 'c', image: 'x', command: ['/bin/true'] }] } };
const PODS = '/api/v1/namespaces/default/pods';
const JSON_TYPE = { 'Content-Type': 'application/json' };

describe('nobody but the holder of the token can make the sandbox run anything', () => {
  let api: TestApi;
  let opened = 0;

  before(async () => {
    api = await testApi({
      openPort: () => {
        opened += 1;
        return Promise.resolve(new Duplex({ read() {}, write: (_c, _e, done) => done() }));
      },
    });
  });
  after(() => api.close());
  afterEach(() => {
    assert.equal(api.registry.list(api.registry.definition('pods')).length, 0);
    assert.equal(opened, 0);
    assert.deepEqual(api.faults, []);
  });

  for (const [what, token] of [
    ['without a token', null],
    ['with an empty token', ''],
    ['with a wrong token', `${TOKEN}x`],
    ['with a prefix of the token', TOKEN.slice(0, -1)],
  ] as const) {
    it(`answers 401 ${what}, also to discovery and health`, async () => {
      for (const path of [
        '/',
        '/api',
        '/apis',
        '/version',
        '/healthz',
        '/openapi/v3',
        '/api/v1/pods',
        '/no/such',
      ]) {
        const answer = await api.ask({ path, token });
        assert.equal(answer.status, 401, path);
        assert.equal(json(answer)['reason'], 'Unauthorized');
      }
      const created = await api.ask({ method: 'POST', path: PODS, token, headers: JSON_TYPE, body: POD });
      assert.equal(created.status, 401);
    });
  }

  it('takes the token as bearer token only', async () => {
    const basic = Buffer.from(`admin:${TOKEN}`).toString('base64');
    for (const headers of [
      { Authorization: `Basic ${basic}` },
      { Authorization: TOKEN },
      { Cookie: TOKEN },
    ]) {
      assert.equal((await api.ask({ path: '/api', token: null, headers })).status, 401);
    }
    assert.equal((await api.ask({ path: `/api?token=${TOKEN}`, token: null })).status, 401);
  });

  it('refuses web pages even with the token', async () => {
    for (const origin of ['https://evil.example', 'null', api.server.url]) {
      const headers = { ...JSON_TYPE, Origin: origin };
      const answer = await api.ask({ method: 'POST', path: PODS, headers, body: POD });
      assert.equal(answer.status, 403, origin);
      assert.equal(answer.headers['access-control-allow-origin'], undefined);
      const preflight = { ...headers, 'Access-Control-Request-Method': 'POST' };
      assert.equal((await api.ask({ method: 'OPTIONS', path: PODS, headers: preflight })).status, 403);
    }
  });

  it('answers to its own address only (DNS rebinding)', async () => {
    for (const host of ['evil.example', `evil.example:${api.server.port}`, '127.0.0.1', '127.0.0.1:1']) {
      const headers = { ...JSON_TYPE, Host: host };
      const answer = await api.ask({ method: 'POST', path: PODS, headers, body: POD });
      assert.equal(answer.status, 403, host);
    }
    const headers = { Host: `localhost:${api.server.port}` };
    assert.equal((await api.ask({ path: '/version', headers })).status, 200);
  });

  it('takes no body that a form or a plain fetch could send', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '']) {
      const headers: Record<string, string> = type === '' ? {} : { 'Content-Type': type };
      const answer = await api.ask({ method: 'POST', path: PODS, headers, body: JSON.stringify(POD) });
      assert.equal(answer.status, 415, type);
    }
  });

  it('speaks TLS only', async () => {
    const failed = await new Promise<boolean>((resolve) => {
      const { port } = api.server;
      const options = {
        host: '127.0.0.1',
        port,
        path: '/version',
        headers: { Authorization: `Bearer ${TOKEN}` },
      };
      plainRequest(options, () => resolve(false))
        .on('error', () => resolve(true))
        .end();
    });
    assert.ok(failed);
  });

  it('listens on the loopback only', () => {
    assert.match(api.server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
  });

  it('refuses WebSockets of pages, of strangers and for other hosts', async () => {
    const path = '/api/v1/namespaces/default/pods/p/portforward?ports=1';
    const attempt = (headers: Record<string, string>): Promise<number> =>
      new Promise((resolve, reject) => {
        const url = `wss://127.0.0.1:${api.server.port}${path}`;
        const socket = new WebSocket(url, ['v4.channel.k8s.io'], { ca: api.certificate.authority, headers });
        socket.on('unexpected-response', (request, response) => {
          request.destroy();
          resolve(response.statusCode ?? 0);
        });
        socket.on('open', () => reject(new Error('it was opened')));
        socket.on('error', () => {});
      });
    const Authorization = `Bearer ${TOKEN}`;
    assert.equal(await attempt({}), 401);
    assert.equal(await attempt({ Authorization, Origin: 'https://evil.example' }), 403);
    assert.equal(await attempt({ Authorization, Host: 'evil.example' }), 403);
    assert.equal(await attempt({ Authorization }), 404);
  });

  it('refuses a body that is too large without reading it all', async () => {
    const body = `{"metadata":{"name":"${'x'.repeat(4 * 1024 * 1024)}"}}`;
    const answer = await api
      .ask({ method: 'POST', path: PODS, headers: JSON_TYPE, body })
      .catch((error: unknown) => String(error));
    // The connection may be cut before the answer was read.
    if (typeof answer !== 'string') assert.equal(answer.status, 413);
  });
});
