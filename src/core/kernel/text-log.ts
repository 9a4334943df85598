import type { KernelLine } from './oom-kill.js';
import { parseKmsgRecord } from './record.js';

/** What a line's beginning tells, and what is left of it. */
interface Stripped {
  readonly text: string;
  readonly bootSeconds: number | null;
  readonly time: string | null;
  /** rsyslog writes control characters as `#ooo`. */
  readonly syslog: boolean;
}

/** The line was written by a process, not by the kernel. */
const FOREIGN = 'foreign';

const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
const COLOURED_STAMP = new RegExp(`^(?:${COLOUR.source})+\\[ *[\\dA-Z]`);
const PRIORITY = /^<(\d{1,3})>/;
const DECODED = /^([a-z]+\d?) *:(?:emerg|alert|crit|err|warn|notice|info|debug) *: ?/;
const FACILITIES = /^(?:user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|res\d|local\d)$/;
const SECONDS = /^\[ *(\d+\.\d+)(?: <[ \d.]*>)?\](?:\[ *[TC]\d+\])? ?/;
const CTIME = /^\[(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) +(\d+) (\d\d:\d\d:\d\d) (\d{4})\] ?/;
const OTHER_STAMP = /^\[(?:[A-Z][a-z]{2} *\d+ \d\d:\d\d| *\+\d+\.\d+)\] ?/;
const ISO_DATE = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d';
const DMESG_ISO = new RegExp(`^(${ISO_DATE}),(\\d+)([+-]\\d\\d:?\\d\\d|Z) `);
const RFC5424 = new RegExp(
  `^1 (${ISO_DATE}(?:\\.\\d+)?(?:Z|[+-]\\d\\d:?\\d\\d)) \\S+ (\\S+) \\S+ \\S+ (?:-|\\[.*?\\]) ?\\ufeff?`,
);
const SYSLOG_DATES: readonly RegExp[] = [
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? /,
  new RegExp(`^(?<iso>${ISO_DATE}(?:\\.\\d+)?(?:Z|[+-]\\d\\d:?\\d\\d)) `),
  /^(?:[A-Z][a-z]{2} )?(?<day>\d{4}-\d\d-\d\d) (?<clock>\d\d:\d\d:\d\d(?:\.\d+)?) (?<zone>UTC|[A-Z+-][A-Z\d:]{1,5}) /,
  /^(?<unix>\d{9,11}\.\d+) /,
];
const TAG = /^(?:(\S+) )?(?:([a-z]+)\.[a-z]+ )?kernel(?:\[\d+\])?: ?/;
const MONOTONIC_TAG = /^\S+ kernel(?:\[\d+\])?: /;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function iso(date: Date): string | null {
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** RFC 3339 wants a colon in the offset, journalctl writes none. */
function isoOf(text: string): string | null {
  return iso(new Date(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')));
}

/** \`dmesg -T\` names no zone: it is the local time of the machine that printed it, taken for this one's. */
function localTime(month: string, day: string, clock: string, year: string): string | null {
  const [hours, minutes, seconds] = clock.split(':').map(Number) as [number, number, number];
  return iso(new Date(Number(year), MONTHS.indexOf(month), Number(day), hours, minutes, seconds));
}

function syslogTime(groups: Readonly<Record<string, string>> | undefined): string | null {
  if (groups?.['iso']) return isoOf(groups['iso']);
  if (groups?.['unix']) return iso(new Date(Number(groups['unix']) * 1000));
  if (groups?.['day'] && groups['zone'] === 'UTC') return isoOf(`${groups['day']}T${groups['clock']}Z`);
  return null;
}

/** The stamp that the kernel, dmesg or the console puts before a line. */
function stripStamp(text: string): { text: string; bootSeconds: number | null; time: string | null } | null {
  const seconds = SECONDS.exec(text);
  if (seconds) return { text: text.slice(seconds[0].length), bootSeconds: Number(seconds[1]), time: null };
  const ctime = CTIME.exec(text);
  if (ctime) {
    const [whole, month, day, clock, year] = ctime as unknown as [string, string, string, string, string];
    return { text: text.slice(whole.length), bootSeconds: null, time: localTime(month, day, clock, year) };
  }
  const dmesgIso = DMESG_ISO.exec(text);
  if (dmesgIso) {
    const time = isoOf(`${dmesgIso[1]}.${dmesgIso[2]?.slice(0, 3)}${dmesgIso[3]}`);
    return { text: text.slice(dmesgIso[0].length), bootSeconds: null, time };
  }
  const other = OTHER_STAMP.exec(text);
  return other && { text: text.slice(other[0].length), bootSeconds: null, time: null };
}

/** The date, host and tag that a system logger puts before a line; only the tag \`kernel\` is the kernel's. */
function stripSyslog(text: string): Stripped | typeof FOREIGN | null {
  const modern = RFC5424.exec(text);
  if (modern) {
    if (modern[2] !== 'kernel') return FOREIGN;
    return withStamp(text.slice(modern[0].length), isoOf(modern[1] ?? ''));
  }
  for (const pattern of SYSLOG_DATES) {
    const date = pattern.exec(text);
    if (!date) continue;
    const rest = text.slice(date[0].length);
    const tag = TAG.exec(rest);
    if (!tag || (tag[2] !== undefined && tag[2] !== 'kern')) return FOREIGN;
    return withStamp(rest.slice(tag[0].length), syslogTime(date.groups));
  }
  return null;
}

function withStamp(text: string, time: string | null): Stripped {
  const stamped = stripStamp(text);
  return { text: stamped?.text ?? text, bootSeconds: stamped?.bootSeconds ?? null, time, syslog: true };
}

function strip(line: string): Stripped | typeof FOREIGN | null {
  let text = line;
  const priority = PRIORITY.exec(text);
  if (priority) {
    if (Number(priority[1]) >> 3 !== 0) return FOREIGN;
    text = text.slice(priority[0].length);
  }
  const decoded = DECODED.exec(text);
  if (decoded) {
    if (FACILITIES.test(decoded[1] ?? '')) return FOREIGN;
    if (decoded[1] === 'kern') text = text.slice(decoded[0].length);
  }
  const stamped = stripStamp(text);
  if (stamped) return { ...stamped, text: stamped.text.replace(MONOTONIC_TAG, ''), syslog: false };
  const logged = stripSyslog(text);
  if (logged) return logged;
  return priority || decoded ? { text, bootSeconds: null, time: null, syslog: false } : null;
}

/**
 * Reads the lines of a kernel log in any of its usual forms: raw /dev/kmsg, dmesg (also -T, -x, -r, --time-format),
 * journalctl -k, kern.log and other syslog files, serial consoles, or bare text. Lines of other programs give null.
 */
export class TextLogReader {
  /** The width of the last stamp: tools indent by it what follows a newline inside a message. */
  #indent = 0;
  #last: { bootSeconds: number | null; time: string | null; foreign: boolean } | null = null;

  read(raw: string): KernelLine | null {
    let line = raw.replace(/\r+$/, '');
    if (COLOURED_STAMP.test(line)) line = line.replace(COLOUR, '');
    const record = parseKmsgRecord(line);
    if (record) {
      this.#last = { bootSeconds: null, time: null, foreign: true };
      if (record.facility !== 0) return null;
      const { seq, bootSeconds, fragment, text } = record;
      return { seq, bootSeconds, time: null, fragment, text };
    }
    const stripped = strip(line);
    if (stripped === FOREIGN) {
      this.#last = { bootSeconds: null, time: null, foreign: true };
      return null;
    }
    if (stripped === null) return this.#continuation(line);
    const { bootSeconds, time, syslog } = stripped;
    this.#indent = line.length - stripped.text.length;
    this.#last = { bootSeconds, time, foreign: false };
    return {
      seq: null,
      bootSeconds,
      time,
      fragment: null,
      text: syslog ? unescapeSyslog(stripped.text) : stripped.text,
    };
  }

  /** A line without a stamp: the rest of one that held a newline, or a log without stamps. */
  #continuation(line: string): KernelLine | null {
    if (this.#last?.foreign) return null;
    const spaces = /^ */.exec(line)?.[0].length ?? 0;
    const text = line.slice(Math.min(spaces, this.#indent));
    const { bootSeconds, time } = this.#last ?? { bootSeconds: null, time: null };
    return { seq: null, bootSeconds, time, fragment: null, unstamped: this.#last !== null, text };
  }
}

/** rsyslog's escapes of control characters: `#012` is a newline. */
function unescapeSyslog(text: string): string {
  return text.replace(/#(0[0-3][0-7]|177)/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
