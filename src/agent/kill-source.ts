import type { OomKill } from '../core/kernel/oom-kill.js';
import { OomLogParser } from '../core/kernel/parser.js';
import type { KmsgRecord } from '../core/kernel/record.js';
import { KmsgReader } from './kmsg/reader.js';
import type { KillLedger } from './ledger/ledger.js';
import type { EntryRing } from './ledger/ring.js';

/** Carries the kernel log into the ledger. */
export class KillSource {
  readonly #parser = new OomLogParser();
  readonly #ledger: KillLedger;
  readonly #ring: EntryRing;
  readonly #startedAt = Number(process.hrtime.bigint()) / 1e9;
  readonly #reader: KmsgReader;

  /** Throws where the file cannot be opened. */
  constructor(file: string, ledger: KillLedger, ring: EntryRing, failed: (error: Error) => void) {
    this.#ledger = ledger;
    this.#ring = ring;
    this.#reader = new KmsgReader(file, null, {
      record: (record) => this.#take(record),
      gap: (lost) => this.#gap(lost),
      caughtUp: () => this.#caughtUp(),
      failed,
    });
  }

  start(): void {
    this.#reader.start();
  }

  stop(): void {
    this.#reader.stop();
  }

  /** Facility 0 is the kernel's alone: whatever else stands in the log was written by some process. */
  #take(record: KmsgRecord): void {
    if (record.facility !== 0) return;
    const { bootSeconds, fragment, text } = record;
    this.#enter(this.#parser.push({ bootSeconds, fragment, text, time: null }));
  }

  #gap(lost: number): void {
    this.#enter(this.#parser.gap());
    this.#ring.append({ type: 'gap', time: new Date().toISOString(), source: 'kernel', lost });
  }

  #caughtUp(): void {
    this.#enter(this.#parser.flush());
    this.#ledger.settle();
  }

  #enter(kills: readonly OomKill[]): void {
    for (const kill of kills) {
      if (kill.bootSeconds !== null && kill.bootSeconds < this.#startedAt) this.#ledger.addHistory(kill);
      else this.#ledger.add(kill);
    }
  }
}
