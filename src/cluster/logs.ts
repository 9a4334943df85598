import { StringDecoder } from 'node:string_decoder';
import { podPath } from './channel-socket.js';
import { aborted, networkError } from './errors.js';
import type { ContainerRef } from './exec.js';
import type { Transport } from './transport.js';

export interface LogOptions {
  /** Goes on until the container's instance ends. */
  readonly follow?: boolean;
  /** The instance before the one of now. */
  readonly previous?: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  /** Only what was written at this time or later (RFC 3339). */
  readonly sinceTime?: string;
  /** Each line begins with its time (RFC 3339, nanoseconds) and a space. */
  readonly timestamps?: boolean;
}

/** A longer line comes in pieces, characters. */
export const LONGEST_LINE = 64 << 10;

/**
 * The lines of a container's log without their ends, batch by batch as they come, in memory of one line and one chunk.
 * Ends when the log does; throws ClusterError, `aborted` when the signal aborts.
 */
export async function* logLines(
  transport: Transport,
  { namespace, pod, container }: ContainerRef,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  const body = await transport.stream({
    path: podPath(namespace, pod, 'log'),
    query: {
      container,
      follow: flag(options.follow),
      previous: flag(options.previous),
      timestamps: flag(options.timestamps),
      tailLines: options.tailLines?.toString(),
      limitBytes: options.limitBytes?.toString(),
      sinceTime: options.sinceTime,
    },
    signal,
  });
  const lines = new LineCutter();
  try {
    for await (const chunk of body) {
      const batch = lines.add(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
      if (batch.length > 0) {
        yield batch;
      }
    }
  } catch (error) {
    throw signal.aborted ? aborted() : networkError(error, transport.server);
  } finally {
    body.destroy();
  }
  const rest = lines.end();
  if (rest !== null) {
    yield [rest];
  }
}

function flag(value: boolean | undefined): string | undefined {
  return value === true ? 'true' : undefined;
}

/** Cuts chunks of UTF-8, wherever their borders are, into lines of bounded length. */
export class LineCutter {
  readonly #decoder = new StringDecoder('utf8');
  #held = '';

  /** The lines that a chunk completes, and the pieces of one that is too long. */
  add(chunk: Buffer): string[] {
    const lines = (this.#held + this.#decoder.write(chunk)).split('\n');
    this.#held = lines.pop() ?? '';
    const whole = lines.flatMap((line) => pieces(line.endsWith('\r') ? line.slice(0, -1) : line));
    const [last = '', ...before] = pieces(this.#held).reverse();
    this.#held = last;
    return [...whole, ...before.reverse()];
  }

  /** What came after the last line's end; null where nothing did. */
  end(): string | null {
    const rest = this.#held + this.#decoder.end();
    return rest === '' ? null : rest;
  }
}

function pieces(line: string): string[] {
  if (line.length <= LONGEST_LINE) {
    return [line];
  }
  const parts: string[] = [];
  for (let start = 0; start < line.length; ) {
    // No piece ends within a surrogate pair.
    const cut = start + LONGEST_LINE;
    const splits = cut < line.length && /[\ud800-\udbff]/.test(line[cut - 1] ?? '');
    const end = splits ? cut - 1 : cut;
    parts.push(line.slice(start, end));
    start = end;
  }
  return parts;
}
