import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { ROOT } from '../root.js';
import { SetupError } from '../setup/error.js';
import { startTied, stopChild } from '../system/child.js';
import type { Cleanup } from '../system/cleanup.js';
import { readResults } from './results.js';
import type { Tier } from './tiers.js';

export interface TierOutcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Why there is no ordinary result; null where there is. */
  readonly note: string | null;
}

/** How long a tier's process may take to clean up after SIGTERM, ms. */
const GRACE_MS = 20_000;

/**
 * Runs one tier in a process of its own. Whatever becomes of that process, silence is no success: no results file, no
 * test, or an exit code that the results do not explain counts as one failure. A tier that this machine cannot run
 * counts as skipped, or as failed where `strict` is set.
 */
export async function runTier(
  tier: Tier,
  only: string,
  strict: boolean,
  cleanup: Cleanup,
): Promise<TierOutcome> {
  const file = tier.resultsFile;
  rmSync(file, { force: true });
  try {
    await tier.prepare();
  } catch (error) {
    if (error instanceof SetupError && !strict) {
      return { passed: 0, failed: 0, skipped: 1, note: `not run: ${error.message}` };
    }
    return failure(`cannot run: ${error instanceof Error ? error.message : String(error)}`);
  }
  const child = startTied(process.execPath, tier.command(only), {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  cleanup.defer(() => stopChild(child, GRACE_MS));
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void stopChild(child, GRACE_MS);
  }, tier.timeoutMs);
  const [code, signal] = await once(child, 'exit');
  clearTimeout(timer);
  const results = readResults(file);
  if (timedOut) return failure(`ended after ${tier.timeoutMs / 60_000} minutes`, results);
  if (results === null)
    return failure(`its process died (${signal ?? `exit code ${code}`}) without a result`);
  if (results.tests.length === 0) return failure('no test was found');
  if (code !== 0 && results.failed === 0)
    return failure(`its process ended with ${signal ?? `exit code ${code}`}`, results);
  return { passed: results.passed, failed: results.failed, skipped: results.skipped, note: null };
}

function failure(note: string, so?: { passed: number; failed: number; skipped: number } | null): TierOutcome {
  return { passed: so?.passed ?? 0, failed: (so?.failed ?? 0) + 1, skipped: so?.skipped ?? 0, note };
}
