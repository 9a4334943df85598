import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import type { TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { type WebSocket, WebSocketServer } from 'ws';
import { portForward } from '../../../src/cluster/portforward.js';
import { Transport } from '../../../src/cluster/transport.js';
import { access, json, type ScriptedServer, startServer } from './server.js';

/** What VS Code's extension host does to requests to servers that are not local: its own agent takes our agent's place. */
function asVsCode(original: typeof https.request): typeof https.request {
  const patched = (
    url: URL,
    options: https.RequestOptions,
    callback: (response: IncomingMessage) => void,
  ) => {
    const given = typeof url === 'string' || url instanceof URL ? options : (url as https.RequestOptions);
    const agent = given.agent instanceof https.Agent ? given.agent : null;
    const changed = { ...given, agent: https.globalAgent, ca: agent?.options.ca ?? given.ca };
    return given === options ? original(url, changed, callback) : original(changed);
  };
  return patched as typeof https.request;
}

describe('cluster transport inside an editor', function () {
  this.timeout(20_000);
  let server: ScriptedServer;
  let transport: Transport | null = null;
  const { request, get } = https;
  const controller = new AbortController();
  let fingerprint = '';
  let user: Record<string, unknown> = {};

  before(async () => {
    const pems = await generate([{ name: 'commonName', value: 'jane' }], { keyType: 'ec' });
    user = {
      'client-certificate-data': Buffer.from(pems.cert).toString('base64'),
      'client-key-data': Buffer.from(pems.private).toString('base64'),
    };
    fingerprint = pems.fingerprint.toUpperCase();
  });
  beforeEach(async () => {
    server = await startServer((asked, response) => json(response, 200, { client: clientOf(asked) }), {
      requestCert: true,
      rejectUnauthorized: false,
    });
    https.request = asVsCode(request);
    https.get = asVsCode(get);
  });
  afterEach(async () => {
    https.request = request;
    https.get = get;
    controller.abort();
    transport?.dispose();
    await server.close();
  });

  function clientOf(asked: IncomingMessage): string {
    return (asked.socket as TLSSocket).getPeerCertificate().fingerprint ?? 'none';
  }

  it('still shows its client certificate and trusts the kubeconfig’s authority, over one connection', async () => {
    const { signal } = new AbortController();
    transport = new Transport(access(server, user, { 'tls-server-name': 'localhost' }));
    for (let index = 0; index < 5; index += 1) {
      assert.deepEqual(await transport.json({ path: '/x', signal }), { client: fingerprint });
    }
    assert.equal(server.connections(), 1);
  });

  it('opens tunnels with it, too', async () => {
    const { signal } = new AbortController();
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'v4.channel.k8s.io' });
    let client = '';
    server.server.on('upgrade', (asked, socket, head) => {
      client = clientOf(asked);
      sockets.handleUpgrade(asked, socket, head, (opened: WebSocket) => opened.close());
    });
    transport = new Transport(access(server, user));
    (await portForward(transport, { namespace: 'a', pod: 'b', port: 1 }, signal)).destroy();
    assert.equal(client, fingerprint);
  });

  it("keeps to the kubeconfig's proxy whatever the editor's settings say", async () => {
    const { signal } = new AbortController();
    transport = new Transport(access(server, user, { 'proxy-url': 'http://127.0.0.1:1' }));
    await assert.rejects(transport.json({ path: '/x', signal }), /127\.0\.0\.1/);
    assert.equal(server.connections(), 0);
  });
});
