/** `node out/tools/test/mocha-process.js TIER TEST_TIMEOUT_MS [TEXT]`: one tier's tests, those whose path has TEXT. */
import { processCleanup } from './process-cleanup.js';
import { type TestResult, TIERS, writeResults } from './results.js';
import { runMocha } from './run-mocha.js';
import { compiled, resultsFile, testSources } from './test-files.js';

/** How long sockets and timers may take to close after the last test. */
const SETTLE_MS = 3_000;

async function main(): Promise<void> {
  const [name, timeout, only = ''] = process.argv.slice(2);
  const tier = TIERS.find((candidate) => candidate === name);
  if (tier === undefined) throw new Error(`no tier ${name}`);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void processCleanup.run().then(() => process.exit(1)));
  }
  const sources = testSources(tier).filter((source) => source.includes(only));
  const file = resultsFile(tier);
  const results = await runMocha({
    files: sources.map(compiled),
    timeoutMs: Number(timeout),
    slowMs: Number(timeout) / 5,
    resultsFile: file,
  });
  await processCleanup.run();
  process.exitCode = results.failed === 0 ? 0 : 1;
  setTimeout(() => {
    const open = process
      .getActiveResourcesInfo()
      .filter((kind) => kind !== 'Timeout' && !/^(TTY|Pipe)Wrap$/.test(kind));
    const leak: TestResult = {
      title: `${tier}: the tests leave nothing open`,
      state: 'failed',
      durationMs: SETTLE_MS,
      error: `still open after the last test: ${open.join(', ') || 'timers'}`,
    };
    console.error(`\n  ${leak.title}\n    ${leak.error}`);
    writeResults(file, [...results.tests, leak]);
    process.exit(1);
  }, SETTLE_MS).unref();
}

await main();
