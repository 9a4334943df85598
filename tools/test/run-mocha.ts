import { format } from 'node:util';
import Mocha from 'mocha';
import { patience } from '../system/patience.js';
import { type TestResult, type TierResults, writeResults } from './results.js';

export interface MochaRun {
  /** Absolute paths of compiled test files. */
  readonly files: readonly string[];
  /** Of one test or hook where nothing sets its own, ms; more while the machine is busy. */
  readonly timeoutMs: number;
  /** From this on a test's time is printed, ms. */
  readonly slowMs: number;
  /** Where the outcome of every test goes, as JSON. */
  readonly resultsFile: string;
  /** Takes the report's lines instead of the console. */
  readonly print?: (line: string) => void;
}

/** Runs the files with mocha in this process, printing as its spec reporter does, and writes the results file. */
export async function runMocha({
  files,
  timeoutMs,
  slowMs,
  resultsFile,
  print,
}: MochaRun): Promise<TierResults> {
  const tests: TestResult[] = [];
  const mocha = new Mocha({
    ui: 'bdd',
    reporter: 'spec',
    timeout: patience(timeoutMs).allowedMs,
    slow: slowMs,
    forbidOnly: true,
    color: print === undefined && (process.stdout.isTTY === true || process.env['FORCE_COLOR'] === '1'),
  });
  if (print !== undefined) {
    Mocha.reporters.Base.consoleLog = (...args: unknown[]) => print(format(...args));
  }
  for (const file of files) mocha.addFile(file);
  await mocha.loadFilesAsync();
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on('pass', (test) => tests.push(resultOf(test, 'passed')));
    runner.on('pending', (test) => tests.push(resultOf(test, 'skipped')));
    runner.on('fail', (test, error) => tests.push(resultOf(test, 'failed', error)));
  });
  return writeResults(resultsFile, tests);
}

function resultOf(test: Mocha.Runnable, state: TestResult['state'], error?: unknown): TestResult {
  return {
    title: test.fullTitle(),
    state,
    durationMs: test.duration ?? 0,
    ...(error === undefined
      ? {}
      : { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  };
}
