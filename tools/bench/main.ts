import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileProject } from '../build/types.js';
import { ROOT } from '../root.js';
import type { Bench, BenchRow } from './row.js';
import { benchTable, meetsGoal, ratioOf } from './table.js';

/**
 * `npm run bench [-- TEXT]`: one table of every figure with its reference of the same run; .results/bench.json holds
 * the same. Answers 1 where a goal was missed.
 */
export async function main([only = '']: readonly string[]): Promise<number> {
  if (!(await compileProject('test/bench'))) return 1;
  const names = readdirSync(join(ROOT, 'test/bench')).filter(
    (name) => name.endsWith('.bench.ts') && name.includes(only),
  );
  const rows: BenchRow[] = [];
  for (const name of names.sort()) {
    const file = join(ROOT, 'out/test/bench', name.replace(/\.ts$/, '.js'));
    const { bench }: { bench: Bench } = await import(pathToFileURL(file).href);
    rows.push(...(await bench()));
  }
  console.log(benchTable(rows));
  const report = {
    node: process.version,
    rows: rows.map((row) => ({ ...row, ratio: ratioOf(row), met: meetsGoal(row) })),
  };
  mkdirSync(join(ROOT, '.results'), { recursive: true });
  writeFileSync(join(ROOT, '.results/bench.json'), `${JSON.stringify(report, null, 2)}\n`);
  return rows.every(meetsGoal) && rows.length > 0 ? 0 : 1;
}
