import { type ChildProcess, spawn } from 'node:child_process';
import type { StressPhase, StressPlan, StressRun } from '../../protocol/agent/types.js';
import type { CgroupAccess } from '../cgroup/access.js';
import { innerPid } from '../node/proc.js';
import { COULD_NOT_JOIN, stressCommand } from './command-line.js';
import { StressSession } from './session.js';

const MAX_OUTPUT = 2000;
/** A run that the program does not end by itself is ended this long after its time, ms. */
const OVERTIME_MS = 3000;
const LAST_WORDS_MS = 200;

/** One stress-ng in one container, from its start to the proof that nothing of it is left. */
export class RunningStress {
  readonly plan: StressPlan;
  readonly #child: ChildProcess;
  readonly #session: StressSession;
  readonly #startedAt = new Date().toISOString();
  readonly #timer: NodeJS.Timeout;
  readonly ended: Promise<void>;
  #output = '';
  #phase: StressPhase = 'running';
  #endedAt: string | null = null;
  #reason: string | null = null;
  #stopReason: string | null = null;
  #spawnError: Error | null = null;

  /** Starts at once; a failure shows in the run's phase and reason. */
  constructor(plan: StressPlan, access: CgroupAccess, cgroup: string, initPid: number, stressNg: string) {
    this.plan = plan;
    const [program, args] = stressCommand(plan, initPid, access.procsFiles(cgroup), stressNg);
    this.#child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], cwd: '/tmp' });
    this.#session = new StressSession(this.#child.pid ?? 0, access, cgroup);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.#output = (this.#output + data.toString('utf8')).slice(-MAX_OUTPUT);
      });
    }
    this.#timer = setTimeout(() => void this.stop('its time was over'), plan.durationMs + OVERTIME_MS);
    this.ended = this.#childEnd().then(({ code, signal }) => this.#finish(code, signal));
  }

  get view(): StressRun {
    return {
      plan: this.plan,
      phase: this.#phase,
      startedAt: this.#startedAt,
      endedAt: this.#endedAt,
      pid: this.#child.pid ?? null,
      reason: this.#reason,
    };
  }

  /** Host pids of the run's living processes. */
  pids(): number[] {
    return this.#child.pid === undefined ? [] : this.#session.pids();
  }

  /** Ends the run. Rejects with an error naming the pids where a process outlives SIGKILL. */
  async stop(why: string): Promise<void> {
    if (this.#phase !== 'running') return;
    this.#stopReason ??= why;
    if (this.#child.pid !== undefined) await this.#session.end();
    await this.ended;
  }

  /** The first process's end, and a moment for its last words. Its children may hold the pipes open longer. */
  #childEnd(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    return new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#spawnError = error;
        resolve({ code: null, signal: null });
      });
      this.#child.once('exit', (code, signal) => {
        this.#session.leaderEnded();
        const done = (): void => resolve({ code, signal });
        this.#child.once('close', done);
        setTimeout(done, LAST_WORDS_MS);
      });
    });
  }

  async #finish(code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    clearTimeout(this.#timer);
    const left = await this.#verifyEnd();
    this.#endedAt = new Date().toISOString();
    const failure = left ?? (this.#stopReason === null ? this.#failure(code, signal) : null);
    this.#phase = failure === null ? 'ended' : 'failed';
    this.#reason = failure ?? this.#stopReason ?? 'its time was over';
  }

  async #verifyEnd(): Promise<string | null> {
    if (this.#child.pid === undefined) return null;
    try {
      await this.#session.end();
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #failure(code: number | null, signal: NodeJS.Signals | null): string | null {
    if (this.#spawnError) return `The stressor could not be started: ${this.#spawnError.message}.`;
    if (code === 0) return null;
    const said = this.#output.trim();
    if (code === COULD_NOT_JOIN) return `The container's cgroup could not be joined: ${said}`;
    const how = signal ?? (code !== null && code > 128 ? `signal ${code - 128}` : `exit code ${code}`);
    if (how === 'SIGKILL' || how === 'signal 9') {
      return `The stressor was killed (${how}): the container ended, or the OOM killer chose its first process.`;
    }
    return `stress-ng ended with ${how}: ${said || 'no message'}`;
  }
}

/** The process whose PID namespace a stressor enters: the container's init where it can be told, else any. */
export function initOf(access: CgroupAccess, cgroup: string): number | null {
  const pids = access.pids(cgroup);
  return pids.find((pid) => innerPid(pid) === 1) ?? pids[0] ?? null;
}
