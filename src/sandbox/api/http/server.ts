import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ServerCertificate } from '../certificate.js';
import type { Registry } from '../registry.js';
import { ApiError, badRequest } from '../status.js';
import { Connections } from './connections.js';
import { type ContainerAccess, noContainers } from './container-access.js';
import { beginFaults } from './faults/table.js';
import { createGuard, type Guard } from './guard.js';
import { isTrue } from './list-options.js';
import { OpenApi } from './openapi.js';
import { checkExecProtocol, ExecServer, execTarget } from './pod-exec.js';
import { PortForwarder, type PortOpener, portForwardTarget } from './port-forward.js';
import { parsePath } from './request-info.js';
import type { HandlerContext, KubeletStats } from './resource-handler.js';
import { internalError, sendError } from './respond.js';
import { route } from './router.js';
import { WATCH_TIMING, type WatchTiming } from './watch.js';

export interface ApiServerOptions {
  readonly registry: Registry;
  readonly certificate: ServerCertificate;
  /** The only credential there is: whoever has it may do everything. */
  readonly token: string;
  /** 0: any free port. */
  readonly port: number;
  readonly openPort: PortOpener;
  /** Absent: no Pods run. */
  readonly containers?: ContainerAccess;
  /** Told of faults of the server itself. */
  readonly log: (message: string) => void;
  readonly watchTiming?: WatchTiming;
  /** Absent: no node has a kubelet to ask. */
  readonly kubeletStats?: KubeletStats;
  /** Names of the faults that it has (see faults/table). */
  readonly faults?: readonly string[];
}

export interface ApiServer {
  readonly url: string;
  readonly port: number;
  /** Ends every watch and connection and frees the port. */
  close(): Promise<void>;
}

/** Starts the stand-in on 127.0.0.1, TLS only. Throws Error (EADDRINUSE ...). */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const stopping = new AbortController();
  const { key, certificate } = options.certificate;
  const server = createServer({ key, cert: certificate, minVersion: 'TLSv1.2' });
  // Each watch listens to it; there may be many.
  setMaxListeners(0, stopping.signal);
  // Remembered, as a server that is closing has no address any more and would refuse who is still connected as a stranger.
  let port = 0;
  const guard = createGuard(options.token, () => port);
  const containers = options.containers ?? noContainers('no Pods run in this sandbox');
  const context: HandlerContext = {
    registry: options.registry,
    containers,
    stopping: stopping.signal,
    watchTiming: options.watchTiming ?? WATCH_TIMING,
    kubeletStats: options.kubeletStats ?? null,
  };
  const openApi = new OpenApi(options.registry.definitions);
  const forwarder = new PortForwarder(options.openPort);
  const execs = new ExecServer(containers);

  const connections = new Connections(server);
  const fault = beginFaults(options.faults ?? [], connections, options.log);
  server.on('request', (request, response) => {
    if (connections.isSilent(request.socket)) return;
    void serve(guard, request, response, options.log, async () => {
      if (fault.meet({ request, response, isWatch: isWatch(request) })) return;
      await route(context, openApi, request, response);
    });
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    try {
      upgrade(guard, { registry: options.registry, containers, forwarder, execs }, request, socket, head);
    } catch (error) {
      refuseUpgrade(socket, error);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => resolve());
  });
  port = portOf(server.address());
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    close: async () => {
      stopping.abort();
      forwarder.close();
      execs.close();
      await connections.close();
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function isWatch(request: IncomingMessage): boolean {
  return isTrue(new URL(request.url ?? '/', 'https://sandbox.invalid').searchParams.get('watch'));
}

async function serve(
  guard: Guard,
  request: IncomingMessage,
  response: ServerResponse,
  log: (message: string) => void,
  answer: () => Promise<void>,
): Promise<void> {
  try {
    const refusal = guard.check(request);
    if (refusal !== null) throw refusal;
    await answer();
  } catch (error) {
    if (!(error instanceof ApiError) && !request.destroyed) {
      log(`${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`);
    }
    sendError(response, error);
  } finally {
    // What was not read of the body must not stand before the next request of this connection.
    request.resume();
  }
}

function upgrade(
  guard: Guard,
  to: {
    readonly registry: Registry;
    readonly containers: ContainerAccess;
    readonly forwarder: PortForwarder;
    readonly execs: ExecServer;
  },
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const refusal = guard.check(request);
  if (refusal !== null) throw refusal;
  const { registry } = to;
  const url = new URL(request.url ?? '/', 'https://sandbox.invalid');
  const result = parsePath(url.pathname, registry.definitions);
  if (result.kind !== 'resource') throw badRequest('this cannot be upgraded');
  const { definition, subresource } = result.request;
  if (definition.plural !== 'pods') throw badRequest('this cannot be upgraded');
  if (subresource === 'exec') {
    // What is wrong with the wish is told first: kubectl tries SPDY next and shows the answer to that.
    const target = execTarget(registry, to.containers, result.request, url.searchParams);
    checkExecProtocol(request);
    to.execs.accept(request, socket, head, target);
    return;
  }
  if (subresource !== 'portforward') throw badRequest('this cannot be upgraded');
  if ((request.headers.upgrade ?? '').toLowerCase() !== 'websocket') {
    throw badRequest('the Podstress sandbox upgrades to WebSocket only');
  }
  const offered = request.headers['sec-websocket-protocol'];
  const { pod, ports } = portForwardTarget(registry, result.request, url.searchParams, offered);
  to.forwarder.accept(request, socket, head, pod, ports);
}

/** Answers an upgrade that is not made with the Status that says why. */
function refuseUpgrade(socket: Duplex, error: unknown): void {
  const { code, body } = error instanceof ApiError ? error : internalError();
  const text = `${JSON.stringify(body)}\n`;
  const head = [
    `HTTP/1.1 ${code} Refused`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
}
