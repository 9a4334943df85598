import type { StressEnd, StressPhase, StressPlan, StressRun } from '../../protocol/agent/types.js';
import { COULD_NOT_ADJUST, COULD_NOT_JOIN, type Stressors, stressorsOf } from './command-line.js';
import { readOptions } from './options.js';
import { type StressorExit, StressorProcess, type StressTarget } from './process.js';

/** Who may end a run, and in which words. */
const REASONS = {
  time: 'its time was over',
  request: 'stopped by request',
  lease: 'its lease was not renewed: whoever started it is gone',
  agent: 'the agent was ended',
} as const;

/** A plan's stressors in one container, from their start to the proof that nothing of them is left. */
export class RunningStress {
  readonly plan: StressPlan;
  /** When all has ended and been verified. */
  readonly ended: Promise<void>;
  readonly #processes: readonly StressorProcess[];
  readonly #startedAt = new Date().toISOString();
  readonly #timer: NodeJS.Timeout;
  #phase: StressPhase = 'running';
  #endedAt: string | null = null;
  #reason: string | null = null;
  #cause: StressEnd | null = null;
  #stopped: keyof typeof REASONS | 'failure' | null = null;
  #lease: NodeJS.Timeout | undefined;

  /** Starts at once; a failure shows in the run's phase and reason. */
  constructor(plan: StressPlan, target: StressTarget, programs: Stressors) {
    this.plan = plan;
    const stressors = stressorsOf(plan, readOptions(plan), programs);
    this.#processes = stressors.map((stressor) => new StressorProcess(stressor, target));
    this.#timer = setTimeout(() => void this.stop('time').catch(() => undefined), plan.durationMs);
    this.renew();
    this.ended = this.#watch();
  }

  get view(): StressRun {
    return {
      plan: this.plan,
      phase: this.#phase,
      startedAt: this.#startedAt,
      endedAt: this.#endedAt,
      pid: this.#processes[0]?.pid ?? null,
      reason: this.#reason,
      cause: this.#cause,
    };
  }

  get running(): boolean {
    return this.#phase === 'running';
  }

  /** Host pids of the run's living processes. */
  pids(): number[] {
    return this.#processes.flatMap((process) => process.pids());
  }

  /** Its lease, if it has one, begins anew. */
  renew(): void {
    const { leaseMs } = this.plan;
    if (leaseMs === undefined || !this.running) return;
    clearTimeout(this.#lease);
    this.#lease = setTimeout(() => void this.stop('lease').catch(() => undefined), leaseMs);
  }

  /** Ends the run. Rejects with an error naming the pids where a process outlives SIGKILL. */
  async stop(why: keyof typeof REASONS): Promise<void> {
    if (!this.running) return;
    this.#stopped ??= why;
    await Promise.all(this.#processes.map((process) => process.end()));
    await this.ended;
  }

  /** Where one stressor fails, the others end as well: half a plan is another plan. */
  async #watch(): Promise<void> {
    const failures = await Promise.all(
      this.#processes.map(async (process) => {
        const exit = await process.exited;
        const failure = this.#stopped === null ? failureOf(process.stressor.name, exit) : null;
        if (failure !== null) this.#stopped = 'failure';
        const others = failure === null ? [process] : this.#processes;
        const ends = await Promise.allSettled(others.map((each) => each.end()));
        const left = ends.find((end) => end.status === 'rejected')?.reason as Error | undefined;
        return left?.message ?? failure;
      }),
    );
    clearTimeout(this.#timer);
    clearTimeout(this.#lease);
    const failure = failures.find((each) => each !== null) ?? null;
    const why = this.#stopped === null || this.#stopped === 'failure' ? 'time' : this.#stopped;
    this.#endedAt = new Date().toISOString();
    this.#phase = failure === null ? 'ended' : 'failed';
    this.#reason = failure ?? REASONS[why];
    this.#cause = failure === null ? why : 'failure';
  }
}

/** Why a stressor that nobody stopped has failed; null where it has not. */
function failureOf(name: string, { code, signal, error, output }: StressorExit): string | null {
  if (error) return `The stressor could not be started: ${error.message}.`;
  if (code === 0) return null;
  if (code === COULD_NOT_JOIN) return `The container's cgroup could not be joined: ${output}`;
  if (code === COULD_NOT_ADJUST) return `The oom_score_adj could not be given: ${output}`;
  const how = signal ?? (code !== null && code > 128 ? `signal ${code - 128}` : `exit code ${code}`);
  if (how === 'SIGKILL' || how === 'signal 9') {
    return `${name} was killed (${how}): the container ended, or the OOM killer chose its first process.`;
  }
  return `${name} ended with ${how}: ${output || 'no message'}`;
}
