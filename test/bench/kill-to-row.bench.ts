import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FrameLocator } from 'playwright-core';
import type { Bench, BenchRow } from '../../tools/bench/row.js';
import { type StageWithBrowser, startStageWithBrowser } from '../../tools/demo/stage.js';
import { Cleanup } from '../../tools/system/cleanup.js';
import { memoryHierarchy } from '../../tools/system/memory-cgroup.js';
import { descendants } from '../../tools/system/process-table.js';
import { waitFor } from '../../tools/system/wait.js';
import { BareLoop } from './support/bare-loop.js';
import { clockOffset, monotonic } from './support/kernel-clock.js';
import { percentile } from './support/percentile.js';

const KILLS = Number(process.env['PODSTRESS_BENCH_KILLS'] ?? 40);
const BUDGET_MS = 250;
const LIMIT_BYTES = 500 * 1024 ** 2;
/** The kills take turns between two Pods, so that none of them storms: its kills then are more than 5 s apart. */
const APART_MS = 2600;
/** Not always the same time after a sample, a poll or a frame, ms. */
const JITTER_MS = 300;

const APPEAR = { timeoutMs: 60_000 };

/** What the page keeps for the bench: when the row of each victim was painted, ms since 1970, by pid. */
interface Watched {
  benchPainted: Record<string, number>;
}

/**
 * From the kernel's stamp of a kill line to the painted row of that kill, in the real VS Code, beside a bare loop that
 * reads the kernel log. One machine, one clock: the kernel's stamps are brought to CLOCK_MONOTONIC by lines of our own
 * (`support/kernel-clock.ts`), and from there to the time of day, which the browser tells too, at the moment of each kill.
 */
export const bench: Bench = async () => {
  const cleanup = new Cleanup();
  try {
    const stage = await startStageWithBrowser({ cleanup, signal: new AbortController().signal });
    const cgroups = await waitFor(
      'two containers',
      () => {
        const found = containersOf(stage.sandbox.pid);
        return found.length >= 2 ? found : null;
      },
      APPEAR,
    );
    const page = await openKills(stage);
    const loop = new BareLoop();
    cleanup.defer(() => loop.end());
    const offset = clockOffset();
    const killed: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      killed.push(await eatUntilKilled(cgroups[kill % 2] ?? ''));
      await delay(APART_MS + Math.random() * JITTER_MS);
    }
    const painted = await waitFor(
      'all rows',
      async () => {
        const seen = await paintedRows(page);
        return killed.every((pid) => seen[pid] !== undefined) ? seen : null;
      },
      APPEAR,
    );
    // The time of day at CLOCK_MONOTONIC's zero, ms.
    const zero = Date.now() - monotonic() * 1000;
    const ours: number[] = [];
    const bare: number[] = [];
    for (const pid of killed) {
      const line = loop.seen.find(({ text }) => text.includes(`Killed process ${pid} `));
      if (line === undefined) throw new Error(`the bare loop saw no kill of ${pid}`);
      ours.push((painted[pid] ?? Number.NaN) - zero - (line.bootSeconds - offset) * 1000);
      bare.push((line.at + offset - line.bootSeconds) * 1000);
    }
    return rows(ours, bare);
  } finally {
    await cleanup.run();
  }
};

function rows(ours: readonly number[], bare: readonly number[]): BenchRow[] {
  return [
    { share: 0.5, name: 'p50' },
    { share: 0.95, name: 'p95' },
  ].map(({ share, name }) => ({
    what: `panel: kernel kill to painted row in VS Code, ${name} of ${ours.length}`,
    unit: 'ms',
    ours: percentile(ours, share),
    reference: {
      name: `the budget; a bare read loop of the kernel log: ${percentile(bare, share).toFixed(1)} ms`,
      value: BUDGET_MS,
    },
    goal: 1,
  }));
}

/** The panel with its kills, and what watches them. */
async function openKills({ workbench }: StageWithBrowser): Promise<FrameLocator> {
  workbench.page.setDefaultTimeout(APPEAR.timeoutMs);
  await workbench.showViews('Podstress');
  await workbench.treeRow('hello-world').nth(1).waitFor();
  await workbench.runCommand('Podstress: Show OOM Kills');
  const page = workbench.webview();
  await page.getByRole('heading', { name: 'No kills yet' }).waitFor();
  await page.locator('.state.live').nth(1).waitFor();
  await page.locator('.space').evaluate((space) => {
    const kept = window as unknown as Watched;
    kept.benchPainted = {};
    const look = (): void => {
      for (const row of space.querySelectorAll('[data-kill]')) {
        const pid = /\((\d+)\)/.exec(row.querySelector('.victim')?.textContent ?? '')?.[1];
        if (pid === undefined || pid in kept.benchPainted) continue;
        kept.benchPainted[pid] = 0;
        // A message from within a frame arrives when that frame has been drawn.
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => {
            kept.benchPainted[pid] = Date.now();
          };
          channel.port2.postMessage(null);
        });
      }
    };
    new MutationObserver(look).observe(space, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
  });
  return page;
}

async function paintedRows(page: FrameLocator): Promise<Record<string, number>> {
  const painted = await page.locator('.space').evaluate(() => (window as unknown as Watched).benchPainted);
  return Object.fromEntries(Object.entries(painted).filter(([, at]) => at > 0));
}

/** The cgroups of the demo's containers, which run below this process; the agent's has another limit. */
function containersOf(pid: number): string[] {
  const hierarchy = memoryHierarchy() ?? '';
  const paths = new Set<string>();
  for (const child of descendants(pid)) {
    const path = /:(\/.*podstress-sandbox-.*\/pod[^/\n]*\/[^/\n]+)$/m.exec(readCgroup(child))?.[1];
    if (path !== undefined) paths.add(join(hierarchy, path));
  }
  return [...paths].filter((path) => limitOf(path) === LIMIT_BYTES);
}

function limitOf(cgroup: string): number {
  const file = ['memory.max', 'memory.limit_in_bytes'].find((name) => existsSync(join(cgroup, name)));
  return file === undefined ? Number.NaN : Number(readFileSync(join(cgroup, file), 'utf8'));
}

function readCgroup(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  } catch {
    return '';
  }
}

/** A process in that cgroup grows until the kernel ends it, and never past a GiB; gives its pid. */
async function eatUntilKilled(cgroup: string): Promise<string> {
  const script =
    'ulimit -v 1048576; echo $$ > "$1" && echo 1000 > /proc/$$/oom_score_adj && exec tail /dev/zero';
  const child: ChildProcess = spawn('/bin/sh', ['-c', script, 'bench', join(cgroup, 'cgroup.procs')], {
    stdio: 'ignore',
  });
  await new Promise((resolve) => child.once('exit', resolve));
  return String(child.pid);
}
