import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import * as vscode from 'vscode';
import { WebSocketServer } from 'ws';
import { portForward } from '../../src/cluster/portforward.js';
import { Transport } from '../../src/cluster/transport.js';
import { access, json, type ScriptedServer, startServer } from '../unit/cluster/server.js';

/** VS Code leaves what goes to localhost alone; this address of the same machine counts as remote. */
const REMOTE = '127.0.0.2';

/** A CONNECT proxy on loopback that remembers where it was asked to go. */
class ConnectProxy {
  readonly targets: string[] = [];
  readonly #server: Server = createServer((_request, response) => response.writeHead(501).end());
  readonly #sockets = new Set<Socket>();

  async start(host = '127.0.0.1'): Promise<string> {
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('connect', (request, client, head) => {
      this.targets.push(request.url ?? '');
      const [host = '', port = ''] = (request.url ?? '').split(':');
      const upstream = connectTcp(Number(port), host, () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.write(head);
        upstream.pipe(client).pipe(upstream);
      });
      upstream.on('error', () => client.destroy());
      client.on('error', () => upstream.destroy());
    });
    this.#server.listen(0, host);
    await once(this.#server, 'listening');
    return `http://${host}:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

async function setProxy(url: string | undefined): Promise<void> {
  await vscode.workspace.getConfiguration().update('http.proxy', url, vscode.ConfigurationTarget.Global);
}

describe('a cluster that is not on this machine, from inside the extension host', () => {
  const { signal } = new AbortController();
  let server: ScriptedServer;
  let editors: ConnectProxy;
  let kubeconfigs: ConnectProxy;
  let transport: Transport;
  let host: string;

  beforeEach(async () => {
    server = await startServer((_request, response) => json(response, 200, { ok: true }), {}, REMOTE);
    host = new URL(server.url).host;
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'v4.channel.k8s.io' });
    server.server.on('upgrade', (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (opened) => {
        assert.equal(request.headers.host, host);
        opened.close();
      });
    });
    editors = new ConnectProxy();
    kubeconfigs = new ConnectProxy();
  });

  afterEach(async () => {
    transport.dispose();
    await setProxy(undefined);
    await server.close();
  });

  /** One request and one tunnel. */
  async function both(cluster: object = {}): Promise<void> {
    transport = new Transport(
      access(server, { token: 'sesame' }, { 'tls-server-name': 'localhost', ...cluster }),
    );
    assert.deepEqual(await transport.json({ path: '/x', signal }), { ok: true });
    (await portForward(transport, { namespace: 'a', pod: 'b', port: 1 }, signal)).destroy();
  }

  it('is reached over one connection however many requests there are', async () => {
    await both();
    await transport.json({ path: '/x', signal });
    const before = server.connections();
    for (let index = 0; index < 5; index++) await transport.json({ path: '/x', signal });
    assert.equal(server.connections(), before);
  });

  it('is reached through VS Code’s http.proxy, tunnels too', async () => {
    await setProxy(await editors.start());
    await both();
    assert.deepEqual(editors.targets, Array(server.connections()).fill(host));
    await editors.stop();
  });

  it('is reached through the kubeconfig’s proxy-url before any other, tunnels too', async () => {
    await setProxy(await editors.start());
    await both({ 'proxy-url': await kubeconfigs.start(REMOTE) });
    assert.deepEqual(kubeconfigs.targets, Array(server.connections()).fill(host));
    assert.deepEqual(editors.targets, []);
    await editors.stop();
    await kubeconfigs.stop();
  });
});
