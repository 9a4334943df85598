import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from '../root.js';
import type { TierName } from './results.js';

/** The tier's test sources, relative to the clone, sorted. Sources, as out/ may hold what a deleted one left. */
export function testSources(tier: TierName): string[] {
  return readdirSync(join(ROOT, 'test', tier), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();
}

/** Where the tier's process writes its results. */
export function resultsFile(tier: TierName): string {
  return join(ROOT, '.results', `${tier}.json`);
}

/** Where tsc puts the compiled source. */
export function compiled(source: string): string {
  return join(ROOT, 'out', source.replace(/\.ts$/, '.js'));
}
