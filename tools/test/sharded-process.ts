/**
 * `node out/tools/test/sharded-process.js TEST_TIMEOUT_MS RESULTS FILE...`: the compiled test files in several processes
 * side by side, for tiers whose files share nothing. What each prints comes out whole, and the results as one.
 */
import { once } from 'node:events';
import { rmSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { startTied } from '../system/child.js';
import { readResults, type TestResult, writeResults } from './results.js';

/** More than cores, as many tests wait most of their time. */
const SHARDS = Math.max(4, availableParallelism());

async function main([timeout = '', resultsFile, ...files]: readonly string[]): Promise<void> {
  if (resultsFile === undefined) throw new Error('where do the results go?');
  const runs = shards(files).map((shard, index) => runShard(timeout, `${resultsFile}.${index}`, shard));
  const tests = (await Promise.all(runs)).flat();
  process.exitCode = writeResults(resultsFile, tests).failed === 0 ? 0 : 1;
}

/** Deals the files out, the largest first, so that each shard has about as much to do. */
function shards(files: readonly string[]): readonly (readonly string[])[] {
  const bySize = files.map((file) => ({ file, size: statSync(file).size })).sort((a, b) => b.size - a.size);
  const dealt: string[][] = Array.from({ length: Math.min(SHARDS, files.length) }, () => []);
  for (const [index, { file }] of bySize.entries()) dealt[index % dealt.length]?.push(file);
  return dealt;
}

async function runShard(
  timeout: string,
  resultsFile: string,
  files: readonly string[],
): Promise<readonly TestResult[]> {
  rmSync(resultsFile, { force: true });
  const args = [join(import.meta.dirname, 'mocha-process.js'), timeout, resultsFile, ...files];
  const env = { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) };
  const child = startTied(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, errors, [code, signal]] = await Promise.all([
    readAll(child.stdout),
    readAll(child.stderr),
    once(child, 'exit'),
  ]);
  process.stdout.write(out);
  process.stderr.write(errors);
  const results = readResults(resultsFile);
  rmSync(resultsFile, { force: true });
  if (results !== null && (code === 0 || results.failed > 0)) return results.tests;
  const death: TestResult = {
    title: `the process of ${files.length} test files ends well`,
    state: 'failed',
    durationMs: 0,
    error: `${signal ?? `exit code ${code}`}, files: ${files.join(' ')}`,
  };
  console.error(`\n  ${death.title}\n    ${death.error}`);
  return [...(results?.tests ?? []), death];
}

function readAll(stream: Readable | null): Promise<string> {
  return stream === null ? Promise.resolve('') : text(stream);
}

await main(process.argv.slice(2));
