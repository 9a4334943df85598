import { Duplex } from 'node:stream';
import type WebSocket from 'ws';
import { openChannels, podPath, toBuffer, watchPulse } from './channel-socket.js';
import { aborted, ClusterError } from './errors.js';
import type { Transport } from './transport.js';

export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

const PROTOCOL = 'v4.channel.k8s.io';
const DATA = 0;
const ERROR = 1;

/**
 * Opens a port of a Pod's loopback through the API server, as `kubectl port-forward` does
 * (websocket subprotocol v4.channel.k8s.io: the first byte of a frame is its channel, 0 data, 1 errors; the first
 * frame of each channel repeats the port). One tunnel is one TCP connection to the Pod. Throws ClusterError.
 */
export function portForward(transport: Transport, target: PodPort, signal: AbortSignal): Promise<Duplex> {
  const path = `${podPath(target.namespace, target.pod, 'portforward')}?ports=${target.port}`;
  return openChannels(transport, path, [PROTOCOL], signal, (socket) => new PodTunnel(socket, signal));
}

/** The two channels of one forwarded port as a byte stream; an error of the other side destroys it. */
class PodTunnel extends Duplex {
  readonly #socket: WebSocket;
  readonly #seen = new Set<number>();
  readonly #stopPulse: () => void;
  readonly #detach: () => void;

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
    this.#stopPulse = watchPulse(socket, (error) => this.destroy(error));
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
    this.#stopPulse();
    this.#detach();
    this.#socket.terminate();
    callback(error);
  }

  #onMessage(frame: Buffer, isBinary: boolean): void {
    const channel = frame[0];
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
