import { execFile } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { StressPlan, StressRun } from '../../protocol/agent/types.js';
import type { CgroupRegistry } from '../cgroup/registry.js';
import { HttpProblem } from '../http/problem.js';
import { initOf, readStatus } from '../node/proc.js';
import { entering, type Stressors } from './command-line.js';
import { mostBytes, refuseHarm } from './guard.js';
import { RunningStress } from './run.js';

/** Runs that are over stay visible until so many newer ones are over. */
const KEPT_RUNS = 200;
const MAX_RUNNING = 200;
/** Files read so long ago may have been dropped from the cache, ms. */
const WARM_MS = 600_000;

/** The program's path from PATH; null where it is not installed. */
export function findProgram(name: string): string | null {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(directory, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this directory.
    }
  }
  return null;
}

/** The programs that stress, from PATH. Throws HttpProblem 503. */
function findStressors(): Stressors {
  const stressNg = findProgram('stress-ng');
  if (stressNg !== null) return { stressNg, memStress: findProgram('memStress') };
  throw new HttpProblem(
    503,
    'stress-ng is not installed where the agent runs: install it (apt-get install stress-ng).',
  );
}

/** The memory of its own that a process holds, bytes. */
function heldBytes(pid: number): number {
  const status = readStatus(pid);
  const text = status?.get('RssAnon') ?? status?.get('VmRSS') ?? '';
  return Number(/^(\d+) kB$/.exec(text)?.[1] ?? 0) * 1024;
}

/** Starts, shows and ends stress runs. */
export class StressRunner {
  readonly #registry: CgroupRegistry;
  readonly #runs = new Map<string, RunningStress>();
  #warm: Promise<void> | null = null;
  #warmedAt = 0;

  constructor(registry: CgroupRegistry) {
    this.#registry = registry;
  }

  list(): StressRun[] {
    return [...this.#runs.values()].map((run) => run.view);
  }

  get(id: string): StressRun | null {
    return this.#runs.get(id)?.view ?? null;
  }

  /** The run that a process belongs to. */
  runByPid(): Map<number, string> {
    const owners = new Map<number, string>();
    for (const [id, run] of this.#runs) {
      if (run.running) for (const pid of run.pids()) owners.set(pid, id);
    }
    return owners;
  }

  /** Starts a run; with the plan of one that is there already, renews its lease and shows it. Throws HttpProblem. */
  async start(plan: StressPlan): Promise<{ readonly run: StressRun; readonly created: boolean }> {
    const programs = findStressors();
    await this.#warmUp(programs);
    const same = this.#runs.get(plan.id);
    if (same) {
      if (JSON.stringify(same.plan) === JSON.stringify(plan)) {
        same.renew();
        return { run: same.view, created: false };
      }
      throw new HttpProblem(
        409,
        `There is another stress run with the id ${plan.id}: end it or choose another id.`,
      );
    }
    const running = [...this.#runs.values()].filter((run) => run.running).length;
    if (running >= MAX_RUNNING)
      throw new HttpProblem(409, `${MAX_RUNNING} stress runs are running: end one first.`);
    const container = this.#registry.container(plan.containerId);
    if (!container) {
      throw new HttpProblem(
        404,
        `No container ${plan.containerId} runs on this node. It may have been restarted: look up its id again.`,
      );
    }
    const { access } = this.#registry;
    refuseHarm(plan, container.path, this.#registry, this.#stillToCome());
    const owners = this.runByPid();
    const initPid = initOf(access.pids(container.path).filter((pid) => !owners.has(pid)));
    if (initPid === null)
      throw new HttpProblem(409, `The container ${plan.containerId} has no process: it has ended.`);
    const target = { access, cgroup: container.path, joined: this.#homeOf(initPid, container.path), initPid };
    const run = new RunningStress(plan, target, programs);
    this.#runs.set(plan.id, run);
    this.#forgetOld();
    return { run: run.view, created: true };
  }

  /** Ends a run and waits until nothing of it is left. Throws HttpProblem: 404 unknown, 500 with the pids left. */
  async stop(id: string): Promise<StressRun> {
    const run = this.#runs.get(id);
    if (!run) throw new HttpProblem(404, `There is no stress run ${id}.`);
    try {
      await run.stop('request');
    } catch (error) {
      throw new HttpProblem(500, error instanceof Error ? error.message : String(error));
    }
    return run.view;
  }

  /** Ends all runs; resolves with what could not be ended. */
  async stopAll(): Promise<string[]> {
    const results = await Promise.allSettled([...this.#runs.values()].map((run) => run.stop('agent')));
    return results.filter((result) => result.status === 'rejected').map((result) => String(result.reason));
  }

  /**
   * The cgroup that a stressor joins: the container's, or, where the container has made some below on cgroup v2 (a
   * systemd in it does), that of its first process, since only the leaves may then have processes.
   */
  #homeOf(initPid: number, path: string): string {
    const { access } = this.#registry;
    if (access.version === 1 || access.ownPids(path).length > 0) return path;
    const below = [...this.#registry.all(0).keys()].filter((each) => each.startsWith(`${path}/`));
    return below.find((each) => access.ownPids(each).includes(initPid)) ?? path;
  }

  /** What running runs have not taken of the node's memory yet: those that just begin, and ramps, bytes. */
  #stillToCome(): number {
    let bytes = 0;
    for (const run of this.#runs.values()) {
      const container = run.running ? this.#registry.container(run.plan.containerId) : null;
      if (!container) continue;
      const held = run.pids().reduce((sum, pid) => sum + heldBytes(pid), 0);
      bytes += Math.max(0, mostBytes(run.plan, container.path, this.#registry) - held);
    }
    return bytes;
  }

  /**
   * Runs the programs for a moment outside of any container: what is read of them and their libraries for the first
   * time is charged to whoever reads it, some 30 MiB that are no part of the stress.
   */
  async #warmUp({ stressNg, memStress }: Stressors): Promise<void> {
    if (this.#warm && performance.now() - this.#warmedAt < WARM_MS) return this.#warm;
    this.#warmedAt = performance.now();
    const args = ['--vm', '1', '--vm-bytes', '4k', '--vm-ops', '1', '--timeout', '1s', '--quiet'];
    const command = ['timeout', '--signal=KILL', '5s', stressNg, ...args];
    const entered = entering({ name: 'stress-ng', oomScoreAdj: 1000, command }, []);
    this.#warm = new Promise((resolve) => {
      if (memStress !== null) readFileSync(memStress);
      execFile('/bin/sh', entered, { cwd: '/tmp', timeout: 5000 }, () => resolve());
    });
    return this.#warm;
  }

  #forgetOld(): void {
    const over = [...this.#runs].filter(([, run]) => !run.running);
    for (const [id] of over.slice(0, Math.max(0, over.length - KEPT_RUNS))) this.#runs.delete(id);
  }
}
