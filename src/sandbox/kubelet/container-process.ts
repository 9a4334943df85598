import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { SYSTEM_CGROUP } from './cgroup/cgroups.js';
import type { KubeletHost } from './host.js';
import type { OutputStream } from './log/lines.js';
import { OutputTail } from './output-tail.js';
import type { ContainerRoot } from './root.js';

export interface ContainerSpec {
  /** The container's cgroup, relative to the sandbox's. */
  readonly cgroup: string;
  /** Null: left as it is. */
  readonly oomScoreAdj: number | null;
  /** The network namespace to enter; null: the host's. */
  readonly network: string | null;
  /** Runs in the host's PID namespace (`hostPID`). */
  readonly hostPid: boolean;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** Where all of its output goes. */
  readonly log: { write(stream: OutputStream, chunk: Buffer): void; end(): void };
  /** Null: it sees this machine's files as they are. */
  readonly root: ContainerRoot | null;
  /** setpriv's arguments for its user and capabilities. */
  readonly credentials: readonly string[];
}

export interface ProcessExit {
  /** As a container runtime gives it: 128 + signal number where a signal ended it. */
  readonly exitCode: number;
}

/** Exit status of the wrapper when the process could not be put into its cgroup. */
export const WRAPPER_FAILED = 125;

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
};

const OUTER_SCRIPT = 'echo 0 > "$1" || exit 125; shift; exec "$@"';
// The first child of a shell in a new PID namespace is its PID 1. The shell tells how it ended: `unshare --fork` of
// util-linux 2.38 (Debian 12) answers 1 whatever signal killed its child.
// What the shell itself says of it ("Killed") is none of the container's output; it would be without the subshell.
const WAIT_SCRIPT = 'exec 3>&2 2>/dev/null; (exec "$@" 2>&3 3>&-); exit $?';
const INNER_SCRIPT =
  'echo 0 > "$1" || exit 125; if [ -n "$2" ]; then echo "$2" > /proc/self/oom_score_adj || exit 125; fi; ' +
  'shift 2; exec "$@"';

/** Becomes PID 1 of a new PID namespace with its own /proc, which dies with the shell that waits for it. */
function pidNamespace({ unshare, sh, setpriv }: KubeletHost['tools']): string[] {
  const first = [setpriv, '--pdeathsig', 'KILL', '--', unshare, '--mount-proc', '--'];
  return [unshare, '--pid', '--', sh, '-c', WAIT_SCRIPT, 'sh', ...first];
}

/**
 * The first process of a container. It is in its cgroup, has its oom_score_adj and its namespaces before it becomes
 * the container's command; only positional arguments reach the shell that does it.
 */
export class ContainerProcess {
  readonly output = new OutputTail();
  readonly exited: Promise<ProcessExit>;
  /** Nobody writes to its output any more, and the log has all of it. */
  readonly silent: Promise<void>;
  readonly #child: ChildProcess;
  readonly #hostPid: boolean;

  constructor(host: KubeletHost, spec: ContainerSpec) {
    const { tools, cgroups } = host;
    // Waits outside the container's cgroup: only what a container runtime would have put there is counted.
    const outer = [tools.sh, '-c', OUTER_SCRIPT, 'sh', cgroups.procsFile(SYSTEM_CGROUP)];
    const network = spec.network === null ? [] : [tools.nsenter, `--net=${spec.network}`, '--'];
    const pid = spec.hostPid ? [] : pidNamespace(tools);
    const adjust = spec.oomScoreAdj === null ? '' : String(spec.oomScoreAdj);
    const inner = [tools.sh, '-c', INNER_SCRIPT, 'sh', cgroups.procsFile(spec.cgroup), adjust];
    // The kernel forgets the death signal when the user changes: it is asked for once more.
    const user =
      spec.credentials.length === 0 ? [] : [tools.setpriv, '--pdeathsig', 'KILL', ...spec.credentials, '--'];
    const inside = [...pid, ...inner, ...user, ...spec.command];
    const rooted = spec.root === null ? inside : spec.root.enter(tools, inside);
    this.#hostPid = spec.hostPid;
    this.#child = spawn(tools.setpriv, ['--pdeathsig', 'KILL', '--', ...outer, ...network, ...rooted], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      cwd: spec.workingDirectory,
      env: { ...spec.env },
    });
    const say = (stream: OutputStream, chunk: Buffer): void => {
      this.output.add(chunk);
      spec.log.write(stream, chunk);
    };
    this.#child.stdout?.on('data', (chunk: Buffer) => say('stdout', chunk));
    this.#child.stderr?.on('data', (chunk: Buffer) => say('stderr', chunk));
    this.silent = new Promise((resolve) => {
      this.#child.once('close', () => {
        spec.log.end();
        resolve();
      });
    });
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        say('stderr', Buffer.from(`${error.message}\n`));
        resolve({ exitCode: WRAPPER_FAILED });
      });
      this.#child.once('exit', (code, signal) => {
        const number = signal === null ? 0 : (SIGNAL_NUMBERS[signal] ?? 0);
        resolve({ exitCode: code ?? 128 + number });
      });
    });
  }

  /** The host's pid of the container's PID 1; null before it is there and after it has ended. */
  get mainPid(): number | null {
    const { pid } = this.#child;
    if (pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return null;
    if (this.#hostPid) return pid;
    try {
      const [first = ''] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
      return first === '' ? null : Number(first);
    } catch {
      return null;
    }
  }

  /** Stops listening to processes that have left the container's cgroup with its output in their hands. */
  hangUp(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  /** Sends a signal to the container's PID 1, as the host does: SIGKILL cannot be ignored. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    const pid = this.mainPid;
    if (pid === null) {
      this.#child.kill('SIGKILL');
      return;
    }
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended in the meantime.
    }
  }
}
