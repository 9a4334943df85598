import { writeFileSync } from 'node:fs';
import { KmsgReader } from '../../../src/agent/kmsg/reader.js';

/** CLOCK_MONOTONIC, s. */
export function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e9;
}

/** How far the kernel log's clock is ahead of CLOCK_MONOTONIC, s: by lines whose writing is timed closely. */
export function clockOffset(): number {
  let narrowest = { width: Number.POSITIVE_INFINITY, offset: 0 };
  let stamp = 0;
  const reader = new KmsgReader('/dev/kmsg', {
    record: ({ bootSeconds, text }) => {
      if (text === 'podstress bench') stamp = bootSeconds;
    },
    gap: () => undefined,
    caughtUp: () => undefined,
    failed: (error) => {
      throw error;
    },
  });
  while (!reader.drain());
  for (let round = 0; round < 20; round++) {
    const before = monotonic();
    writeFileSync('/dev/kmsg', 'podstress bench\n');
    const after = monotonic();
    reader.drain();
    if (after - before < narrowest.width)
      narrowest = { width: after - before, offset: stamp - (before + after) / 2 };
  }
  reader.stop();
  return narrowest.offset;
}
