import { OomLogParser } from '../core/kernel/parser.js';
import type { KmsgRecord } from '../core/kernel/record.js';
import { KmsgReader } from './kmsg/reader.js';
import type { KillLedger } from './ledger/ledger.js';

/** Carries the kernel log into the ledger. */
export class KillSource {
  readonly #parser = new OomLogParser();
  readonly #ledger: KillLedger;
  readonly #reader: KmsgReader;
  #first: number | null = null;
  #last = 0;

  /** Throws where the file cannot be opened. */
  constructor(file: string, ledger: KillLedger, failed: (error: Error) => void) {
    this.#ledger = ledger;
    this.#reader = new KmsgReader(file, {
      record: (record) => this.#take(record),
      gap: (lost) => this.#gap(lost),
      caughtUp: () => this.#caughtUp(),
      failed,
    });
  }

  start(): void {
    this.#ledger.readLogFirst(() => this.#reader.drain());
    this.#reader.start();
  }

  stop(): void {
    this.#reader.stop();
  }

  #take(record: KmsgRecord): void {
    this.#first ??= this.#begin(record.seq);
    this.#last = record.seq;
    // Facility 0 is the kernel's alone: whatever else stands in the log was written by some process.
    if (record.facility !== 0) return;
    const { seq, bootSeconds, fragment, text } = record;
    for (const kill of this.#parser.push({ seq, bootSeconds, fragment, text, time: null }))
      this.#ledger.add(kill);
    for (const pid of this.#parser.takeRepeated()) this.#ledger.addRepeat(pid);
  }

  /** What the kernel overwrote while no agent was there is a gap as well. */
  #begin(firstSeq: number): number {
    const resumesAfter = this.#ledger.resumesAfter;
    if (resumesAfter !== null && firstSeq > resumesAfter + 1)
      this.#ledger.addGap(firstSeq - resumesAfter - 1);
    return firstSeq;
  }

  #gap(lost: number): void {
    for (const kill of this.#parser.gap()) this.#ledger.add(kill);
    this.#ledger.addGap(lost);
  }

  #caughtUp(): void {
    for (const kill of this.#parser.flush()) this.#ledger.add(kill);
    this.#ledger.settle(this.#last, this.#first ?? 0);
  }
}
