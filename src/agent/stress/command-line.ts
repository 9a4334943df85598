import type { StressPlan } from '../../protocol/agent/types.js';
import type { PartOptions } from './options.js';

/** Exit codes of the script below; none of `timeout`'s or the stressors' own. */
export const COULD_NOT_JOIN = 120;
export const COULD_NOT_ADJUST = 121;

/** Waits for a program and hands on how it ended; SIGTERM makes it end the program first. */
const WAIT = `trap "kill -KILL \\$p" TERM
"$@" & p=$!
while :; do wait "$p"; code=$?; kill -0 "$p" 2>/dev/null || exit "$code"; done`;

/**
 * Joins the container's cgroups and takes its oom_score_adj before the program starts, so that its first byte is
 * already charged to the container. The program gets a PID namespace of its own within the container's: with its
 * first process the kernel ends all others and takes note of them, which the container's PID 1 may never do. The
 * shell within it waits (`unshare --fork` of util-linux 2.38 does not hand on how it ended), and ends it when its own
 * parent dies. The text is constant, all that differs comes as positional arguments: `N ADJ FILE… PROGRAM ARG…`.
 */
const ENTER = `n=$1 adj=$2; shift 2
while [ "$n" -gt 0 ]; do echo 0 > "$1" || exit ${COULD_NOT_JOIN}; shift; n=$((n-1)); done
if [ -n "$adj" ]; then echo "$adj" > /proc/self/oom_score_adj || exit ${COULD_NOT_ADJUST}; fi
exec unshare --pid -- /bin/sh -c '${WAIT}' podstress-stress "$@"`;

/** The slice and method of Chaos Mesh's cpu stress. */
const CPU = ['--cpu-load-slice', '10', '--cpu-method', 'sqrt'];

/** A ramp by stress-ng is this many steps, so that it looks like a line, where the size allows. */
const RAMP_STEPS = 16;
/** Less per step is not worth the half MiB that a worker takes for itself, bytes. */
const MIN_STEP_BYTES = 4 * 1024 * 1024;
const PAGE_BYTES = 4096;

/** What stress-ng's own choice is: killed before everything else. */
const FIRST_TO_DIE = 1000;

/** Absolute paths of the programs that stress. */
export interface Stressors {
  readonly stressNg: string;
  /** Null: not installed. */
  readonly memStress: string | null;
}

/** One program of a plan. */
export interface Stressor {
  readonly name: 'stress-ng' | 'memStress';
  readonly oomScoreAdj: number | null;
  /** Program and arguments. */
  readonly command: readonly string[];
}

/** The programs of a plan, as Chaos Mesh starts them: one for the memory, one for the CPU. */
export function stressorsOf(plan: StressPlan, options: PartOptions, programs: Stressors): Stressor[] {
  const seconds = Math.max(1, Math.ceil(plan.durationMs / 1000));
  const found: Stressor[] = [];
  const { memory, cpu } = plan;
  if (memory) {
    const oomScoreAdj = memory.oomScoreAdj ?? FIRST_TO_DIE;
    // memStress does not know stress-ng's options.
    if (programs.memStress !== null && options.memory.length === 0) {
      const command = [...atMost(seconds), programs.memStress, ...memStressArguments(memory)];
      found.push({ name: 'memStress', oomScoreAdj, command });
    } else {
      const args = [...vmArguments(memory), ...options.memory];
      found.push({ name: 'stress-ng', oomScoreAdj, command: stressNg(programs, seconds, args) });
    }
  }
  if (cpu) {
    const load = cpu.load === undefined ? [] : ['--cpu-load', String(cpu.load)];
    const args = ['--cpu', String(cpu.workers), ...load, ...CPU, ...options.cpu];
    found.push({ name: 'stress-ng', oomScoreAdj: null, command: stressNg(programs, seconds, args) });
  }
  return found;
}

function stressNg({ stressNg: program }: Stressors, seconds: number, args: readonly string[]): string[] {
  // A worker that still waits for its turn in a ramp sleeps through stress-ng's own timeout.
  return [...atMost(seconds + 1), program, '--timeout', `${seconds}s`, ...args];
}

/** Ends the program even if nobody else is left to do it. */
function atMost(seconds: number): string[] {
  return ['timeout', '--signal=KILL', `${seconds}s`];
}

/** Workers that share the size and hold it without turning it over. */
function vmArguments(memory: NonNullable<StressPlan['memory']>): string[] {
  const workers = vmWorkers(memory);
  const args = ['--vm', String(workers), '--vm-bytes', `${memory.bytes}b`, '--vm-keep', '--vm-hang', '0'];
  args.push('--no-oom-adjust');
  // stress-ng has no ramp, but it can let each worker begin so many µs after the one before.
  if (memory.rampMs !== undefined && workers > 1) {
    args.push('--backoff', String(Math.round((memory.rampMs * 1000) / (workers - 1))));
  }
  return args;
}

/** Where the memory shall grow over a time, a multiple of the workers asked for: each begins with its share at once. */
function vmWorkers({ bytes, workers, rampMs }: NonNullable<StressPlan['memory']>): number {
  if (rampMs === undefined) return workers;
  const steps = Math.min(RAMP_STEPS, Math.max(2, Math.floor(bytes / MIN_STEP_BYTES)));
  const each = Math.min(Math.ceil(steps / workers), Math.floor(bytes / PAGE_BYTES / workers));
  return workers * Math.max(1, each);
}

function memStressArguments({ bytes, workers, rampMs }: NonNullable<StressPlan['memory']>): string[] {
  const ramp = rampMs === undefined ? [] : ['--time', `${rampMs}ms`];
  return ['--workers', String(workers), '--size', `${bytes}B`, ...ramp];
}

/** Arguments of /bin/sh that run a stressor in the cgroups of these cgroup.procs files. */
export function entering({ oomScoreAdj, command }: Stressor, procsFiles: readonly string[]): string[] {
  const adj = oomScoreAdj === null ? '' : String(oomScoreAdj);
  return ['-c', ENTER, 'podstress-stress', String(procsFiles.length), adj, ...procsFiles, ...command];
}
