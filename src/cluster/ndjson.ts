import type { Readable } from 'node:stream';
import { ClusterError } from './errors.js';

const NEWLINE = 0x0a;

/**
 * The lines of a stream, batch by batch as its chunks come, without blank ones. Memory is bounded by
 * `maxLineBytes`; a longer line and a stream that ends within a line throw ClusterError `protocol`.
 */
export async function* lineBatches(stream: Readable, maxLineBytes: number): AsyncGenerator<string[]> {
  let parts: Buffer[] = [];
  let held = 0;
  for await (const chunk of stream) {
    const data = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    const lines: string[] = [];
    let start = 0;
    for (let end = data.indexOf(NEWLINE); end !== -1; end = data.indexOf(NEWLINE, start)) {
      parts.push(data.subarray(start, end));
      const line = (parts.length === 1 ? data.subarray(start, end) : Buffer.concat(parts)).toString('utf8');
      if (line.trim() !== '') {
        lines.push(line);
      }
      parts = [];
      held = 0;
      start = end + 1;
    }
    if (start < data.length) {
      parts.push(data.subarray(start));
      held += data.length - start;
    }
    if (held > maxLineBytes) {
      throw new ClusterError('protocol', `a line of the stream is longer than ${maxLineBytes} bytes`);
    }
    if (lines.length > 0) {
      yield lines;
    }
  }
  if (Buffer.concat(parts).toString('utf8').trim() !== '') {
    throw new ClusterError('protocol', 'the stream ended within a line');
  }
}

/** Parses one line; throws ClusterError `protocol` where it is not JSON. */
export function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new ClusterError('protocol', 'a line of the stream is not JSON', { cause: error });
  }
}
