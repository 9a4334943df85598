import { type ChildProcess, spawn } from 'node:child_process';
import type { ExecProcess, ExecRequest } from '../api/http/container-access.js';
import { findProgram } from '../preflight.js';
import { endOf, enterCommand, failedExec, killGroup, type RunningContainer } from './container-entry.js';
import { startTerminal } from './container-terminal.js';
import type { KubeletHost } from './host.js';
import { DEFAULT_PATH } from './images.js';
import { OutputTail } from './output-tail.js';

/**
 * Runs a command in a running container: its namespaces, its cgroup, its environment. Rejects with AbortError when the
 * signal ends first (the command is killed), and with Error where it cannot be started.
 */
export function execInContainer(
  host: KubeletHost,
  container: RunningContainer,
  command: readonly string[],
  signal: AbortSignal,
): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = start(host, container, command, false);
    const output = new OutputTail();
    const abort = (): void => {
      killGroup(child);
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    child.stdout?.on('data', (chunk: Buffer) => output.add(chunk));
    child.stderr?.on('data', (chunk: Buffer) => output.add(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      signal.removeEventListener('abort', abort);
      resolve({ exitCode: code ?? 137, output: output.text() });
    });
    if (signal.aborted) abort();
  });
}

/** Starts what `kubectl exec` asks for. Never throws: what goes wrong is how it ended. */
export function openExec(host: KubeletHost, container: RunningContainer, request: ExecRequest): ExecProcess {
  const [program = '', ...args] = request.command;
  const here = findProgram(program, container.env['PATH'] ?? DEFAULT_PATH);
  // A root of its own may hold what this machine's does not.
  const found = here ?? (container.rooted ? program : null);
  if (found === null) return neverStarted(container.id, program);
  const command = [found, ...args];
  if (request.tty) return startTerminal(host, container, command, request);
  const child = start(host, container, command, request.stdin);
  if (!request.stdout) child.stdout?.resume();
  if (!request.stderr) child.stderr?.resume();
  return {
    stdin: child.stdin,
    stdout: request.stdout ? child.stdout : null,
    stderr: request.stderr ? child.stderr : null,
    ended: endOf(child),
    resize: () => undefined,
    kill: () => killGroup(child),
  };
}

function start(
  host: KubeletHost,
  container: RunningContainer,
  command: readonly string[],
  withInput: boolean,
): ChildProcess {
  const { setpriv } = host.tools;
  return spawn(setpriv, ['--pdeathsig', 'KILL', '--', ...enterCommand(host, container, command)], {
    stdio: [withInput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    env: { ...container.env },
    detached: true,
  });
}

/** As containerd words it. */
function neverStarted(containerId: string, program: string): ExecProcess {
  const what = program.includes('/')
    ? `stat ${program}: no such file or directory`
    : 'executable file not found in $PATH';
  const message =
    `failed to exec in container: failed to start exec ${JSON.stringify(containerId)}: OCI runtime exec failed: ` +
    `exec failed: unable to start container process: exec: ${JSON.stringify(program)}: ${what}: unknown`;
  return failedExec(message);
}
