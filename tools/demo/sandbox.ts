import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.js';
import { startLogged, stopChild } from '../system/child.js';
import type { Cleanup } from '../system/cleanup.js';
import { subfolder } from '../system/run-folder.js';
import { waitFor } from '../system/wait.js';

export interface DemoSandbox {
  readonly kubeconfig: string;
  /** `https://127.0.0.1:PORT`. */
  readonly server: string;
  readonly pid: number;
  /** Where it puts its temporary files: empty once it has ended. */
  readonly temporaryFolder: string;
  readonly process: ChildProcess;
}

/** Starts the sandbox with the demo's Pods (both ready when this answers) and more options, ended by the cleanup. */
export async function startSandbox(
  runFolder: string,
  cleanup: Cleanup,
  signal: AbortSignal,
  more: readonly string[] = [],
): Promise<DemoSandbox> {
  const temporaryFolder = subfolder(runFolder, 'sandbox-tmp');
  const logFile = join(runFolder, 'sandbox.log');
  let output = '';
  const args = [
    join(ROOT, 'dist/podstress.cjs'),
    'sandbox',
    '--demo',
    '--output',
    'json',
    '--kubeconfig',
    join(runFolder, 'kubeconfig'),
    ...more,
  ];
  const child = startLogged(process.execPath, args, {
    cwd: runFolder,
    env: { ...process.env, TMPDIR: temporaryFolder },
    logFile,
    onStdout: (text) => {
      output += text;
    },
  });
  cleanup.defer(() => stopChild(child, 20_000));
  const ready = await waitFor(
    'the sandbox is ready',
    () => {
      if (child.exitCode !== null)
        throw new SandboxEnded(`it ended (${child.exitCode}): ${readFileSync(logFile, 'utf8')}`);
      return readyLine(output);
    },
    { timeoutMs: 60_000, signal, giveUp: (error) => error instanceof SandboxEnded },
  );
  return { ...ready, pid: child.pid ?? 0, temporaryFolder, process: child };
}

class SandboxEnded extends Error {
  override readonly name = 'SandboxEnded';
}

function readyLine(output: string): { kubeconfig: string; server: string } | null {
  for (const line of output.split('\n').slice(0, -1)) {
    const message: { ready?: boolean; kubeconfig: string; server: string } = JSON.parse(line);
    if (message.ready === true) return { kubeconfig: message.kubeconfig, server: message.server };
  }
  return null;
}
