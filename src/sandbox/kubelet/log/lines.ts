export type OutputStream = 'stdout' | 'stderr';

/** A longer line is kept in parts, as containerd keeps it, bytes. */
const LONGEST_PART = 16 * 1024;
const NEWLINE = 0x0a;
const SPACE = 0x20;

/**
 * Cuts what a container writes to one of its streams into the lines of a CRI log:
 * `2026-11-20T18:42:25.783000000Z stdout F text`. `P` in place of `F` says that the line goes on in the next entry.
 */
export class LineWriter {
  readonly #stream: OutputStream;
  #pending: Buffer[] = [];
  #held = 0;

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  /** The entries that a chunk completes. */
  add(chunk: Buffer, now: Date): Buffer {
    const entries: Buffer[] = [];
    let start = 0;
    while (start < chunk.length) {
      const newline = chunk.indexOf(NEWLINE, start);
      const end = newline === -1 ? chunk.length : newline;
      const stop = Math.min(end, start + LONGEST_PART - this.#held);
      this.#pending.push(chunk.subarray(start, stop));
      this.#held += stop - start;
      if (stop < end) {
        entries.push(this.#entry('P', now));
        start = stop;
      } else {
        if (newline !== -1) entries.push(this.#entry('F', now));
        start = end + 1;
      }
    }
    this.#pending = this.#pending.map((part) => Buffer.from(part));
    return Buffer.concat(entries);
  }

  /** What was written without a line's end when the container ended. */
  end(now: Date): Buffer {
    return this.#held === 0 ? Buffer.alloc(0) : this.#entry('P', now);
  }

  #entry(tag: 'F' | 'P', now: Date): Buffer {
    const head = Buffer.from(`${timestamp(now)} ${this.#stream} ${tag} `);
    const entry = Buffer.concat([head, ...this.#pending, Buffer.of(NEWLINE)]);
    this.#pending = [];
    this.#held = 0;
    return entry;
  }
}

/** RFC 3339 with nine digits; this process's clock gives the first three. */
function timestamp(now: Date): string {
  return `${now.toISOString().slice(0, -1)}000000Z`;
}

export interface LogEntry {
  /** As it stands in the file. */
  readonly time: string;
  /** With its line's end, unless the line goes on. */
  readonly text: Buffer;
  readonly partial: boolean;
}

/** Reads one line of the file, without its end; null where it is none of ours. */
export function readEntry(line: Buffer): LogEntry | null {
  const first = line.indexOf(SPACE);
  const second = line.indexOf(SPACE, first + 1);
  const third = line.indexOf(SPACE, second + 1);
  if (first === -1 || second === -1 || third === -1) return null;
  const partial = line.toString('latin1', second + 1, third) === 'P';
  const text = line.subarray(third + 1);
  return {
    time: line.toString('latin1', 0, first),
    text: partial ? text : Buffer.concat([text, Buffer.of(NEWLINE)]),
    partial,
  };
}
