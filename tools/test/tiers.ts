import { join } from 'node:path';
import { bundle } from '../build/bundle.js';
import { buildVsix } from '../build/vsix.js';
import { ROOT } from '../root.js';
import { ensureCodeServer } from '../setup/code-server.js';
import { CHROMIUM, ensurePrograms, IP, NAMESPACES, STRESS_NG } from '../setup/debian.js';
import { SetupError } from '../setup/error.js';
import { whyNoPods } from '../system/memory-cgroup.js';
import type { TierName } from './results.js';
import { compiled, resultsFile, testSources } from './test-files.js';

export interface Tier {
  readonly name: TierName;
  /** Where its process writes what became of each test. */
  readonly resultsFile: string;
  /** Of the whole tier: a safety net, not a goal, ms. */
  readonly timeoutMs: number;
  /** Installs and builds what the tier needs. Throws SetupError where it cannot run on this machine. */
  prepare(): Promise<void>;
  /** The arguments of the Node process that runs it, given a text that the tests' paths must have. */
  command(only: string): readonly string[];
}

const SCRIPTS = join(ROOT, 'out/tools/test');

function mochaProcess(tier: TierName, testTimeoutMs: number, script = 'mocha-process.js'): Tier['command'] {
  return (only) => {
    const files = testSources(tier).filter((source) => source.includes(only));
    return [join(SCRIPTS, script), String(testTimeoutMs), resultsFile(tier), ...files.map(compiled)];
  };
}

async function preparePods(): Promise<void> {
  const reason = whyNoPods();
  if (reason !== null) throw new SetupError(reason);
  await ensurePrograms([STRESS_NG, IP, ...NAMESPACES]);
}

async function prepareWorkbench(): Promise<void> {
  await ensurePrograms([CHROMIUM]);
  await ensureCodeServer();
  await buildVsix();
}

const MINUTE = 60_000;

export const ALL_TIERS: readonly Tier[] = [
  {
    name: 'unit',
    resultsFile: resultsFile('unit'),
    timeoutMs: 10 * MINUTE,
    prepare: bundle,
    command: mochaProcess('unit', 20_000, 'sharded-process.js'),
  },
  {
    name: 'kernel',
    resultsFile: resultsFile('kernel'),
    timeoutMs: 25 * MINUTE,
    prepare: async () => {
      await preparePods();
      await bundle();
    },
    command: mochaProcess('kernel', 60_000),
  },
  {
    name: 'editor',
    resultsFile: resultsFile('editor'),
    timeoutMs: 10 * MINUTE,
    prepare: prepareWorkbench,
    command: (only) => [join(SCRIPTS, 'editor-process.js'), only],
  },
  {
    name: 'e2e',
    resultsFile: resultsFile('e2e'),
    timeoutMs: 25 * MINUTE,
    prepare: async () => {
      await preparePods();
      await prepareWorkbench();
    },
    command: mochaProcess('e2e', 120_000),
  },
];
