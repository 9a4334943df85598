import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from './command.js';
import { descendants, startTicks } from './process-table.js';

export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Gets the child's stderr, and its stdout too unless `onStdout` takes that. */
  readonly logFile: string;
  readonly onStdout?: (text: string) => void;
}

/**
 * Starts a process in a group of its own (the terminal's Ctrl-C reaches only us, who end it in order) that the kernel
 * tells to end should we die without ending it.
 */
export function startTied(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const setpriv = findProgram('setpriv');
  const [file, argv] =
    setpriv === null ? [command, args] : [setpriv, ['--pdeathsig', 'TERM', '--', command, ...args]];
  return spawn(file, argv, { ...options, detached: true });
}

/** As `startTied`, with its output in a log file. */
export function startLogged(command: string, args: readonly string[], options: ChildOptions): ChildProcess {
  const child = startTied(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  const log = createWriteStream(options.logFile);
  child.stderr?.pipe(log, { end: false });
  const { onStdout } = options;
  if (onStdout === undefined) child.stdout?.pipe(log, { end: false });
  else child.stdout?.setEncoding('utf8').on('data', onStdout);
  child.once('close', () => log.end());
  child.once('error', () => log.end());
  return child;
}

/**
 * Asks the child to end and waits until its whole family is gone, as grandchildren may outlive it and write on. What
 * is still there after the time (ms) is killed.
 */
export async function stopChild(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.pid === undefined) return;
  const family = [child.pid, ...descendants(child.pid)].flatMap((pid) => {
    const start = startTicks(pid);
    return start === null ? [] : [{ pid, start }];
  });
  const alive = (): { pid: number; start: string }[] =>
    family.filter(({ pid, start }) => startTicks(pid) === start);
  const running = child.exitCode === null && child.signalCode === null;
  const ended = running ? once(child, 'exit') : null;
  child.kill('SIGTERM');
  const deadline = performance.now() + graceMs;
  while (alive().length > 0) {
    if (performance.now() > deadline) for (const { pid } of alive()) kill(pid);
    await sleep(25);
  }
  await ended;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
}
