import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * When anything at or below the paths last changed (ms since 1970; 0 where none exists). Folders count too, so that
 * a deleted file is a change.
 */
export function newestChange(paths: readonly string[]): number {
  return Math.max(0, ...paths.map(changeOf));
}

function changeOf(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  const below = readdirSync(path)
    .filter((name) => name !== 'node_modules')
    .map((name) => join(path, name));
  return Math.max(stat.mtimeMs, newestChange(below));
}
