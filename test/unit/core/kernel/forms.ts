import { unescapeKmsg } from '../../../../src/core/kernel/escape.js';
import { parseKmsgRecord } from '../../../../src/core/kernel/record.js';

/** The other forms that tools make of raw /dev/kmsg records, each by the rules of the tool that prints it. */

interface Printed {
  seconds: string;
  level: number;
  facility: number;
  text: string;
}

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'];
const BOOT = Date.UTC(2026, 10, 20, 8, 0, 0);

function records(raw: string): Printed[] {
  return raw
    .split('\n')
    .map(parseKmsgRecord)
    .filter((record) => record !== null)
    .map(({ bootSeconds, level, facility, text }) => ({
      seconds: bootSeconds.toFixed(6).padStart(12),
      level,
      facility,
      text: unescapeKmsg(text),
    }));
}

/** What is not printable, but for the newline, dmesg shows as `\xNN`. */
function dmesgText(text: string): string {
  return text.replace(/[^\P{Cc}\n]/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** dmesg and journalctl indent by the stamp's width what follows a newline. */
function indented(stamp: string, text: string): string {
  return stamp + text.replaceAll('\n', `\n${' '.repeat(stamp.length)}`);
}

function wall(seconds: string): Date {
  return new Date(BOOT + Number(seconds) * 1000);
}

function ctime(date: Date): string {
  const [weekday, day, month, year] = date.toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day?.replace(/^0/, ' ')} ${date.toISOString().slice(11, 19)} ${year}`;
}

function syslogDate(date: Date): string {
  return ctime(date).slice(4, 19);
}

export const STAMPLESS = 'serial console without stamps';

export const FORMS: Readonly<Record<string, (raw: string) => string>> = {
  dmesg: (raw) =>
    records(raw)
      .map(({ seconds, text }) => indented(`[${seconds}] `, dmesgText(text)))
      .join('\n'),
  'dmesg -T': (raw) =>
    records(raw)
      .map(({ seconds, text }) => indented(`[${ctime(wall(seconds))}] `, dmesgText(text)))
      .join('\n'),
  'dmesg -x': (raw) =>
    records(raw)
      .map(({ seconds, level, facility, text }) => {
        const who = facility === 0 ? 'kern' : 'user';
        return indented(
          `${who.padEnd(6)}:${(LEVELS[level] ?? '').padEnd(6)}: [${seconds}] `,
          dmesgText(text),
        );
      })
      .join('\n'),
  'journalctl -k': (raw) =>
    records(raw)
      .filter(({ facility }) => facility === 0)
      .map(({ seconds, text }) => indented(`${syslogDate(wall(seconds))} node-1 kernel: `, text))
      .join('\n'),
  'kern.log of rsyslog': (raw) =>
    records(raw)
      .map(({ seconds, facility, text }) => {
        const escaped = text.replace(
          /\p{Cc}/gu,
          (char) => `#${char.charCodeAt(0).toString(8).padStart(3, '0')}`,
        );
        return `${wall(seconds).toISOString().replace('Z', '+00:00')} node-1 ${facility === 0 ? 'kernel' : 'noise[77]'}: [${seconds}] ${escaped}`;
      })
      .join('\n'),
  'serial console': (raw) =>
    records(raw)
      .flatMap(({ seconds, text }) => text.split('\n').map((line) => `[${seconds}] ${line}\r`))
      .join('\n'),
  [STAMPLESS]: (raw) =>
    records(raw)
      .map(({ text }) => text)
      .join('\r\n'),
};
