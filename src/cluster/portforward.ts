import { Duplex } from 'node:stream';
import WebSocket from 'ws';
import { aborted, ClusterError, networkError, statusError } from './errors.js';
import type { Transport } from './transport.js';

export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

const PROTOCOL = 'v4.channel.k8s.io';
const DATA = 0;
const ERROR = 1;
const HANDSHAKE_MS = 15_000;
/** A tunnel whose server does not answer a ping within this time is dead, ms. */
const PING_MS = 20_000;
const MAX_FRAME_BYTES = 16 << 20;

/**
 * Opens a port of a Pod's loopback through the API server, as `kubectl port-forward` does
 * (websocket subprotocol v4.channel.k8s.io: the first byte of a frame is its channel, 0 data, 1 errors; the first
 * frame of each channel repeats the port). One tunnel is one TCP connection to the Pod. Throws ClusterError.
 */
export async function portForward(
  transport: Transport,
  target: PodPort,
  signal: AbortSignal,
): Promise<Duplex> {
  const path =
    `/api/v1/namespaces/${encodeURIComponent(target.namespace)}/pods/${encodeURIComponent(target.pod)}` +
    `/portforward?ports=${target.port}`;
  const { url, headers, agent, tls } = await transport.webSocketOptions(path, signal);
  const socket = new WebSocket(url, PROTOCOL, {
    ...tls,
    agent,
    // A header with several values (Impersonate-Group) goes out as several lines.
    headers: headers as Record<string, string>,
    handshakeTimeout: HANDSHAKE_MS,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  return opened(socket, transport.server, signal);
}

function opened(socket: WebSocket, server: string, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    let refused = false;
    const onAbort = (): void => socket.terminate();
    signal.addEventListener('abort', onAbort, { once: true });
    const fail = (error: ClusterError): void => {
      signal.removeEventListener('abort', onAbort);
      reject(error);
    };
    if (signal.aborted) {
      onAbort();
    }
    socket.once('open', () => {
      signal.removeEventListener('abort', onAbort);
      // Made at once: the first frames may be here before a promise is.
      resolve(new PodTunnel(socket, signal));
    });
    socket.on('error', (error) => {
      if (!refused) {
        fail(signal.aborted ? aborted() : networkError(error, server));
      }
    });
    socket.once('unexpected-response', (request, response) => {
      refused = true;
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body = (body + text).slice(0, 8192);
      });
      const done = (): void => {
        fail(statusError(response.statusCode ?? 0, body));
        request.destroy();
      };
      response.once('end', done);
      response.once('error', done);
    });
  });
}

/** The two channels of one forwarded port as a byte stream; an error of the other side destroys it. */
class PodTunnel extends Duplex {
  readonly #socket: WebSocket;
  readonly #seen = new Set<number>();
  readonly #ping: NodeJS.Timeout;
  readonly #detach: () => void;
  #alive = true;

  constructor(socket: WebSocket, signal: AbortSignal) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    // Whoever reads is told as well; until somebody does, an error must not bring the process down.
    this.on('error', () => undefined);
    const onAbort = (): void => {
      this.destroy(aborted());
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#detach = () => signal.removeEventListener('abort', onAbort);
    this.#ping = setInterval(() => this.#checkAlive(), PING_MS);
    socket.on('pong', () => {
      this.#alive = true;
    });
    socket.on('message', (data, isBinary) => this.#onMessage(toBuffer(data), isBinary));
    // What came before the close is still to be read; the end of the stream then destroys it.
    socket.on('close', () => this.push(null));
    socket.on('error', (error) => {
      this.destroy(new ClusterError('unreachable', `the tunnel broke: ${error.message}`, { cause: error }));
    });
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, callback: (error?: Error | null) => void): void {
    const frame = Buffer.allocUnsafe(chunk.length + 1);
    frame[0] = DATA;
    chunk.copy(frame, 1);
    this.#socket.send(frame, (error) => callback(error ?? null));
  }

  override _final(callback: () => void): void {
    this.#socket.close();
    callback();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearInterval(this.#ping);
    this.#detach();
    this.#socket.terminate();
    callback(error);
  }

  #checkAlive(): void {
    if (!this.#alive) {
      this.destroy(new ClusterError('unreachable', 'the tunnel to the Pod no longer answers'));
      return;
    }
    this.#alive = false;
    this.#socket.ping();
  }

  #onMessage(frame: Buffer, isBinary: boolean): void {
    const channel = frame[0];
    this.#alive = true;
    if (!isBinary || (channel !== DATA && channel !== ERROR)) {
      this.destroy(new ClusterError('protocol', 'the tunnel sent a frame of an unknown channel'));
      return;
    }
    const isFirst = !this.#seen.has(channel);
    this.#seen.add(channel);
    // The first frame of a channel begins with the port, two bytes.
    const payload = frame.subarray(isFirst ? 3 : 1);
    if (payload.length === 0) {
      return;
    }
    if (channel === ERROR) {
      const text = payload.toString('utf8').trim().slice(0, 500);
      this.destroy(new ClusterError('unreachable', `the port could not be forwarded: ${text}`));
    } else if (!this.push(payload)) {
      this.#socket.pause();
    }
  }
}

function toBuffer(data: WebSocket.RawData): Buffer {
  if (Buffer.isBuffer(data)) {
    return data;
  }
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
