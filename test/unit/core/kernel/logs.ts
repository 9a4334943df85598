import { readdirSync, readFileSync } from 'node:fs';
import type { OomKill } from '../../../../src/core/kernel/oom-kill.js';
import { OomLogParser } from '../../../../src/core/kernel/parser.js';
import { parseKmsgRecord } from '../../../../src/core/kernel/record.js';

const FOLDER = 'test/fixtures/kernel-logs';

/** One kill that really happened, as the guest that made the log knew it. */
export interface KnownKill {
  scenario: string;
  seq: number;
  pid: number;
  comm: string;
  constraint: string;
  true_task_memcg: string;
  anon_rss_kb: number;
  oom_score_adj: number | null;
  lines: number;
}

export interface KnownLog {
  name: string;
  raw: string;
  kills: KnownKill[];
}

export function knownLogs(): KnownLog[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.kmsg'))
    .map((file) => {
      const name = file.slice(0, -'.kmsg'.length);
      const truth = JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf8')) as { kills: KnownKill[] };
      return { name, raw: readFileSync(`${FOLDER}/${file}`, 'utf8'), kills: truth.kills };
    });
}

/** The kills of a raw /dev/kmsg capture. */
export function killsOf(raw: string): OomKill[] {
  const parser = new OomLogParser();
  const kills: OomKill[] = [];
  for (const line of raw.split('\n')) {
    const record = parseKmsgRecord(line);
    if (record && record.facility === 0) kills.push(...parser.push({ ...record, time: null }));
  }
  return [...kills, ...parser.flush()];
}
