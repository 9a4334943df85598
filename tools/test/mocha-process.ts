/** `node out/tools/test/mocha-process.js TEST_TIMEOUT_MS RESULTS FILE...`: the compiled test files in this process. */
import { processCleanup } from './process-cleanup.js';
import { type TestResult, writeResults } from './results.js';
import { runMocha } from './run-mocha.js';

/** How long sockets and timers may take to close after the last test. */
const SETTLE_MS = 3_000;

async function main([timeout, resultsFile, ...files]: readonly string[]): Promise<void> {
  if (resultsFile === undefined) throw new Error('where do the results go?');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void processCleanup.run().then(() => process.exit(1)));
  }
  const timeoutMs = Number(timeout);
  const results = await runMocha({ files, timeoutMs, slowMs: timeoutMs / 5, resultsFile });
  await processCleanup.run();
  process.exitCode = results.failed === 0 ? 0 : 1;
  setTimeout(() => {
    const open = process
      .getActiveResourcesInfo()
      .filter((kind) => kind !== 'Timeout' && !/^(TTY|Pipe)Wrap$/.test(kind));
    const leak: TestResult = {
      title: 'the tests leave nothing open',
      state: 'failed',
      durationMs: SETTLE_MS,
      error: `still open after the last test: ${open.join(', ') || 'timers'}`,
    };
    console.error(`\n  ${leak.title}\n    ${leak.error}`);
    writeResults(resultsFile, [...results.tests, leak]);
    process.exit(1);
  }, SETTLE_MS).unref();
}

await main(process.argv.slice(2));
