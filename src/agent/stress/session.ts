import { setTimeout as delay } from 'node:timers/promises';
import type { CgroupAccess } from '../cgroup/access.js';
import { readStat } from '../node/proc.js';

const TERM_GRACE_MS = 1000;
const KILL_GRACE_MS = 5000;
const POLL_MS = 20;

/**
 * The processes of one stress run: those of the session that its first process leads. stress-ng overwrites the
 * environment of its workers, and its process group changes, but it never leaves the session.
 */
export class StressSession {
  readonly #leader: number;
  readonly #access: CgroupAccess;
  readonly #cgroup: string;
  #leaderEnded = false;

  constructor(leader: number, access: CgroupAccess, cgroup: string) {
    this.#leader = leader;
    this.#access = access;
    this.#cgroup = cgroup;
  }

  /** The leader was reaped: its number may by and by belong to a stranger. */
  leaderEnded(): void {
    this.#leaderEnded = true;
  }

  /** Living processes of the run. A zombie has given its memory back: it is none. */
  pids(): number[] {
    const pids = new Set(this.#access.pids(this.#cgroup));
    if (!this.#leaderEnded) pids.add(this.#leader);
    return [...pids].filter((pid) => this.#owns(pid));
  }

  /** Ends all processes and sees to it that they are gone. Throws an error that names those that would not go. */
  async end(): Promise<void> {
    for (const [signal, graceMs] of [
      ['SIGTERM', TERM_GRACE_MS],
      ['SIGKILL', KILL_GRACE_MS],
    ] as const) {
      const deadline = performance.now() + graceMs;
      let told = new Set<number>();
      while (performance.now() < deadline) {
        const pids = this.pids();
        if (pids.length === 0) return;
        for (const pid of pids) if (!told.has(pid)) signalIfThere(pid, signal);
        told = new Set(pids);
        await delay(POLL_MS);
      }
    }
    const left = this.pids();
    if (left.length > 0)
      throw new Error(`Processes of the stress run are still there after SIGKILL: pid ${left.join(', ')}.`);
  }

  #owns(pid: number): boolean {
    const stat = readStat(pid);
    return stat !== null && stat.session === this.#leader && stat.state !== 'Z' && stat.state !== 'X';
  }
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
