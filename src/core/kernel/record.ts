/** One record of /dev/kmsg (Documentation/ABI/testing/dev-kmsg). */
export interface KmsgRecord {
  /** 0 is the kernel itself; a writer to /dev/kmsg can never get 0. */
  readonly facility: number;
  readonly level: number;
  /** +1 per record: a jump means that records were overwritten before they were read. */
  readonly seq: number;
  /** Seconds since boot on the kernel's local clock, not counting suspend. */
  readonly bootSeconds: number;
  /** Flag `c` or `+`: a piece of a line printed in several steps. On kernel 4.4 the first piece carries `c` too. */
  readonly fragment: boolean;
  /** Still escaped: `\xNN` for bytes below 0x20, from 0x7f up, and the backslash. */
  readonly text: string;
}

const HEADER = /^(\d+),(\d+),(\d+),([^,;]*)[^;]*;/;

/**
 * Reads `PRIO,SEQ,TS_US,FLAGS[,more];TEXT`, whose continuation lines (` KEY=VALUE`) are left out.
 * Null for anything else.
 */
export function parseKmsgRecord(record: string): KmsgRecord | null {
  const header = HEADER.exec(record);
  if (!header) return null;
  const end = record.indexOf('\n', header[0].length);
  const priority = Number(header[1]);
  return {
    facility: priority >> 3,
    level: priority & 7,
    seq: Number(header[2]),
    bootSeconds: Number(header[3]) / 1e6,
    fragment: header[4] === 'c' || header[4] === '+',
    text: record.slice(header[0].length, end === -1 ? undefined : end),
  };
}
