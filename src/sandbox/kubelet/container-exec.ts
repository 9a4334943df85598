import { spawn } from 'node:child_process';
import type { KubeletHost } from './host.js';
import { OutputTail } from './output-tail.js';

const EXEC_SCRIPT = 'echo 0 > "$1" || exit 125; shift; exec "$@"';

/**
 * Runs a command in a running container: its namespaces, its cgroup, its environment. Rejects with AbortError when the
 * signal ends first (the command is killed), and with Error where it cannot be started.
 */
export function execInContainer(
  host: KubeletHost,
  container: {
    readonly pid: number;
    readonly cgroup: string;
    readonly hostPid: boolean;
    readonly env: Readonly<Record<string, string>>;
  },
  command: readonly string[],
  signal: AbortSignal,
): Promise<{ exitCode: number; output: string }> {
  const { tools, cgroups } = host;
  const namespaces = container.hostPid ? ['--net'] : ['--net', '--pid', '--mount'];
  const enter = [tools.nsenter, '--target', String(container.pid), ...namespaces, '--', ...command];
  const join = [tools.sh, '-c', EXEC_SCRIPT, 'sh', cgroups.procsFile(container.cgroup)];
  return new Promise((resolve, reject) => {
    const child = spawn(tools.setpriv, ['--pdeathsig', 'KILL', '--', ...join, ...enter], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...container.env },
      detached: true,
    });
    const output = new OutputTail();
    const abort = (): void => {
      killGroup(child.pid);
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    child.stdout.on('data', (chunk: Buffer) => output.add(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.add(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      signal.removeEventListener('abort', abort);
      resolve({ exitCode: code ?? 137, output: output.text() });
    });
    if (signal.aborted) abort();
  });
}

/** Ends the command with nsenter, which waits for it outside its PID namespace. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}
