import { type ChildProcess, spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { CgroupAccess } from '../cgroup/access.js';
import { pidsByNamespace, readStat } from '../node/proc.js';
import { entering, type Stressor } from './command-line.js';

const MAX_OUTPUT = 2000;
const LAST_WORDS_MS = 200;
/** How long a stressor may take until it has a PID namespace of its own, ms. */
const STARTING_MS = 1000;
/** How long the kernel may take to end what got SIGKILL, ms. */
const KILL_GRACE_MS = 5000;
const POLL_MS = 10;

/** The container that a stressor is started in. */
export interface StressTarget {
  readonly access: CgroupAccess;
  readonly cgroup: string;
  /** The cgroup to join: this one or one below it. */
  readonly joined: string;
  /** A process of the container's PID namespace. */
  readonly initPid: number;
}

/** How a stressor ended. */
export interface StressorExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It could not be started at all. */
  readonly error: Error | null;
  /** The end of what it said. */
  readonly output: string;
}

/**
 * One stressor in one container. Its first process stays outside, a child of ours that ends when the stressor has:
 * so it is we who take note of it, whatever the container's PID 1 does. All of its processes are in the session that
 * the first one leads: stress-ng overwrites the environment of its workers and its process group changes, but it
 * never leaves the session.
 */
export class StressorProcess {
  readonly stressor: Stressor;
  readonly exited: Promise<StressorExit>;
  readonly #child: ChildProcess;
  readonly #target: StressTarget;
  readonly #startedAt = performance.now();
  #output = '';
  #leaderEnded = false;
  #initKilled = false;

  /** Starts at once; a failure shows in `exited`, which never rejects. */
  constructor(stressor: Stressor, target: StressTarget) {
    this.stressor = stressor;
    this.#target = target;
    const { access, joined, initPid } = target;
    // As Chaos Mesh does: only the PID namespace is entered, program and libraries are the agent's own.
    const entered = ['/bin/sh', ...entering(stressor, access.procsFiles(joined))];
    const nsenter = ['nsenter', `--pid=/proc/${initPid}/ns/pid`, ...hostCgroups(), '--'];
    const [program = '', ...args] = [
      ...ifParentDies('KILL'),
      ...nsenter,
      ...ifParentDies('TERM'),
      ...entered,
    ];
    this.#child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: '/tmp',
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.#output = (this.#output + data.toString('utf8')).slice(-MAX_OUTPUT);
      });
    }
    this.exited = this.#exit();
  }

  /** Host pid of the first process; null where it could not be started. */
  get pid(): number | null {
    return this.#child.pid ?? null;
  }

  /** Host pids of the living processes. */
  pids(): number[] {
    const leader = this.#child.pid;
    if (leader === undefined) return [];
    const inside = this.#target.access.pids(this.#target.cgroup).filter((pid) => pid !== leader);
    const found = inside.filter((pid) => readStat(pid)?.session === leader);
    return this.#leaderEnded ? found : [leader, ...found];
  }

  /** Ends all processes and sees to it that they are gone. Throws an error that names those that would not go. */
  async end(): Promise<void> {
    const deadline = performance.now() + KILL_GRACE_MS;
    for (;;) {
      const pids = this.pids();
      if (pids.length === 0) return;
      if (performance.now() > deadline) {
        throw new Error(`Processes of the stress run are still there after SIGKILL: pid ${pids.join(', ')}.`);
      }
      for (const pid of this.#first(pids)) killIfThere(pid);
      await delay(POLL_MS);
    }
  }

  /**
   * The processes that have to be killed for all to end: PID 1 of the stressor's own namespace. Its parents then take
   * note of it and end by themselves, however long the kernel takes to free its memory. Others are killed only where
   * it never came to that.
   */
  #first(pids: readonly number[]): readonly number[] {
    const inner = pids.filter((pid) => pid !== this.#child.pid);
    const init = inner.filter((pid) => pidsByNamespace(pid).at(-1) === 1);
    if (init.length > 0) {
      this.#initKilled = true;
      return init;
    }
    const starting = !this.#leaderEnded && performance.now() - this.#startedAt < STARTING_MS;
    if (starting || this.#initKilled) return [];
    return inner.length > 0 ? inner : pids;
  }

  /** The first process's end, and a moment for its last words. Others may hold the pipes open longer. */
  #exit(): Promise<StressorExit> {
    return new Promise((resolve) => {
      const done = (end: Omit<StressorExit, 'output'>): void =>
        resolve({ ...end, output: this.#output.trim() });
      this.#child.once('error', (error) => done({ code: null, signal: null, error }));
      this.#child.once('exit', (code, signal) => {
        this.#leaderEnded = true;
        const timer = setTimeout(() => done({ code, signal, error: null }), LAST_WORDS_MS);
        this.#child.once('close', () => {
          clearTimeout(timer);
          done({ code, signal, error: null });
        });
      });
    });
  }
}

/** What makes a program get a signal when its parent ends: whatever ends the agent, ends the stress. */
function ifParentDies(signal: 'KILL' | 'TERM'): string[] {
  return ['setpriv', '--pdeathsig', signal, '--'];
}

/**
 * nsenter's flag for the host's cgroup namespace where we are in another: with `nsdelegate`, as systemd mounts cgroup
 * v2, the kernel moves no process between cgroups outside of one's own.
 */
function hostCgroups(): string[] {
  try {
    return readlinkSync('/proc/self/ns/cgroup') === readlinkSync('/proc/1/ns/cgroup')
      ? []
      : ['--cgroup=/proc/1/ns/cgroup'];
  } catch {
    // An old kernel, or PID 1 is not ours to look at: then it cannot be entered either.
    return [];
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
