import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OomLogParser } from '../../src/core/kernel/parser.js';
import { parseKmsgRecord } from '../../src/core/kernel/record.js';
import { measurePair } from '../../tools/bench/measure.js';
import type { Bench } from '../../tools/bench/row.js';
import { ROOT } from '../../tools/root.js';

const KILL_LINE =
  /Killed process (\d+) \((.*)\) total-vm:(\d+)kB, anon-rss:(\d+)kB, file-rss:(\d+)kB, shmem-rss:(\d+)kB/;
const BUDGET_LINES_PER_SECOND = 500_000;

/** Reading a kernel's log for OOM kills, whole reports included, beside finding the kill lines alone with one regular expression. */
export const bench: Bench = async () => {
  const log = readFileSync(join(ROOT, 'test/fixtures/kernel-logs/7.2.13-v2.kmsg'), 'utf8');
  // What user space wrote is left out for both, as the agent does.
  const records = log.split('\n').filter((record) => parseKmsgRecord(record)?.facility === 0);
  // Where a whole group dies the kernel says its first victim twice.
  const expected = new Set(records.flatMap((record) => KILL_LINE.exec(record)?.[1] ?? [])).size;
  const readKills = (): number => {
    const parser = new OomLogParser();
    let kills = 0;
    for (const record of records) {
      const parsed = parseKmsgRecord(record);
      if (parsed === null) continue;
      const { seq, bootSeconds, fragment, text } = parsed;
      kills += parser.push({ seq, bootSeconds, fragment, text, time: null }).length;
    }
    return kills + parser.flush().length;
  };
  const findLines = (): number => records.filter((record) => KILL_LINE.test(record)).length;
  if (readKills() !== expected)
    throw new Error(`the parser sees ${readKills()} kills, the log has ${expected}`);
  const { ours, reference } = measurePair(readKills, findLines);
  const perLine = (ms: number): number => (ms * 1e6) / records.length;
  return [
    {
      what: 'A kernel log: OOM reports, per line',
      unit: 'ns',
      ours: perLine(ours),
      reference: { name: '500,000 lines/s', value: 1e9 / BUDGET_LINES_PER_SECOND },
      goal: 1,
    },
    {
      what: 'A kernel log: OOM reports, per line',
      unit: 'ns',
      ours: perLine(ours),
      reference: { name: 'a plain regular expression for kill lines', value: perLine(reference) },
      goal: 60,
    },
  ];
};
