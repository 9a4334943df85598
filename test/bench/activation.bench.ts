import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Bench, BenchRow } from '../../tools/bench/row.js';
import { bundle } from '../../tools/build/bundle.js';
import { ROOT } from '../../tools/root.js';

const ROUNDS = 7;
const REFERENCE = 'node -e 0, start to end';

/**
 * Run in a fresh process: loads a bundle, and activates it where it can be, beside a stand-in for the module `vscode` whose
 * every part answers with itself. Prints the milliseconds.
 */
const MEASURE = `
  const Module = require('node:module');
  const { readFileSync } = require('node:fs');
  const anything = new Proxy(function () {}, {
    get: (_target, key) =>
      key === 'then' ? undefined : key === Symbol.iterator ? () => [][Symbol.iterator]() : key === Symbol.toPrimitive ? () => '' : anything,
    apply: () => anything,
    construct: () => anything,
  });
  // A bundle copies the module's own properties: it has every name that stands behind a dot.
  const names = readFileSync(process.argv[1], 'utf8').match(/\\.[A-Za-z]\\w*/g) ?? [];
  const vscode = Object.fromEntries(names.map((name) => [name.slice(1), anything]));
  const load = Module._load;
  Module._load = (request, ...rest) => (request === 'vscode' ? vscode : load(request, ...rest));
  const startedAt = performance.now();
  const loaded = require(process.argv[1]);
  if (loaded.activate !== undefined) loaded.activate({ subscriptions: [], workspaceState: anything, extensionUri: anything });
  process.stdout.write(String(performance.now() - startedAt));
  process.exit(0);
`;

const run = promisify(execFile);

/** What VS Code waits for when Podstress wakes, and when a cluster is first needed, beside the start of a bare node. */
export const bench: Bench = async () => {
  await bundle();
  const times = { activate: [] as number[], lab: [] as number[], node: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    times.activate.push(await measured('extension.cjs'));
    times.lab.push(await measured('lab.cjs'));
    const startedAt = performance.now();
    await run(process.execPath, ['-e', '0']);
    times.node.push(performance.now() - startedAt);
  }
  const reference = { name: REFERENCE, value: median(times.node) };
  const row = (what: string, ours: number, goal: number): BenchRow => ({
    what,
    unit: 'ms',
    ours,
    reference,
    goal,
  });
  return [
    // 30 ms and 100 ms where a bare node takes 40 ms.
    row('load and activate the extension', median(times.activate), 0.75),
    row('load the chunk with the Kubernetes client', median(times.lab), 2.5),
  ];
};

async function measured(file: string): Promise<number> {
  const { stdout } = await run(process.execPath, ['-e', MEASURE, join(ROOT, 'dist', file)]);
  return Number(stdout);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
