import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { GapEntry, Heartbeat, SampleLine } from '../../protocol/agent/types.js';
import type { EntryRing } from '../ledger/ring.js';

const BATCH = 256;
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
    const batch = ring.after(place, BATCH);
    const last = batch.at(-1);
    if (last) {
      place = last.seq;
      await write(response, batch.map((entry) => entry.line).join(''), signal);
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

/** A sample now and then one each `intervalMs`. A reader that is slow misses samples; none are kept for it. */
export async function streamSamples(
  response: ServerResponse,
  sample: () => SampleLine,
  intervalMs: number,
  signal: AbortSignal,
): Promise<void> {
  begin(response);
  let due = performance.now();
  while (!signal.aborted) {
    await write(response, `${JSON.stringify(sample())}\n`, signal);
    due = Math.max(due + intervalMs, performance.now());
    await delay(due - performance.now(), undefined, { signal });
  }
}
