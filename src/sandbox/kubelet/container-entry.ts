import type { ChildProcess } from 'node:child_process';
import type { ExecEnd, ExecProcess } from '../api/http/container-access.js';
import type { KubeletHost } from './host.js';
import { JOIN_SCRIPT } from './pod-network.js';

/** A running container, as far as a command needs it. */
export interface RunningContainer {
  readonly id: string;
  /** The host's pid of a process in its namespaces. */
  readonly pid: number;
  readonly cgroup: string;
  readonly hostPid: boolean;
  readonly env: Readonly<Record<string, string>>;
  /** It has a root of its own. */
  readonly rooted: boolean;
  /** setpriv's arguments for its user and capabilities. */
  readonly credentials: readonly string[];
}

/** The arguments that join the container's cgroup and namespaces, then become the command. */
export function enterCommand(
  { tools, cgroups }: KubeletHost,
  container: RunningContainer,
  command: readonly string[],
): string[] {
  const { hostPid, rooted, credentials } = container;
  const namespaces = [
    '--net',
    ...(hostPid ? [] : ['--pid']),
    ...(hostPid && !rooted ? [] : ['--mount']),
    ...(rooted ? ['--root', '--wd'] : []),
  ];
  const user = credentials.length === 0 ? [] : [tools.setpriv, ...credentials, '--'];
  const enter = [tools.nsenter, '--target', String(container.pid), ...namespaces, '--', ...user, ...command];
  return [tools.sh, '-c', JOIN_SCRIPT, 'sh', cgroups.procsFile(container.cgroup), ...enter];
}

/** How the command of a child ends, after the last of its output. */
export function endOf(child: ChildProcess): Promise<ExecEnd> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ kind: 'failed', message: error.message }));
    child.once('close', (code) => resolve({ kind: 'exited', exitCode: code ?? 137 }));
  });
}

/** A command that could not be started. */
export function failedExec(message: string): ExecProcess {
  return {
    stdin: null,
    stdout: null,
    stderr: null,
    ended: Promise.resolve({ kind: 'failed', message }),
    resize: () => undefined,
    kill: () => undefined,
  };
}

/** Ends the process group of a child that leads one, so that nothing is left that waits outside the container. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}
