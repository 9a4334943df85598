import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { stringAt } from '../json.js';
import type { KubeObject } from '../kube-object.js';
import type { Registry } from '../registry.js';
import { ApiError, badRequest, notImplemented } from '../status.js';
import type { ResourceRequest } from './request-info.js';
import { asBuffer, HIGH_WATER, offeredProtocols, sendOn } from './websocket.js';

/** Opens a connection, paused, to a port on the loopback of a Pod's network. Throws Error that says why it could not. */
export type PortOpener = (pod: KubeObject, port: number) => Promise<Duplex>;

/** The one subprotocol that is spoken: a byte in front of each message says whose it is. */
const SUBPROTOCOL = 'v4.channel.k8s.io';

/** The Pod and ports of an upgrade request. Throws ApiError for what cannot be forwarded. */
export function portForwardTarget(
  registry: Registry,
  { definition, namespace, name }: ResourceRequest,
  query: URLSearchParams,
  offered: string | undefined,
): { pod: KubeObject; ports: number[] } {
  const pod = registry.get(definition, namespace, name);
  const ports = query
    .getAll('ports')
    .flatMap((list) => list.split(','))
    .map(Number);
  if (ports.length === 0) throw badRequest('query parameter "port" is required');
  if (ports.some((port) => !Number.isInteger(port) || port < 1 || port > 65_535)) {
    throw badRequest('query parameter "ports" must be between 1 and 65535');
  }
  if (!offeredProtocols(offered).includes(SUBPROTOCOL)) {
    throw notImplemented(`forwarding ports without the WebSocket subprotocol ${SUBPROTOCOL}`);
  }
  const phase = stringAt(pod, 'status', 'phase') ?? 'Unknown';
  if (phase !== 'Running') {
    throw new ApiError(
      400,
      'BadRequest',
      `unable to forward port because pod is not running. Current status=${phase}`,
    );
  }
  return { pod, ports };
}

/** Accepts port-forward WebSockets and joins each of their channels to a port of the Pod. */
export class PortForwarder {
  readonly #open: PortOpener;
  readonly #server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 16 * HIGH_WATER,
    handleProtocols: () => SUBPROTOCOL,
  });

  constructor(open: PortOpener) {
    this.#open = open;
  }

  accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    pod: KubeObject,
    ports: readonly number[],
  ): void {
    this.#server.handleUpgrade(request, socket, head, (client) => {
      const channels = ports.map((port, i) => new Channel(client, 2 * i, port));
      client.on('message', (data) => {
        const bytes = asBuffer(data);
        channels[(bytes[0] ?? 0) >> 1]?.fromClient(bytes);
      });
      client.on('error', () => client.terminate());
      client.on('close', () => {
        for (const channel of channels) channel.close();
      });
      for (const channel of channels) void channel.start(this.#open(pod, channel.port), pod);
    });
  }

  /** Cuts every connection. */
  close(): void {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }
}

/** One forwarded port: an even number for its data and the odd one after it for its errors. */
class Channel {
  readonly port: number;
  readonly #client: WebSocket;
  readonly #number: number;
  readonly #early: Buffer[] = [];
  #target: Duplex | null = null;
  #closed = false;

  constructor(client: WebSocket, number: number, port: number) {
    this.#client = client;
    this.#number = number;
    this.port = port;
    const portBytes = Buffer.alloc(2);
    portBytes.writeUInt16LE(port);
    sendOn(client, number, portBytes);
    sendOn(client, number + 1, portBytes);
  }

  async start(opening: Promise<Duplex>, pod: KubeObject): Promise<void> {
    try {
      const target = await opening;
      if (this.#closed) {
        target.destroy();
        return;
      }
      this.#target = target;
      for (const bytes of this.#early.splice(0)) target.write(bytes);
      target.on('data', (bytes: Buffer) => this.#fromPod(target, bytes));
      target.on('error', (error) => this.#fail(error, pod));
      target.on('end', () => this.#client.close(1000));
      target.on('close', () => this.#client.close(1000));
      target.resume();
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)), pod);
    }
  }

  fromClient(message: Buffer): void {
    if (message[0] !== this.#number) return;
    const bytes = message.subarray(1);
    if (this.#target === null) {
      this.#early.push(Buffer.from(bytes));
      return;
    }
    if (this.#target.write(bytes) || this.#client.isPaused) return;
    this.#client.pause();
    this.#target.once('drain', () => this.#client.resume());
  }

  close(): void {
    this.#closed = true;
    this.#target?.destroy();
  }

  #fromPod(target: Duplex, bytes: Buffer): void {
    target.pause();
    sendOn(this.#client, this.#number, bytes, () => target.resume());
  }

  #fail(error: Error, pod: KubeObject): void {
    const text = `error forwarding port ${this.port} to pod ${pod.metadata.uid}, uid : ${error.message}`;
    sendOn(this.#client, this.#number + 1, Buffer.from(text));
    this.#client.close(1000);
  }
}
