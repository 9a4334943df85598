import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { GapEntry, Heartbeat } from '../../protocol/agent/types.js';
import type { EntryRing } from '../ledger/ring.js';

const BATCH = 256;
/** What is written at once, unless a single entry is longer: it waits in memory while the reader is slow, bytes. */
const BATCH_BYTES = 65_536;
const HEARTBEAT_MS = 5000;

function begin(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'application/x-ndjson',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.flushHeaders();
}

/** Writes and, where the reader is slow, waits until it has caught up. Throws AbortError when it is gone. */
async function write(response: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  if (!response.write(text)) await once(response, 'drain', { signal });
}

/** Resolves with the next entry or after `ms`, whichever comes first. */
async function nextEntry(ring: EntryRing, ms: number, signal: AbortSignal): Promise<void> {
  const ends = new AbortController();
  const any = AbortSignal.any([signal, ends.signal]);
  const unsubscribe = ring.subscribe(() => ends.abort());
  try {
    await delay(ms, undefined, { signal: any });
  } catch (error) {
    if (!ends.signal.aborted) throw error;
  } finally {
    unsubscribe();
  }
}

interface Batch {
  readonly text: string;
  /** The number of the last entry in it. */
  readonly last: number;
}

/** The next entries after a place in the ring, as many as fit into a batch; null where there are none. */
function take(ring: EntryRing, place: number): Batch | null {
  let text = '';
  let last: number | null = null;
  for (const { seq, line } of ring.after(place, BATCH)) {
    if (last !== null && text.length + line.length > BATCH_BYTES) break;
    text += line;
    last = seq;
  }
  return last === null ? null : { text, last };
}

export interface KillStreamRequest {
  readonly since: number;
  readonly follow: boolean;
}

/**
 * Streams the ledger from `since` on. A reader has only its place in the ring, so a slow one costs no memory;
 * where the ring overtook it, a gap entry says how much it missed.
 */
export async function streamKills(
  response: ServerResponse,
  ring: EntryRing,
  { since, follow }: KillStreamRequest,
  signal: AbortSignal,
): Promise<void> {
  begin(response);
  let place = Math.min(since, ring.seq);
  let beatAt = performance.now();
  while (!signal.aborted) {
    if (ring.oldest > place + 1) {
      const lost = ring.oldest - place - 1;
      place = ring.oldest - 1;
      const gap: GapEntry = {
        type: 'gap',
        seq: place,
        time: new Date().toISOString(),
        source: 'stream',
        lost,
      };
      await write(response, `${JSON.stringify(gap)}\n`, signal);
    }
    const batch = take(ring, place);
    if (batch !== null) {
      place = batch.last;
      await write(response, batch.text, signal);
      continue;
    }
    if (!follow) break;
    if (performance.now() >= beatAt) {
      const beat: Heartbeat = { type: 'heartbeat', time: new Date().toISOString(), seq: ring.seq };
      await write(response, `${JSON.stringify(beat)}\n`, signal);
      beatAt = performance.now() + HEARTBEAT_MS;
      continue;
    }
    await nextEntry(ring, beatAt - performance.now(), signal);
  }
  response.end();
}

/**
 * A sample now and then one each `intervalMs`, on the beat that all streams share, so that they share what is read. A
 * reader that is slow misses samples: only the line that it is reading waits in memory.
 */
export async function streamSamples(
  response: ServerResponse,
  line: () => AsyncIterable<string>,
  intervalMs: number,
  signal: AbortSignal,
): Promise<void> {
  begin(response);
  while (!signal.aborted) {
    // Nothing but ids and numbers, which are the same bytes in Latin-1: half the cost of UTF-8.
    for await (const piece of line()) response.write(piece, 'latin1');
    if (response.writableNeedDrain) await once(response, 'drain', { signal });
    await delay(untilNextBeat(performance.now(), intervalMs), undefined, { signal });
  }
}

/** The time to the next multiple of the interval that is not nearer than half of it, ms. */
export function untilNextBeat(now: number, intervalMs: number): number {
  return Math.ceil((now + intervalMs / 2) / intervalMs) * intervalMs - now;
}
