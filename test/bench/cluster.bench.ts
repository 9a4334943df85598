import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, BenchRow } from '../../tools/bench/row.js';
import type { ClientMessage, ClientOrder, ServerMessage } from './cluster/messages.js';

const PODS = 10_000;
const NAMESPACES = 200;
const ROUNDS = 3;
const CHANGES_PER_SECOND = 1000;
const CHURN_MS = 30_000;

type Message<K extends string> = Extract<ServerMessage | ClientMessage, { kind: K }>;

/** A cluster of ten thousand Pods: how soon it is shown beside `kubectl get pods -A`, what it costs, and what its changes cost. */
export const bench: Bench = async () => {
  const home = mkdtempSync(join(tmpdir(), 'podstress-bench-'));
  const server = start('server', [String(PODS), String(NAMESPACES)]);
  try {
    const { kubeconfig } = await message(server, 'ready');
    const loads: Message<'complete'>[] = [];
    const references: number[] = [];
    let settled: Message<'settled'> | null = null;
    for (let round = 0; round < ROUNDS; round += 1) {
      const reference = kubectl(home, kubeconfig);
      if (reference !== null) references.push(reference);
      const client = start('client', [kubeconfig, String(PODS)]);
      try {
        loads.push(await message(client, 'complete'));
        if (round === ROUNDS - 1) settled = await churn(server, client);
      } finally {
        await end(client);
      }
    }
    if (settled === null || !settled.isTrue) throw new Error('the last state of some Pods was lost');
    if (references.length === 0)
      process.stderr.write('kubectl is not installed: nothing to compare a whole list with\n');
    return rowsOf(loads, references, settled);
  } finally {
    await end(server);
    rmSync(home, { recursive: true, force: true });
  }
};

function rowsOf(
  loads: readonly Message<'complete'>[],
  references: readonly number[],
  settled: Message<'settled'>,
): BenchRow[] {
  const budget = (value: number): Pick<BenchRow, 'reference' | 'goal'> => ({
    reference: { name: 'the budget', value },
    goal: 1,
  });
  const firstRows = median(loads.map((load) => load.firstRowsMs - load.firstPageMs));
  const complete: BenchRow = {
    what: `${PODS} Pods shown`,
    unit: 'ms',
    ours: median(loads.map((load) => load.completeMs)),
    reference: { name: 'kubectl get pods -A', value: median(references) },
    goal: 1,
  };
  return [
    { what: 'first rows after the first page', unit: 'ms', ours: firstRows, ...budget(500) },
    ...(references.length === 0 ? [] : [complete]),
    {
      what: `memory that ${PODS} Pods add`,
      unit: 'MB',
      ours: median(loads.map((load) => load.heapAdded)) / 1e6,
      ...budget(40),
    },
    {
      what: `event-loop delay p99 at ${CHANGES_PER_SECOND} changes a second`,
      unit: 'ms',
      ours: settled.delayP99Ms,
      ...budget(25),
    },
    {
      what: 'refreshes of the tree a second meanwhile',
      unit: '1/s',
      ours: settled.refreshesPerSecond,
      ...budget(4),
    },
  ];
}

async function churn(server: ChildProcess, client: ChildProcess): Promise<Message<'settled'>> {
  order(client, { kind: 'measure' });
  server.send(CHANGES_PER_SECOND);
  await new Promise((resolve) => setTimeout(resolve, CHURN_MS));
  const quiet = message(server, 'quiet');
  server.send(0);
  const { digest, changes } = await quiet;
  if (changes < (CHANGES_PER_SECOND * CHURN_MS) / 1000 / 1.25) {
    throw new Error(`the server made only ${changes} changes in ${CHURN_MS / 1000} s`);
  }
  const settled = message(client, 'settled');
  order(client, { kind: 'settle', digest });
  return settled;
}

/** ms; null where there is no kubectl. */
function kubectl(home: string, kubeconfig: string): number | null {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, KUBECONFIG: kubeconfig };
  const startedAt = performance.now();
  const { status, error } = spawnSync('kubectl', ['get', 'pods', '-A'], { env, stdio: 'ignore' });
  if (error !== undefined) return null;
  if (status !== 0) throw new Error(`kubectl get pods -A ended with ${status}`);
  return performance.now() - startedAt;
}

function start(name: 'server' | 'client', args: readonly string[]): ChildProcess {
  const file = fileURLToPath(new URL(`./cluster/${name}.js`, import.meta.url));
  return fork(file, [...args], { execArgv: ['--expose-gc'] });
}

function order(client: ChildProcess, what: ClientOrder): void {
  client.send(what);
}

/** The next message of a kind. Throws Error where the process ends instead. */
function message<K extends (ServerMessage | ClientMessage)['kind']>(
  child: ChildProcess,
  kind: K,
): Promise<Message<K>> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(new Error(`a process of the bench ended with ${code}`));
    const listen = (one: Message<K>): void => {
      if (one.kind !== kind) return;
      child.off('message', listen);
      child.off('exit', ended);
      resolve(one);
    };
    child.on('message', listen);
    child.once('exit', ended);
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.disconnect();
  await exit;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
