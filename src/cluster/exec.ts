import type WebSocket from 'ws';
import { openChannels, podPath, toBuffer, watchPulse } from './channel-socket.js';
import { asArray, asRecord, asString } from './decode.js';
import { aborted, ClusterError } from './errors.js';
import type { Transport } from './transport.js';

export interface ContainerRef {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface ExecRequest {
  readonly command: readonly string[];
  readonly tty: boolean;
  /** Its first size; only with a terminal. */
  readonly size?: TerminalSize;
  /**
   * Output as it comes; with a terminal everything comes by stdout. It is not called again, and nothing more is read
   * from the connection, while a promise that it returned is pending.
   */
  readonly onOutput: (stream: 'stdout' | 'stderr', bytes: Buffer) => Promise<void> | undefined;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** How a command ended. `failed`: it could not be run; the message is the server's own. */
export type ExecEnd =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'failed'; readonly message: string };

/** A command that runs in a container. */
export interface ExecSession {
  /** After the last of its output. Rejects with ClusterError when the connection breaks first or the signal aborts. */
  readonly ended: Promise<ExecEnd>;
  /** Sends to stdin; what is sent after the end is dropped. */
  write(bytes: Buffer): void;
  /** Closes stdin, where the server speaks v5 of the protocol; an older one cannot be told. */
  endInput(): void;
  resize(size: TerminalSize): void;
}

const Channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;
const V5 = 'v5.channel.k8s.io';
const PROTOCOLS = [V5, 'v4.channel.k8s.io'];
/** No Status is longer, bytes. */
const MAX_STATUS_BYTES = 64 << 10;

/**
 * Runs a command in a container, as `kubectl exec` does. Throws ClusterError where it is refused; ends with the signal.
 */
export function exec(
  transport: Transport,
  { namespace, pod, container }: ContainerRef,
  request: ExecRequest,
  signal: AbortSignal,
): Promise<ExecSession> {
  const query = new URLSearchParams({ container, stdin: 'true', stdout: 'true', tty: String(request.tty) });
  if (!request.tty) {
    query.set('stderr', 'true');
  }
  for (const word of request.command) {
    query.append('command', word);
  }
  const path = `${podPath(namespace, pod, 'exec')}?${query}`;
  return openChannels(transport, path, PROTOCOLS, signal, (socket) => new Channels(socket, request, signal));
}

class Channels implements ExecSession {
  readonly ended: Promise<ExecEnd>;
  readonly #socket: WebSocket;
  readonly #request: ExecRequest;
  readonly #decided: {
    resolve(end: ExecEnd): void;
    reject(error: ClusterError): void;
  };
  #status: Buffer[] = [];
  #statusBytes = 0;
  /** Output that the reader has no time for yet; null: it has. */
  #waiting: (readonly ['stdout' | 'stderr', Buffer])[] | null = null;
  #closed = false;

  constructor(socket: WebSocket, request: ExecRequest, signal: AbortSignal) {
    this.#socket = socket;
    this.#request = request;
    const { promise, resolve, reject } = withResolvers<ExecEnd>();
    this.ended = promise;
    this.#decided = { resolve, reject };
    // Whoever waits is told as well; until somebody does, a broken connection must not bring the process down.
    promise.catch(() => undefined);
    const onAbort = (): void => this.#fail(aborted());
    signal.addEventListener('abort', onAbort, { once: true });
    const stopPulse = watchPulse(socket, (error) => this.#fail(error));
    socket.on('message', (data, isBinary) => this.#onMessage(toBuffer(data), isBinary));
    socket.on('error', (error) =>
      this.#fail(new ClusterError('unreachable', `the connection broke: ${error.message}`, { cause: error })),
    );
    socket.on('close', () => {
      stopPulse();
      signal.removeEventListener('abort', onAbort);
      this.#closed = true;
      if (this.#waiting === null) {
        this.#conclude();
      }
    });
    if (request.size !== undefined) {
      this.resize(request.size);
    }
    if (signal.aborted) {
      onAbort();
    }
  }

  write(bytes: Buffer): void {
    this.#send(Channel.stdin, bytes);
  }

  endInput(): void {
    if (this.#socket.protocol === V5) {
      this.#send(Channel.close, Buffer.of(Channel.stdin));
    }
  }

  resize({ columns, rows }: TerminalSize): void {
    if (this.#request.tty) {
      this.#send(Channel.resize, Buffer.from(JSON.stringify({ Width: columns, Height: rows })));
    }
  }

  #send(channel: number, bytes: Buffer): void {
    if (this.#socket.readyState === this.#socket.OPEN) {
      this.#socket.send(Buffer.concat([Buffer.of(channel), bytes]));
    }
  }

  #onMessage(frame: Buffer, isBinary: boolean): void {
    const payload = frame.subarray(1);
    switch (isBinary ? frame[0] : undefined) {
      case Channel.stdout:
        this.#output('stdout', payload);
        break;
      case Channel.stderr:
        this.#output('stderr', payload);
        break;
      case Channel.error:
        this.#takeStatus(payload);
        break;
      default:
        this.#fail(new ClusterError('protocol', 'the server sent a frame of an unknown channel'));
    }
  }

