import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KernelReports } from '../../../src/agent/reports/kernel-reports.js';
import type { OomKill } from '../../../src/core/kernel/oom-kill.js';
import { OomLogParser } from '../../../src/core/kernel/parser.js';
import { parseKmsgRecord } from '../../../src/core/kernel/record.js';

const LOGS = join(import.meta.dirname, '../../../../test/fixtures/kernel-logs');

/** Reads a log as the agent does; gives its kills. */
function read(reports: KernelReports, log: string): OomKill[] {
  const parser = new OomLogParser();
  const kills: OomKill[] = [];
  const take = (found: readonly OomKill[]): void => {
    for (const kill of found) reports.kill(kill);
    kills.push(...found);
  };
  for (const text of log.split('\n')) {
    const record = parseKmsgRecord(text);
    if (record === null || record.facility !== 0) continue;
    reports.line(record);
    take(parser.push({ ...record, time: null }));
  }
  take(parser.flush());
  return kills;
}

function synthetic(count: number, tableLines: number): string {
  const lines: string[] = [];
  let seq = 0;
  for (let kill = 0; kill < count; kill++) {
    const add = (text: string) => lines.push(`6,${++seq},${kill * 1_000_000 + seq},-;${text}`);
    add('stress invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0');
    for (let row = 0; row < tableLines; row++) add('x'.repeat(1000));
    add(
      `Memory cgroup out of memory: Killed process ${kill + 1} (stress) total-vm:1kB, anon-rss:1kB, file-rss:0kB`,
    );
  }
  return lines.join('\n');
}

describe("the kernel's raw reports", () => {
  for (const name of readdirSync(LOGS).filter((file) => file.endsWith('.kmsg'))) {
    it(`${name}: every full report is kept with its own kill line last, and no other has one`, () => {
      const reports = new KernelReports();
      const kills = read(reports, readFileSync(join(LOGS, name), 'utf8'));
      const full = kills.filter(({ report }) => report === 'full');
      assert.ok(full.length > 0);
      for (const { bootSeconds, victim, report, group } of kills) {
        const text = reports.text(bootSeconds ?? 0, victim.pid);
        if (report === 'bare') {
          assert.equal(text, null);
          continue;
        }
        const lines = text?.trimEnd().split('\n') ?? [];
        assert.match(lines[0] ?? '', / invoked oom-killer: /);
        assert.equal(lines.filter((line) => line.includes(' invoked oom-killer: ')).length, 1);
        if (!group) assert.match(lines.at(-1) ?? '', new RegExp(`[Kk]illed process ${victim.pid}`));
      }
    });
  }

  it('keeps the newest 200', () => {
    const reports = new KernelReports();
    const kills = read(reports, synthetic(250, 2));
    const kept = kills.filter(
      ({ bootSeconds, victim }) => reports.text(bootSeconds ?? 0, victim.pid) !== null,
    );
    assert.ok(kept.length >= 199 && kept.length <= 200, `${kept.length}`);
    assert.equal(kept.at(-1), kills.at(-1));
  });

  it('keeps no more than 4 MiB', () => {
    const reports = new KernelReports();
    const kills = read(reports, synthetic(100, 100));
    const texts = kills.map(({ bootSeconds, victim }) => reports.text(bootSeconds ?? 0, victim.pid) ?? '');
    const bytes = texts.reduce((sum, text) => sum + text.length, 0);
    assert.ok(bytes > 3 << 20 && bytes <= 4 << 20, `${bytes}`);
  });

  it('cuts off one that is too long, and says so', () => {
    const reports = new KernelReports();
    const [kill] = read(reports, synthetic(1, 600));
    const text = reports.text(kill?.bootSeconds ?? 0, kill?.victim.pid ?? 0) ?? '';
    assert.ok(text.length < 513 << 10);
    assert.match(text, /\(the rest is not kept\)\n$/);
  });

  it('does not take what follows lost lines for its own', () => {
    const reports = new KernelReports();
    const record = { facility: 0, level: 6, bootSeconds: 1, fragment: false };
    reports.line({ ...record, seq: 1, text: 'a invoked oom-killer: order=0' });
    reports.gap();
    reports.line({ ...record, seq: 900, text: 'Killed process 9 (b)' });
    const kill = { seq: 900, bootSeconds: 1, report: 'full', victim: { pid: 9 } } as unknown as OomKill;
    reports.kill(kill);
    assert.equal(reports.text(1, 9)?.includes('Killed process'), false);
  });
});
