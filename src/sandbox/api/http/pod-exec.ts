import type { IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { JsonObject } from '../json.js';
import { stringAt } from '../json.js';
import type { KubeObject } from '../kube-object.js';
import type { Registry } from '../registry.js';
import { badRequest, invalid } from '../status.js';
import type { ContainerAccess, ExecEnd, ExecProcess, ExecRequest } from './container-access.js';
import { isTrue } from './list-options.js';
import { containerOf } from './pod-log.js';
import type { ResourceRequest } from './request-info.js';
import { asBuffer, HIGH_WATER, offeredProtocols, sendOn } from './websocket.js';

const Channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;
/** Best first. Only v5 can close the command's stdin and leave the rest open. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;
/** No terminal has more columns or rows. */
const MAX_CELLS = 0xffff;

export interface ExecTarget {
  readonly pod: KubeObject;
  readonly container: string;
  readonly request: ExecRequest;
}

/** What an upgrade request wants to run, and where. Throws ApiError in the API server's words. */
export function execTarget(
  registry: Registry,
  access: ContainerAccess,
  { definition, namespace, name }: ResourceRequest,
  query: URLSearchParams,
): ExecTarget {
  const pod = registry.get(definition, namespace, name);
  const request: ExecRequest = {
    command: query.getAll('command'),
    stdin: isTrue(query.get('stdin')),
    stdout: isTrue(query.get('stdout')),
    stderr: isTrue(query.get('stderr')),
    tty: isTrue(query.get('tty')),
  };
  const container = containerOf(pod, query.get('container') ?? '');
  if (request.command.length === 0) {
    const cause = { reason: 'FieldValueRequired', message: 'Required value', field: 'command' } as const;
    throw invalid('', 'PodExecOptions', '', [cause]);
  }
  if (!request.stdin && !request.stdout && !request.stderr) {
    throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  }
  if ((stringAt(pod, 'spec', 'nodeName') ?? '') === '') {
    throw badRequest(`pod ${name} does not have a host assigned`);
  }
  access.checkRunning(pod, container);
  return { pod, container, request };
}

/** Refuses a client that speaks none of the subprotocols. Throws ApiError. */
export function checkExecProtocol(request: IncomingMessage): void {
  if ((request.headers.upgrade ?? '').toLowerCase() !== 'websocket') {
    throw badRequest(
      'the Podstress sandbox runs commands over WebSocket only, not over SPDY: use kubectl 1.31 or newer',
    );
  }
  const offered = offeredProtocols(request.headers['sec-websocket-protocol']);
  if (!PROTOCOLS.some((one) => offered.includes(one))) {
    throw badRequest(
      `the Podstress sandbox speaks ${PROTOCOLS.join(' and ')}, and the client offers neither`,
    );
  }
}

/** Accepts exec WebSockets and joins each to a command in a container. */
export class ExecServer {
  readonly #access: ContainerAccess;
  readonly #running = new Set<ExecProcess>();
  readonly #server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 16 * HIGH_WATER,
    handleProtocols: (offered) => PROTOCOLS.find((one) => offered.has(one)) ?? false,
  });

  constructor(access: ContainerAccess) {
    this.#access = access;
  }

  accept(message: IncomingMessage, socket: Duplex, head: Buffer, target: ExecTarget): void {
    this.#server.handleUpgrade(message, socket, head, (client) => {
      client.on('error', () => client.terminate());
      try {
        const command = this.#access.exec(target.pod, target.container, target.request);
        this.#running.add(command);
        join(client, command, target.request);
        void command.ended.then(() => this.#running.delete(command));
      } catch (error) {
        // The container has ended in the meantime.
        const why = error instanceof Error ? error.message : String(error);
        void listening(client).then(() => finish(client, { kind: 'failed', message: why }));
      }
    });
  }

  /** Ends every command and connection. */
  close(): void {
    for (const command of this.#running) command.kill();
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }
}

function join(client: WebSocket, command: ExecProcess, request: ExecRequest): void {
  command.stdin?.on('error', () => {
    // The command has closed its stdin, or ended: what else comes for it is dropped.
  });
  client.on('message', (data) => {
    const bytes = asBuffer(data);
    const rest = bytes.subarray(1);
    switch (bytes[0]) {
      case Channel.stdin:
        if (command.stdin !== null && !command.stdin.write(Buffer.from(rest))) {
          client.pause();
          command.stdin.once('drain', () => client.resume());
          command.stdin.once('close', () => client.resume());
        }
        break;
      case Channel.resize:
        if (request.tty) resize(command, rest);
        break;
      case Channel.close:
        if (client.protocol === PROTOCOLS[0] && rest[0] === Channel.stdin) command.stdin?.end();
        break;
      default:
        client.close(1002);
    }
  });
  client.on('close', () => command.kill());
  void listening(client).then(async () => {
    // As the API server does: tells that the streams are there.
    sendOn(client, Channel.stdout, Buffer.alloc(0));
    forward(client, Channel.stdout, command.stdout);
    forward(client, Channel.stderr, command.stderr);
    finish(client, await command.ended);
  });
}

/**
 * Resolves when the client reads. kubectl drops what comes before it has set up its streams, which nothing but the
 * slowness of a real kubelet keeps from happening elsewhere.
 */
function listening(client: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    client.once('pong', () => resolve());
    client.once('close', () => resolve());
    client.ping();
  });
}

function forward(client: WebSocket, channel: number, stream: Readable | null): void {
  stream?.on('data', (bytes: Buffer) => {
    stream.pause();
    if (client.readyState === client.OPEN) sendOn(client, channel, bytes, () => stream.resume());
    else stream.resume();
  });
}

function resize(command: ExecProcess, bytes: Buffer): void {
  let size: unknown;
  try {
    size = JSON.parse(bytes.toString('utf8'));
  } catch {
    return;
  }
  if (typeof size !== 'object' || size === null || !('Width' in size) || !('Height' in size)) return;
  const { Width: columns, Height: rows } = size;
  if (isCells(columns) && isCells(rows)) command.resize(columns, rows);
}

function isCells(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MAX_CELLS;
}

function finish(client: WebSocket, end: ExecEnd): void {
  sendOn(client, Channel.error, Buffer.from(JSON.stringify(statusOf(end))), () => client.close(1000));
}

/** How a command ended, as the kubelet and the API server tell it. */
export function statusOf(end: ExecEnd): JsonObject {
  if (end.kind === 'failed') {
    const what = `Internal error occurred: error executing command in container: ${end.message}`;
    return {
      metadata: {},
      status: 'Failure',
      message: `Internal error occurred: ${what}`,
      reason: 'InternalError',
      details: { causes: [{ message: what }] },
      code: 500,
    };
  }
  const { exitCode } = end;
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: command terminated with exit code ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}
