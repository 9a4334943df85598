import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { generate } from 'selfsigned';
import { accessFor, type ClusterAccess } from '../../../src/cluster/kubeconfig/load.js';
import { parseKubeconfig } from '../../../src/cluster/kubeconfig/merge.js';

export type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

/** A TLS server on loopback that answers by script and counts connections. */
export interface ScriptedServer {
  readonly url: string;
  /** PEM in base64, for `certificate-authority-data`. */
  readonly ca: string;
  readonly server: https.Server;
  readonly requests: { readonly method: string; readonly url: string; readonly authorization: string }[];
  connections(): number;
  handler: Handler;
  close(): Promise<void>;
}

let certificate: ReturnType<typeof generate> | null = null;

export async function startServer(
  handler: Handler,
  options: https.ServerOptions = {},
  host = '127.0.0.1',
): Promise<ScriptedServer> {
  certificate ??= generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
        ],
      },
    ],
  });
  const pems = await certificate;
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = https.createServer({ key: pems.private, cert: pems.cert, ...options });
  const scripted: ScriptedServer = {
    url: '',
    ca: Buffer.from(pems.cert).toString('base64'),
    server,
    requests: [],
    connections: () => connections,
    handler,
    close: async () => {
      server.close();
      for (const socket of sockets) {
        socket.destroy();
      }
      await once(server, 'close');
    },
  };
  server.on('secureConnection', () => {
    connections += 1;
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (request, response) => {
    scripted.requests.push({
      method: request.method ?? '',
      url: request.url ?? '',
      authorization: request.headers.authorization ?? '',
    });
    scripted.handler(request, response, new URL(request.url ?? '/', 'https://localhost'));
  });
  server.listen(0, host);
  await once(server, 'listening');
  return Object.assign(scripted, { url: `https://${host}:${(server.address() as AddressInfo).port}` });
}

export function kubeconfigText(server: ScriptedServer, user: Record<string, unknown>, cluster = {}): string {
  return JSON.stringify({
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: 'here' } }],
    clusters: [
      {
        name: 'test',
        cluster: { server: server.url, 'certificate-authority-data': server.ca, ...cluster },
      },
    ],
    users: [{ name: 'test', user }],
  });
}

export function access(
  server: ScriptedServer,
  user: Record<string, unknown> = { token: 'sesame' },
  cluster = {},
): ClusterAccess {
  const text = kubeconfigText(server, user, cluster);
  return accessFor(
    parseKubeconfig({ path: 'test', text }, (path) => path),
    null,
    process.env,
  );
}

export function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export function statusBody(code: number, reason: string, message: string): unknown {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code, reason, message };
}

/** Resolves once the condition holds; fails loudly after ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) {
      throw new Error(`waited in vain until ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
