import { runDemoServer } from './hello-kubernetes.js';
import { runPodNetwork } from './pod-network.js';
import { runSweep } from './sweep.js';

/** Processes that the sandbox starts beside itself: `main.js PROGRAM ARGUMENTS`. */
const PROGRAMS: Readonly<Record<string, (args: readonly string[]) => Promise<void> | void>> = {
  'hello-kubernetes': () => runDemoServer(process.env),
  'pod-network': runPodNetwork,
  sweep: runSweep,
};

async function main(): Promise<void> {
  const [program = '', ...args] = process.argv.slice(2);
  const run = PROGRAMS[program];
  if (run === undefined) throw new Error(`no such program: ${program}`);
  await run(args);
}

main().catch((error: unknown) => {
  process.stderr.write(`podstress-sandbox: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
