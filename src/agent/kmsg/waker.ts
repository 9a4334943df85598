import { type ChildProcess, spawn } from 'node:child_process';

const POLL_MS = 100;
/** Without a helper that waits, polling has to be fast by itself. */
const FAST_POLL_MS = 10;
const RESTART_MS = 1000;

/**
 * Calls back when the kernel may have logged something: Node can neither poll() /dev/kmsg nor cancel a blocked
 * read, so that a small process (`cat`) waits in its stead, whose output is only the alarm. It dies with the
 * agent, even when that is killed. A slow poll goes on beside it.
 */
export class KmsgWaker {
  readonly #file: string;
  readonly #wake: () => void;
  #helper: ChildProcess | null = null;
  #poll: NodeJS.Timeout | null = null;
  #restart: NodeJS.Timeout | null = null;
  #pending: NodeJS.Immediate | null = null;
  #stopped = false;

  constructor(file: string, wake: () => void) {
    this.#file = file;
    this.#wake = wake;
  }

  start(): void {
    this.#pollEvery(POLL_MS);
    this.#startHelper();
  }

  /** Wakes once more, after others have had their turn. */
  again(): void {
    this.#pending ??= setImmediate(() => {
      this.#pending = null;
      if (!this.#stopped) this.#wake();
    });
  }

  stop(): void {
    this.#stopped = true;
    if (this.#poll) clearInterval(this.#poll);
    if (this.#restart) clearTimeout(this.#restart);
    this.#helper?.kill('SIGKILL');
  }

  #pollEvery(ms: number): void {
    if (this.#poll) clearInterval(this.#poll);
    this.#poll = setInterval(this.#wake, ms);
  }

  #startHelper(): void {
    const helper = spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'cat', '--', this.#file], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#helper = helper;
    helper.stdout.on('data', () => this.again());
    helper.once('error', () => {
      if (!this.#stopped) this.#pollEvery(FAST_POLL_MS);
    });
    // cat ends when the ring overtakes it (EPIPE): a new one starts over from the oldest record, harmlessly.
    helper.once('exit', () => {
      if (!this.#stopped) this.#restart = setTimeout(() => this.#startHelper(), RESTART_MS);
    });
  }
}