  #takeStatus(payload: Buffer): void {
    this.#statusBytes += payload.length;
    if (this.#statusBytes > MAX_STATUS_BYTES) {
      this.#fail(new ClusterError('protocol', 'the end of the command was told at too great length'));
      return;
    }
    this.#status.push(payload);
  }

  #output(stream: 'stdout' | 'stderr', payload: Buffer): void {
    if (payload.length === 0) {
      return;
    }
    if (this.#waiting !== null) {
      this.#waiting.push([stream, payload]);
      return;
    }
    const busy = this.#request.onOutput(stream, payload);
    if (busy !== undefined) {
      void this.#slowDown(busy);
    }
  }

  /** Reads nothing more from the connection, and keeps what it has already brought, until the reader has kept up. */
  async #slowDown(busy: Promise<void>): Promise<void> {
    this.#waiting = [];
    this.#socket.pause();
    let current: Promise<void> | undefined = busy;
    for (;;) {
      try {
        await current;
      } catch {
        // What the reader does wrong is the reader's: the command goes on.
      }
      const next: readonly ['stdout' | 'stderr', Buffer] | undefined = this.#waiting.shift();
      if (next === undefined) {
        break;
      }
      current = this.#request.onOutput(...next);
    }
    this.#waiting = null;
    this.#socket.resume();
    if (this.#closed) {
      this.#conclude();
    }
  }

  #fail(error: ClusterError): void {
    this.#decided.reject(error);
    this.#socket.terminate();
  }

  #conclude(): void {
    const status = Buffer.concat(this.#status).toString('utf8');
    if (status === '') {
      this.#decided.reject(
        new ClusterError('unreachable', 'the connection was closed before the command ended'),
      );
    } else {
      this.#decided.resolve(decodeEnd(status));
    }
  }
}

/** Reads the Status of the error channel; what is none is the message itself. */
export function decodeEnd(text: string): ExecEnd {
  let status: unknown = null;
  try {
    status = JSON.parse(text);
  } catch {
    // Older servers send plain text.
  }
  const record = asRecord(status);
  if (record?.['status'] === 'Success') {
    return { kind: 'exited', exitCode: 0 };
  }
  if (record?.['reason'] === 'NonZeroExitCode') {
    const causes = asArray(asRecord(record['details'])?.['causes']).map(asRecord);
    const cause = causes.find((one) => one?.['reason'] === 'ExitCode');
    const code = asString(cause?.['message']) ?? '';
    if (/^[0-9]{1,3}$/.test(code)) {
      return { kind: 'exited', exitCode: Number(code) };
    }
  }
  const message = asString(record?.['message']) ?? text;
  return { kind: 'failed', message: message.trim().slice(0, 2000) };
}

function withResolvers<T>(): {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((resolveIt, rejectIt) => {
    resolve = resolveIt;
    reject = rejectIt;
  });
  return { promise, resolve, reject };
}
