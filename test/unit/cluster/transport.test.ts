import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { Credentials } from '../../../src/cluster/auth/credentials.js';
import { ClusterError, type ClusterErrorKind } from '../../../src/cluster/errors.js';
import { Transport } from '../../../src/cluster/transport.js';
import { access, json, type ScriptedServer, startServer, statusBody, until } from './server.js';

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );
}

async function failure(promise: Promise<unknown>): Promise<ClusterError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof ClusterError, String(error));
    return error;
  }
  throw new Error('must fail');
}

describe('cluster transport', function () {
  this.timeout(20_000);
  let server: ScriptedServer;
  let transport: Transport | null = null;
  const signal = new AbortController().signal;
  beforeEach(async () => {
    server = await startServer((_request, response) => json(response, 200, { ok: true }));
  });
  afterEach(async () => {
    transport?.dispose();
    await server.close();
  });

  function connect(user?: Record<string, unknown>, cluster = {}): Transport {
    transport = new Transport(access(server, user, cluster));
    return transport;
  }

  it('makes one TLS connection for fifty requests and sends the token', async () => {
    const api = connect();
    for (let index = 0; index < 50; index += 1) {
      assert.deepEqual(await api.json({ path: '/version', signal }), { ok: true });
    }
    assert.equal(server.connections(), 1);
    assert.equal(server.requests[49]?.authorization, 'Bearer sesame');
  });

  it('keeps the path prefix of the server and encodes the query', async () => {
    const api = new Transport(access(server, {}, { server: `${server.url}/k8s/clusters/c-1` }));
    transport = api;
    await api.json({
      path: '/api/v1/pods',
      query: { labelSelector: 'a=b,c in (d)', limit: undefined },
      signal,
    });
    assert.equal(server.requests[0]?.url, '/k8s/clusters/c-1/api/v1/pods?labelSelector=a%3Db%2Cc+in+%28d%29');
  });

  const codes: readonly [number, unknown, ClusterErrorKind, string][] = [
    [403, statusBody(403, 'Forbidden', 'pods is forbidden'), 'forbidden', 'pods is forbidden'],
    [404, '404 page not found', 'not-found', '"404 page not found"'],
    [409, statusBody(409, 'AlreadyExists', 'exists'), 'already-exists', 'exists'],
    [409, statusBody(409, 'Conflict', 'changed'), 'conflict', 'changed'],
    [410, statusBody(410, 'Expired', 'too old'), 'expired', 'too old'],
    [422, statusBody(422, 'Invalid', 'bad size'), 'rejected', 'bad size'],
    [429, statusBody(429, 'TooManyRequests', 'slow down'), 'throttled', 'slow down'],
    [503, {}, 'server', '{}'],
  ];
  for (const [status, body, kind, message] of codes) {
    it(`maps ${status} ${JSON.stringify(body).slice(0, 30)} to ${kind}, without headers`, async () => {
      server.handler = (_request, response) => json(response, status, body, { 'x-secret': 'must-not-show' });
      const error = await failure(connect().json({ path: '/x', signal }));
      assert.equal(error.kind, kind);
      assert.equal(error.status, status);
      assert.equal(error.message, message);
      assert.doesNotMatch(JSON.stringify({ ...error, stack: error.stack }), /must-not-show|sesame/);
    });
  }

  it('does as a throttling server says, then goes on', async () => {
    let calls = 0;
    server.handler = (_request, response) => {
      calls += 1;
      if (calls === 1) {
        json(response, 429, statusBody(429, 'TooManyRequests', 'wait'), { 'retry-after': '0' });
      } else {
        json(response, 200, { calls });
      }
    };
    assert.deepEqual(await connect().json({ path: '/x', signal }), { calls: 2 });
  });

  it('says which certificate it does not trust', async () => {
    const error = await failure(
      connect({}, { 'certificate-authority-data': undefined }).json({ path: '/x', signal }),
    );
    assert.equal(error.kind, 'untrusted-certificate');
    await connect(
      {},
      {
        'certificate-authority-data': undefined,
        'insecure-skip-tls-verify': true,
      },
    ).json({ path: '/x', signal });
    await connect({}, { 'tls-server-name': 'localhost' }).json({ path: '/x', signal });
    const named = await failure(connect({}, { 'tls-server-name': 'other' }).json({ path: '/x', signal }));
    assert.equal(named.kind, 'untrusted-certificate');
  });

  it('tells unreachable, silent, cut off and cancelled apart', async () => {
    const gone = await failure(connect({}, { server: 'https://127.0.0.1:1' }).json({ path: '/x', signal }));
    assert.equal(gone.kind, 'unreachable');
    server.handler = () => undefined;
    const silent = await failure(connect().json({ path: '/x', signal, timeoutMs: 30 }));
    assert.equal(silent.kind, 'timeout');
    const controller = new AbortController();
    const cancelled = failure(connect().json({ path: '/x', signal: controller.signal }));
    controller.abort();
    assert.equal((await cancelled).kind, 'aborted');
    server.handler = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"items":[');
      setImmediate(() => response.destroy());
    };
    assert.equal((await failure(connect().json({ path: '/x', signal }))).kind, 'unreachable');
    server.handler = (_request, response) => response.end('{"items":[');
    assert.equal((await failure(connect().json({ path: '/x', signal }))).kind, 'protocol');
  });

  it('asks again until the connection is fresh when the server had closed all of those that were kept', async () => {
    const api = connect();
    const waiting: (() => void)[] = [];
    server.handler = (_request, response) => waiting.push(() => json(response, 200, {}));
    const first = Promise.all(Array.from({ length: 6 }, () => api.json({ path: '/x', signal })));
    await until(() => waiting.length === 6, 'six connections are open');
    for (const answer of waiting) answer();
    await first;
    const kept = server.connections();
    assert.equal(kept, 6);
    server.handler = (request, response) => {
      if (server.connections() === kept) request.socket.destroy();
      else json(response, 200, { ok: true });
    };
    assert.deepEqual(await api.json({ path: '/x', signal }), { ok: true });
  });

  for (const method of ['GET', 'POST', 'PATCH', 'DELETE'] as const) {
    it(`sends a ${method} again on a fresh connection when the server had closed the kept one`, async () => {
      const api = connect();
      await api.json({ path: '/x', signal });
      server.handler = (request, response) => {
        if (server.connections() === 1) request.socket.destroy();
        else json(response, 200, { ok: true });
      };
      assert.deepEqual(await api.json({ path: '/x', method, signal }), { ok: true });
      assert.equal(server.connections(), 2);
    });
  }

  it('takes a compressed answer, but not one that unpacks without end, nor one for a stream', async () => {
    const accepted: (string | undefined)[] = [];
    server.handler = (request, response) => {
      accepted.push(request.headers['accept-encoding']?.toString());
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(request.url === '/bomb' ? Buffer.alloc(65 << 20, 32) : '{"packed":true}'));
    };
    const api = connect();
    assert.deepEqual(await api.json({ path: '/x', signal }), { packed: true });
    const error = await failure(api.json({ path: '/bomb', signal }));
    assert.equal(error.kind, 'protocol');
    assert.match(error.message, /longer than/);
    (await api.stream({ path: '/x', signal })).destroy();
    assert.deepEqual(accepted, ['gzip', 'gzip', undefined]);
    server.handler = (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end('not gzip at all');
    };
    assert.notEqual((await failure(api.json({ path: '/x', signal }))).kind, 'aborted');
  });

  it('reads a token file again when the server refuses the old token', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'podstress-token-'));
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'old\n');
    server.handler = (request, response) => {
      if (request.headers.authorization === 'Bearer new') {
        json(response, 200, {});
      } else {
        json(response, 401, statusBody(401, 'Unauthorized', 'Unauthorized'));
      }
    };
    const api = connect({ tokenFile });
    assert.equal((await failure(api.json({ path: '/x', signal }))).kind, 'unauthorized');
    await writeFile(tokenFile, 'new\n');
    assert.deepEqual(await api.json({ path: '/x', signal }), {});
    await rm(folder, { recursive: true });
  });

  it('sends basic auth and impersonation', async () => {
    let headers: NodeJS.Dict<string | string[]> = {};
    server.handler = (request, response) => {
      headers = request.headers;
      json(response, 200, {});
    };
    await connect({ username: 'u', password: 'p', as: 'jane', 'as-groups': ['a', 'b'] }).json({
      path: '/x',
      signal,
    });
    assert.equal(headers['authorization'], `Basic ${Buffer.from('u:p').toString('base64')}`);
    assert.equal(headers['impersonate-user'], 'jane');
    assert.equal(headers['impersonate-group'], 'a, b');
  });

  it('goes through proxy-url, with one tunnel for many requests', async () => {
    const targets: string[] = [];
    const proxy: Server = createServer();
    proxy.on('connect', (request, client, head) => {
      targets.push(request.url ?? '');
      const [host = '', port = ''] = (request.url ?? '').split(':');
      const upstream = connectTcp(Number(port), host, () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.write(head);
        upstream.pipe(client).pipe(upstream);
      });
      upstream.on('error', () => client.destroy());
      client.on('error', () => upstream.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      const api = connect({}, { 'proxy-url': `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
      for (let index = 0; index < 5; index += 1) {
        await api.json({ path: '/x', signal });
      }
      assert.deepEqual(targets, [new URL(server.url).host]);
      api.dispose();
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  describe('a proxy in trouble', () => {
    const proxy: Server = createServer();
    let asked: string | undefined;
    let answer: string | null;
    before(async () => {
      proxy.on('connect', (request, client) => {
        asked = request.headers['proxy-authorization'];
        client.on('error', () => undefined);
        client.once('end', () => client.destroy()).resume();
        if (answer !== null) {
          client.end(answer);
        }
      });
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    });
    after(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    const through = (): Transport => {
      const { port } = proxy.address() as AddressInfo;
      return connect({}, { 'proxy-url': `http://jane:s%40y@127.0.0.1:${port}` });
    };

    it('gets the credentials of its URL, which no message repeats', async () => {
      answer = 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n';
      const error = await failure(through().json({ path: '/x', signal }));
      assert.equal(error.kind, 'unreachable');
      assert.match(error.message, /the proxy 127\.0\.0\.1:\d+ answered 407/);
      assert.doesNotMatch(error.message, /jane|s@y|s%40y/);
      assert.equal(asked, `Basic ${Buffer.from('jane:s@y').toString('base64')}`);
    });

    it('that says nothing is given up with the request, and left behind by nobody', async () => {
      answer = null;
      const error = await failure(through().json({ path: '/x', signal, timeoutMs: 50 }));
      assert.equal(error.kind, 'timeout');
      transport?.dispose();
      await until(async () => (await connectionsOf(proxy)) === 0, 'the tunnel that never opened is closed');
    });

    it('of an unknown kind is refused with advice', async () => {
      const error = await failure(connect({}, { 'proxy-url': 'ftp://proxy' }).json({ path: '/x', signal }));
      assert.equal(error.kind, 'invalid-kubeconfig');
      assert.match(error.message, /proxy-url/);
    });
  });

  it("leaves the host's global fetch alone", async () => {
    const script = [
      'const before = globalThis.fetch;',
      `await import(${JSON.stringify(new URL('../../../src/cluster/transport.js', import.meta.url).href)});`,
      "const symbols = ['1', '2'].map((n) => globalThis[Symbol.for('undici.globalDispatcher.' + n)]);",
      'process.stdout.write(JSON.stringify([globalThis.fetch === before, symbols]));',
    ].join('\n');
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    assert.equal(stdout, '[true,[null,null]]');
  });

  describe('credential plugin', () => {
    let folder = '';
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'podstress-exec-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    /** A plugin that counts its runs and prints what the script says. */
    async function plugin(script: string): Promise<Record<string, unknown>> {
      const command = join(folder, 'plugin');
      await writeFile(
        command,
        `#!/bin/sh\necho run >> ${folder}/runs\necho "$KUBERNETES_EXEC_INFO" > ${folder}/info\n${script}\n`,
      );
      await chmod(command, 0o700);
      return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command, provideClusterInfo: true } };
    }
    const runs = async (): Promise<number> =>
      (await readFile(join(folder, 'runs'), 'utf8')).split('\n').length - 1;
    const credential = (status: object): string =>
      `echo '${JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status })}'`;

    it('runs once for ten requests at a time and keeps the token until a 401', async () => {
      const user = await plugin(credential({ token: 'from-plugin' }));
      const api = connect(user);
      await Promise.all(Array.from({ length: 10 }, () => api.json({ path: '/x', signal })));
      assert.equal(await runs(), 1);
      assert.equal(server.requests[0]?.authorization, 'Bearer from-plugin');
      const info = JSON.parse(await readFile(join(folder, 'info'), 'utf8'));
      assert.equal(info.kind, 'ExecCredential');
      assert.equal(info.spec.interactive, false);
      assert.equal(info.spec.cluster.server, server.url);

      server.handler = (_request, response) => json(response, 401, statusBody(401, 'Unauthorized', 'no'));
      assert.equal((await failure(api.json({ path: '/x', signal }))).kind, 'unauthorized');
      assert.equal(await runs(), 2);
    });

    it('renews a token ten seconds before it expires', async () => {
      const start = Date.now();
      const user = await plugin(
        credential({ token: 't', expirationTimestamp: new Date(start + 60_000).toISOString() }),
      );
      let now = start;
      const credentials = new Credentials(access(server, user), () => now);
      await credentials.get(signal);
      now = start + 49_000;
      await credentials.get(signal);
      assert.equal(await runs(), 1);
      now = start + 50_001;
      await credentials.get(signal);
      assert.equal(await runs(), 2);
      credentials.dispose();
    });

    it('does not run for every request where this machine’s clock is hours ahead', async () => {
      const { exec } = await plugin(
        credential({ token: 't', expirationTimestamp: new Date(Date.now() - 5 * 3_600_000).toISOString() }),
      );
      let now = Date.now();
      const credentials = new Credentials(access(server, { exec }), () => now);
      for (let index = 0; index < 5; index += 1) {
        await credentials.get(signal);
      }
      assert.equal(await runs(), 1);
      now += 60_001;
      await credentials.get(signal);
      assert.equal(await runs(), 2);
      credentials.dispose();
    });

    it('is run again after a 401 where the clock is hours behind and says the token is good', async () => {
      const user = await plugin(
        credential({ token: 't', expirationTimestamp: new Date(Date.now() + 5 * 3_600_000).toISOString() }),
      );
      let refusals = 1;
      server.handler = (_request, response) => {
        refusals -= 1;
        const refused = refusals >= 0;
        json(response, refused ? 401 : 200, refused ? statusBody(401, 'Unauthorized', 'expired') : {});
      };
      assert.deepEqual(await connect(user).json({ path: '/x', signal }), {});
      assert.equal(await runs(), 2);
    });

    it('explains a plugin that is missing, fails or prints something else', async () => {
      const missing = { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-plugin' } };
      const cases: readonly [Record<string, unknown>, RegExp][] = [
        [missing, /no-such-plugin was not found on the PATH/],
        [await plugin('echo "login first" >&2; exit 3'), /failed \(exit code 3\): login first/],
      ];
      for (const [user, message] of cases) {
        const error = await failure(connect(user).json({ path: '/x', signal }));
        assert.equal(error.kind, 'credential-plugin');
        assert.match(error.message, message);
      }
      const talk = await failure(connect(await plugin('echo hello')).json({ path: '/x', signal }));
      assert.match(talk.message, /did not print an ExecCredential/);
      const empty = await failure(connect(await plugin(credential({}))).json({ path: '/x', signal }));
      assert.match(empty.message, /neither a token nor a certificate/);
    });
  });
});
