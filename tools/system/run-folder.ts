import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cleanup } from './cleanup.js';
import { startTicks } from './process-table.js';

const PREFIX = 'podstress-run-';
const OWNER = 'owner.json';
const OWNERLESS_MS = 60_000;

/**
 * A folder of this run alone (mode 0700), removed at its end. Folders that a killed run could not remove go first.
 */
export function makeRunFolder(cleanup: Cleanup): string {
  sweep();
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  cleanup.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  writeFileSync(join(folder, OWNER), JSON.stringify({ pid: process.pid, start: startTicks(process.pid) }));
  return folder;
}

/** Makes and answers a folder below the run's. */
export function subfolder(runFolder: string, name: string): string {
  const folder = join(runFolder, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), name);
    if (isAbandoned(folder)) rmSync(folder, { recursive: true, force: true });
  }
}

function isAbandoned(folder: string): boolean {
  try {
    const owner: { pid: number; start: string } = JSON.parse(readFileSync(join(folder, OWNER), 'utf8'));
    return startTicks(owner.pid) !== owner.start;
  } catch {
    // Without its owner it is half removed, or was made a moment ago.
    const made = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    return Date.now() - made > OWNERLESS_MS;
  }
}
