import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runMocha } from '../../tools/test/run-mocha.js';

/** What the extension host calls: runs every bundled test file beside this one, rejects when any test failed. */
export async function run(): Promise<void> {
  const { PODSTRESS_TEST_RESULTS: resultsFile, PODSTRESS_TEST_REPORT: reportFile } = process.env;
  if (resultsFile === undefined || reportFile === undefined) {
    throw new Error('PODSTRESS_TEST_RESULTS and PODSTRESS_TEST_REPORT say where the outcome goes: not set');
  }
  const print = (line: string): void => appendFileSync(reportFile, `${line}\n`);
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.cjs'))
    .sort()
    .map((name) => join(import.meta.dirname, name));
  const { failed } = await runMocha({ files, timeoutMs: 20_000, slowMs: 2_000, resultsFile, print });
  if (failed > 0) throw new Error(`${failed} failed`);
}
