import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SampleLine } from '../../src/protocol/agent/types.js';
import type { Bench } from '../../tools/bench/row.js';
import { bundle } from '../../tools/build/bundle.js';
import { ROOT } from '../../tools/root.js';
import { MOUNT, TestTree, until } from '../kernel/agent/cgroups.js';
import { processorSeconds, RunningAgent } from '../kernel/agent/running.js';

const CONTAINERS = 250;
/** What a kubelet takes by default. */
const PODS = 110;
const MIB = 1024 * 1024;
const WARM_MS = 10_000;
const MEASURE_MS = 20_000;

const FILES = [
  ...[
    'memory.usage_in_bytes',
    'memory.stat',
    'memory.limit_in_bytes',
    'memory.oom_control',
    'memory.failcnt',
  ],
  ...[
    'memory.max_usage_in_bytes',
    'memory.kmem.usage_in_bytes',
    'memory.current',
    'memory.max',
    'memory.peak',
  ],
  ...['memory.events.local', 'memory.swap.current', 'memory.pressure'],
];

function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** The agent as it ships over 250 containers in 110 Pods, sampled once a second as the extension does, beside a loop that only reads their files. */
export const bench: Bench = async () => {
  await bundle();
  const tree = new TestTree();
  const pods = Array.from({ length: PODS }, () => randomUUID());
  const containers = Array.from({ length: CONTAINERS }, (_, index) =>
    tree.container(64 * MIB, pods[index % PODS]),
  );
  const cgroups = new Set(containers.flatMap(({ path }) => [path, path.slice(0, path.lastIndexOf('/'))]));
  const files = [...cgroups]
    .flatMap((path) => FILES.map((file) => join(MOUNT, path, file)))
    .filter(existsSync);
  for (const container of containers) container.run('sleep', '600');
  const loop = spawn(process.execPath, [join(ROOT, 'out/test/bench/support/read-loop.js')], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  loop.stdin.end(files.join('\n'));
  process.env['PODSTRESS_AGENT'] = join(ROOT, 'dist/agent.cjs');
  const agent = await RunningAgent.start('--cgroup-root', `/${tree.name}`);
  try {
    const stream = await agent.follow<SampleLine>('/v1/memory?interval=1s');
    await until('all containers', () => stream.seen.at(-1)?.containers.length === CONTAINERS);
    await delay(WARM_MS);
    const lines = stream.seen.length;
    const pids = [agent.child.pid ?? 0, loop.pid ?? 0] as const;
    const before = pids.map(processorSeconds);
    await delay(MEASURE_MS);
    const [ours = 0, reference = 0] = pids.map(
      (pid, index) => ((processorSeconds(pid) - (before[index] ?? 0)) / (MEASURE_MS / 1000)) * 100,
    );
    const told = stream.seen.length - lines;
    if (told < MEASURE_MS / 1000 - 2) throw new Error(`only ${told} samples came in ${MEASURE_MS / 1000} s`);
    const what = `${CONTAINERS} containers in ${PODS} Pods at 1 Hz`;
    const rss = residentMiB(pids[0]);
    stream.close();
    return [
      {
        what: `${what}: the agent's CPU`,
        unit: '% of a core',
        ours,
        reference: { name: 'the budget', value: 3 },
        goal: 1,
      },
      {
        what: `${what}: the agent's CPU`,
        unit: '% of a core',
        ours,
        reference: { name: `a loop that only reads the same ${files.length} files`, value: reference },
        goal: 3,
      },
      {
        what: `${what}: the agent's memory`,
        unit: 'MiB RSS',
        ours: rss,
        reference: { name: 'the budget', value: 64 },
        goal: 1,
      },
    ];
  } finally {
    delete process.env['PODSTRESS_AGENT'];
    await agent.end();
    loop.kill();
    await tree.remove();
  }
};
