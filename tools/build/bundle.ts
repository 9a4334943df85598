import {
  chmodSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type BuildResult, build, type OutputFile, stop } from 'esbuild';
import { ROOT } from '../root.js';
import { buildOptions, ENTRIES, type Entry } from './entries.js';
import { newestChange } from './freshness.js';
import { agentManifests } from './kustomize.js';
import { thirdPartyNotices } from './notices.js';

const DIST = join(ROOT, 'dist');
const STAMP = join(DIST, '.built');
const SOURCES = ['src', 'webview', 'deploy', 'tools/build', 'package.json', 'package-lock.json'];

/** Whether dist/ holds what the sources say. */
export function bundlesAreFresh(): boolean {
  const stamp = statSync(STAMP, { throwIfNoEntry: false });
  return stamp !== undefined && newestChange(SOURCES.map((path) => join(ROOT, path))) < stamp.mtimeMs;
}

/**
 * Bundles every entry into dist/, with the notices of what was bundled, unless that is already done.
 * Throws esbuild's BuildFailure, or an Error that names a missing source.
 */
export async function bundle(): Promise<void> {
  if (bundlesAreFresh()) return;
  const startedAt = new Date();
  const missing = ENTRIES.filter(({ source }) => !existsSync(join(ROOT, source)));
  if (missing.length > 0) {
    throw new Error(`the build needs ${missing.map(({ source }) => source).join(', ')}: not found`);
  }
  const results = await Promise.all(ENTRIES.map((entry) => build(buildOptions(entry, ROOT)))).finally(stop);
  const inputs = new Set<string>();
  for (const [index, result] of results.entries()) {
    const entry = ENTRIES[index];
    if (entry !== undefined) writeOutputs(entry, result.outputFiles ?? []);
    for (const input of shippedInputs(result)) inputs.add(input);
  }
  for (const [name, text] of agentManifests(ROOT)) replaceFile(join(DIST, name), text);
  replaceFile(join(DIST, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(ROOT, inputs));
  replaceFile(STAMP, startedAt.toISOString());
  utimesSync(STAMP, startedAt, startedAt);
}

/** Removes dist/. */
export function removeBundles(): void {
  rmSync(DIST, { recursive: true, force: true });
}

function writeOutputs(entry: Entry, files: readonly OutputFile[]): void {
  for (const { path, contents } of files) {
    replaceFile(path, contents, entry.executable === true && path.endsWith('.cjs') ? 0o755 : 0o644);
  }
}

/** The files whose code reached an output. */
function shippedInputs({ metafile }: BuildResult): string[] {
  return Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path),
  );
}

/** Writes beside and renames: a process that starts meanwhile reads the old or the new file, never half of one. */
function replaceFile(path: string, contents: string | Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, contents);
  chmodSync(beside, mode);
  renameSync(beside, path);
}
