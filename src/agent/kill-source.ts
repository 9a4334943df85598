import type { OomKill } from '../core/kernel/oom-kill.js';
import { OomLogParser } from '../core/kernel/parser.js';
import type { KmsgRecord } from '../core/kernel/record.js';
import { KmsgReader } from './kmsg/reader.js';
import type { KillLedger } from './ledger/ledger.js';
import type { KernelReports } from './reports/kernel-reports.js';

/** Carries the kernel log into the ledger, and keeps its reports. */
export class KillSource {
  readonly #parser = new OomLogParser();
  readonly #ledger: KillLedger;
  readonly #reports: KernelReports;
  readonly #reader: KmsgReader;
  #first: number | null = null;
  #last = 0;

  /** Throws where the file cannot be opened. */
  constructor(file: string, ledger: KillLedger, reports: KernelReports, failed: (error: Error) => void) {
    this.#ledger = ledger;
    this.#reports = reports;
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
    this.#reports.line(record);
    this.#add(this.#parser.push({ seq, bootSeconds, fragment, text, time: null }));
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
    this.#add(this.#parser.gap());
    this.#reports.gap();
    this.#ledger.addGap(lost);
  }

  #caughtUp(): void {
    this.#add(this.#parser.flush());
    this.#ledger.settle(this.#last, this.#first ?? 0);
  }

  #add(kills: readonly OomKill[]): void {
    for (const kill of kills) {
      this.#reports.kill(kill);
      this.#ledger.add(kill);
    }
  }
}
