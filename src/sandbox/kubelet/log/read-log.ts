import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { LogOptions } from '../../api/http/container-access.js';
import type { ContainerLog } from './container-log.js';
import { readEntry } from './lines.js';

const BLOCK = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * The log as `kubectl logs` shows it. Ends with the container's instance, or when the signal aborts. The file is read
 * synchronously, as it is written: nothing can come between a look at it and the wait for more.
 */
export async function* readLog(
  log: ContainerLog,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const format = new Format(options);
  let { rotations } = log;
  let file = openSync(log.path, 'r');
  try {
    let position = options.tailLines === null ? 0 : tailStart(file, options.tailLines);
    const buffer = Buffer.allocUnsafe(BLOCK);
    let rest = Buffer.alloc(0);
    while (!signal.aborted && !format.full) {
      const length = readSync(file, buffer, 0, BLOCK, position);
      if (length > 0) {
        position += length;
        const block = Buffer.concat([rest, buffer.subarray(0, length)]);
        const end = block.lastIndexOf(NEWLINE) + 1;
        rest = Buffer.from(block.subarray(end));
        const text = format.lines(block.subarray(0, end));
        if (text.length > 0) yield text;
      } else if (log.rotations !== rotations) {
        closeSync(file);
        ({ rotations } = log);
        file = openSync(log.path, 'r');
        position = 0;
        rest = Buffer.alloc(0);
      } else if (log.ended || !options.follow) {
        return;
      } else {
        await log.changed(signal);
      }
    }
  } finally {
    closeSync(file);
  }
}

/** Where the last lines of the file begin. */
function tailStart(file: number, lines: number): number {
  const end = fstatSync(file).size;
  let position = end;
  if (lines === 0) return end;
  let left = lines;
  const buffer = Buffer.allocUnsafe(BLOCK);
  while (position > 0) {
    const length = Math.min(BLOCK, position);
    position -= length;
    readSync(file, buffer, 0, length, position);
    for (let i = length - 1; i >= 0; i -= 1) {
      // The end of the last line does not begin another.
      if (buffer[i] !== NEWLINE || position + i === end - 1) continue;
      left -= 1;
      if (left === 0) return position + i + 1;
    }
  }
  return 0;
}

/** Makes the text of entries, as far as the options want it. */
class Format {
  readonly #options: LogOptions;
  #left: number;
  #goesOn = false;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#left = options.limitBytes ?? Number.POSITIVE_INFINITY;
  }

  /** No more bytes may be given. */
  get full(): boolean {
    return this.#left <= 0;
  }

  lines(block: Buffer): Buffer {
    const texts: Buffer[] = [];
    let start = 0;
    for (let end = block.indexOf(NEWLINE); end !== -1; end = block.indexOf(NEWLINE, start)) {
      const text = this.#line(block.subarray(start, end));
      if (text !== null) texts.push(text);
      start = end + 1;
    }
    const all = Buffer.concat(texts);
    const given = all.length > this.#left ? all.subarray(0, this.#left) : all;
    this.#left -= given.length;
    return given;
  }

  #line(line: Buffer): Buffer | null {
    const entry = readEntry(line);
    if (entry === null) return null;
    const { sinceMs, timestamps } = this.#options;
    if (sinceMs !== null && Date.parse(entry.time) < sinceMs) return null;
    const begins = !this.#goesOn;
    this.#goesOn = entry.partial;
    return timestamps && begins ? Buffer.concat([Buffer.from(`${entry.time} `), entry.text]) : entry.text;
  }
}
