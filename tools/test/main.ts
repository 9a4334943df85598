import { checkStyle, compileProject, compileRooms } from '../build/types.js';
import { withCleanup } from '../system/cleanup.js';
import { runTier, type TierOutcome } from './run-tier.js';
import { ALL_TIERS, type Tier } from './tiers.js';

/**
 * `npm test`: types, style, then every tier; `npm run test:TIER [-- TEXT]`: one of them, only the files whose path has
 * TEXT. Ends with the plain line `N passed, N failed`.
 */
export async function main([name, only = '']: readonly string[]): Promise<number> {
  const tiers = ALL_TIERS.filter((tier) => name === undefined || tier.name === name);
  if (tiers.length === 0) {
    console.error(`podstress: no tier ${name}; there are ${ALL_TIERS.map((tier) => tier.name).join(', ')}`);
    return 2;
  }
  // A pipeline's log is no terminal, although some packages colour for it.
  if (!process.stdout.isTTY && process.env['FORCE_COLOR'] === undefined) process.env['NO_COLOR'] = '1';
  const outcomes = new Map<string, TierOutcome>();
  const compiles = name === undefined ? await compileRooms() : await compileProject(`test/${name}`);
  if (!compiles) outcomes.set('types', failed('see the messages of tsc above'));
  else if (name === undefined && !(await checkStyle()))
    outcomes.set('style', failed('see the messages of biome above'));
  if (compiles) await runTiers(tiers, only, outcomes);
  console.log('');
  for (const [title, outcome] of outcomes)
    console.log(`${title}: ${line(outcome)}${outcome.note === null ? '' : ` (${outcome.note})`}`);
  const sum = (key: 'passed' | 'failed' | 'skipped'): number =>
    [...outcomes.values()].reduce((total, outcome) => total + outcome[key], 0);
  const total = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
  console.log(line(total));
  return total.failed === 0 ? 0 : 1;
}

async function runTiers(
  tiers: readonly Tier[],
  only: string,
  outcomes: Map<string, TierOutcome>,
): Promise<void> {
  const strict = process.env['CI'] === 'true';
  await withCleanup(async (cleanup, signal) => {
    for (const tier of tiers) {
      signal.throwIfAborted();
      console.log(`\n${tier.name}`);
      const startedAt = performance.now();
      const outcome = await runTier(tier, only, strict, cleanup);
      outcomes.set(tier.name, outcome);
      console.log(`${tier.name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    }
  });
}

function failed(note: string): TierOutcome {
  return { passed: 0, failed: 1, skipped: 0, note };
}

function line({ passed, failed: failures, skipped }: Omit<TierOutcome, 'note'>): string {
  return `${passed} passed, ${failures} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}
