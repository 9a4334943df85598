import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SetupError } from '../../../tools/setup/error.js';
import { Cleanup } from '../../../tools/system/cleanup.js';
import { runTier } from '../../../tools/test/run-tier.js';
import type { Tier } from '../../../tools/test/tiers.js';

const FOLDER = mkdtempSync(join(tmpdir(), 'podstress-test-'));
const RESULTS = join(FOLDER, 'results.json');

/** A tier whose process runs the given module text. */
function tier(source: string, more: Partial<Tier> = {}): Tier {
  return {
    name: 'editor',
    resultsFile: RESULTS,
    timeoutMs: 8_000,
    prepare: async () => {},
    command: () => ['--input-type=module', '--eval', source],
    ...more,
  };
}

function writing(results: object): string {
  return `(await import('node:fs')).writeFileSync(${JSON.stringify(RESULTS)}, ${JSON.stringify(JSON.stringify(results))});`;
}

const ONE = { title: 'a', state: 'passed', durationMs: 1 };

describe('a tier', () => {
  const run = (made: Tier, strict = false) => runTier(made, '', strict, new Cleanup());

  after(() => rmSync(FOLDER, { recursive: true }));

  it('counts what its process wrote', async () => {
    const outcome = await run(tier(writing({ passed: 1, failed: 0, skipped: 2, tests: [ONE] })));
    assert.deepEqual(outcome, { passed: 1, failed: 0, skipped: 2, note: null });
  });

  it('fails when its process dies without a result', async () => {
    const outcome = await run(tier('process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);'));
    assert.equal(outcome.failed, 1);
    assert.match(outcome.note ?? '', /SIGKILL/);
  });

  it('fails when its process ends well but wrote nothing', async () => {
    assert.equal((await run(tier('process.exit(0)'))).failed, 1);
  });

  it('fails when it found no test', async () => {
    assert.equal((await run(tier(writing({ passed: 0, failed: 0, skipped: 0, tests: [] })))).failed, 1);
  });

  it('fails when the exit code says more than the results', async () => {
    const source = `${writing({ passed: 1, failed: 0, skipped: 0, tests: [ONE] })} process.exit(3);`;
    const outcome = await run(tier(source));
    assert.deepEqual([outcome.passed, outcome.failed], [1, 1]);
  });

  it('fails when it takes too long, and is ended', async () => {
    const outcome = await run(tier('setInterval(() => {}, 1000)', { timeoutMs: 300 }));
    assert.equal(outcome.failed, 1);
  });

  it('that the machine cannot run is skipped, but fails where all must run', async () => {
    const made = tier('', {
      prepare: async () => {
        throw new SetupError('no stress-ng: install it');
      },
    });
    assert.deepEqual(await run(made), {
      passed: 0,
      failed: 0,
      skipped: 1,
      note: 'not run: no stress-ng: install it',
    });
    assert.equal((await run(made, true)).failed, 1);
  });

  it('whose preparation breaks fails', async () => {
    const made = tier('', {
      prepare: async () => {
        throw new Error('does not compile');
      },
    });
    assert.equal((await run(made)).failed, 1);
  });
});
