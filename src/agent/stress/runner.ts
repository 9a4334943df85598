import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { StressPlan, StressRun } from '../../protocol/agent/types.js';
import type { CgroupRegistry } from '../cgroup/registry.js';
import { HttpProblem } from '../http/problem.js';
import { refuseHarm } from './guard.js';
import { initOf, RunningStress } from './run.js';

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
      if (run.view.phase === 'running') for (const pid of run.pids()) owners.set(pid, id);
    }
    return owners;
  }

  /** Starts a run; with the id of one that is there already, shows that one. Throws HttpProblem. */
  async start(plan: StressPlan): Promise<{ readonly run: StressRun; readonly created: boolean }> {
    await this.#warmUp();
    const same = this.#runs.get(plan.id);
    if (same) {
      if (JSON.stringify(same.plan) === JSON.stringify(plan)) return { run: same.view, created: false };
      throw new HttpProblem(
        409,
        `There is another stress run with the id ${plan.id}: end it or choose another id.`,
      );
    }
    const running = this.list().filter((run) => run.phase === 'running').length;
    if (running >= MAX_RUNNING)
      throw new HttpProblem(409, `${MAX_RUNNING} stress runs are running: end one first.`);
    const container = this.#registry.container(plan.containerId);
    if (!container) {
      throw new HttpProblem(
        404,
        `No container ${plan.containerId} runs on this node. It may have been restarted: look up its id again.`,
      );
    }
    refuseHarm(plan, container.path, this.#registry);
    const init = initOf(this.#registry.access, container.path);
    if (init === null)
      throw new HttpProblem(409, `The container ${plan.containerId} has no process: it has ended.`);
    const stressNg = findProgram('stress-ng');
    if (stressNg === null) {
      throw new HttpProblem(
        503,
        'stress-ng is not installed where the agent runs: install it (apt-get install stress-ng).',
      );
    }
    const run = new RunningStress(plan, this.#registry.access, container.path, init, stressNg);
    this.#runs.set(plan.id, run);
    this.#forgetOld();
    return { run: run.view, created: true };
  }

  /** Ends a run and waits until nothing of it is left. Throws HttpProblem: 404 unknown, 500 with the pids left. */
  async stop(id: string): Promise<StressRun> {
    const run = this.#runs.get(id);
    if (!run) throw new HttpProblem(404, `There is no stress run ${id}.`);
    try {
      await run.stop('stopped by request');
    } catch (error) {
      throw new HttpProblem(500, error instanceof Error ? error.message : String(error));
    }
    return run.view;
  }

  /** Ends all runs; resolves with what could not be ended. */
  async stopAll(why: string): Promise<string[]> {
    const results = await Promise.allSettled([...this.#runs.values()].map((run) => run.stop(why)));
    return results.filter((result) => result.status === 'rejected').map((result) => String(result.reason));
  }

  /**
   * Runs stress-ng for a moment outside of any container: what it reads of its program and libraries for the first
   * time is charged to whoever reads it, some 30 MiB that are no part of the stress.
   */
  async #warmUp(): Promise<void> {
    if (this.#warm && performance.now() - this.#warmedAt < WARM_MS) return this.#warm;
    this.#warmedAt = performance.now();
    this.#warm = new Promise((resolve) => {
      const args = ['--vm', '1', '--vm-bytes', '4k', '--vm-ops', '1', '--timeout', '1s', '--quiet'];
      execFile(
        'choom',
        ['-n', '1000', '--', 'nsenter', '--', 'stress-ng', ...args],
        { cwd: '/tmp', timeout: 5000 },
        () => resolve(),
      );
    });
    return this.#warm;
  }

  #forgetOld(): void {
    const over = [...this.#runs].filter(([, run]) => run.view.phase !== 'running');
    for (const [id] of over.slice(0, Math.max(0, over.length - KEPT_RUNS))) this.#runs.delete(id);
  }
}
