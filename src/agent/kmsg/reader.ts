import { closeSync, constants, openSync, readSync } from 'node:fs';
import { type KmsgRecord, parseKmsgRecord } from '../../core/kernel/record.js';
import { KmsgWaker } from './waker.js';

/** Longer than any record: a buffer that is too small makes the kernel drop the record. */
const RECORD_BYTES = 8192;
/** Records read in one go, before others get their turn. */
const MAX_BURST = 2000;
const END = Symbol('the end of the log');
const LOST = Symbol('a record that could not be read');

export interface KmsgListener {
  record(record: KmsgRecord): void;
  /** Records overwritten in the kernel's ring before they were read. */
  gap(lost: number): void;
  /** The log has been read to its present end. */
  caughtUp(): void;
  /** The log cannot be read any more. */
  failed(error: Error): void;
}

/** Reads one record into a buffer and returns its bytes, or throws the device's error. */
type ReadRecord = (descriptor: number, into: Buffer) => number;

function readRecord(descriptor: number, into: Buffer): number {
  return readSync(descriptor, into, 0, into.length, null);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/**
 * Reads /dev/kmsg from the oldest record on, one record per read. The descriptor does not block: a blocked read
 * holds a thread that nothing can cancel, and the process could not even exit before the kernel's next line.
 */
export class KmsgReader {
  readonly #fd: number;
  readonly #listener: KmsgListener;
  readonly #buffer = Buffer.alloc(RECORD_BYTES);
  readonly #waker: KmsgWaker;
  readonly #read: ReadRecord;
  #lastSeq: number | null = null;

  /**
   * Throws where the file cannot be opened.
   * @param read how one record is read; another only where a test needs the device's errors
   */
  constructor(file: string, listener: KmsgListener, read: ReadRecord = readRecord) {
    this.#read = read;
    this.#fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    this.#listener = listener;
    this.#waker = new KmsgWaker(file, () => this.drain());
  }

  start(): void {
    this.drain();
    this.#waker.start();
  }

  stop(): void {
    this.#waker.stop();
    closeSync(this.#fd);
  }

  /** Reads what there is now; false where so much is there that others get their turn first. */
  drain(): boolean {
    let news = false;
    for (let burst = 0; burst < MAX_BURST; burst++) {
      const text = this.#readRecord();
      if (text === END) {
        if (news) this.#listener.caughtUp();
        return true;
      }
      news = true;
      if (text !== LOST) this.#take(text);
    }
    this.#waker.again();
    return false;
  }

  #readRecord(): string | typeof END | typeof LOST {
    try {
      return this.#buffer.toString('latin1', 0, this.#read(this.#fd, this.#buffer));
    } catch (error) {
      const code = codeOf(error);
      // EPIPE: overwritten, the next read goes on behind the gap. EINVAL: a record too long, it is consumed.
      if (code === 'EPIPE' || code === 'EINVAL') return LOST;
      if (code !== 'EAGAIN') {
        this.#waker.stop();
        this.#listener.failed(error instanceof Error ? error : new Error(String(error)));
      }
      return END;
    }
  }

  #take(text: string): void {
    const record = parseKmsgRecord(text);
    if (!record) return;
    const last = this.#lastSeq;
    if (last !== null && record.seq > last + 1) this.#listener.gap(record.seq - last - 1);
    this.#lastSeq = record.seq;
    this.#listener.record(record);
  }
}
