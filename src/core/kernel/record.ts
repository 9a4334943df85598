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

const COMMA = 0x2c;

/** Where the digits from `from` on end. */
function endOfDigits(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code >= 0x30 && code <= 0x39; code = text.charCodeAt(at)) at += 1;
  return at;
}

function numberOf(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 10 + text.charCodeAt(at) - 0x30;
  return value;
}

/** Whether a number that is not empty and a comma stand between `from` and `end`. */
function isField(text: string, from: number, end: number): boolean {
  return end > from && text.charCodeAt(end) === COMMA;
}

/**
 * Reads `PRIO,SEQ,TS_US,FLAGS[,more];TEXT`, whose continuation lines (` KEY=VALUE`) are left out.
 * Null for anything else. Read by hand: every line of the kernel's log passes here.
 */
export function parseKmsgRecord(record: string): KmsgRecord | null {
  const afterPriority = endOfDigits(record, 0);
  const afterSeq = endOfDigits(record, afterPriority + 1);
  const afterTime = endOfDigits(record, afterSeq + 1);
  const text = record.indexOf(';', afterTime);
  const isRecord =
    text !== -1 &&
    isField(record, 0, afterPriority) &&
    isField(record, afterPriority + 1, afterSeq) &&
    isField(record, afterSeq + 1, afterTime);
  if (!isRecord) return null;
  const end = record.indexOf('\n', text);
  const priority = numberOf(record, 0, afterPriority);
  const flag = record[afterTime + 1];
  const flagEnd = record[afterTime + 2];
  return {
    facility: priority >> 3,
    level: priority & 7,
    seq: numberOf(record, afterPriority + 1, afterSeq),
    bootSeconds: numberOf(record, afterSeq + 1, afterTime) / 1e6,
    fragment: (flag === 'c' || flag === '+') && (flagEnd === ',' || flagEnd === ';'),
    text: record.slice(text + 1, end === -1 ? undefined : end),
  };
}
