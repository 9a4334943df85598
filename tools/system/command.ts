import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from '../root.js';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Where the command's stdout goes: ours (default), our stderr, or nowhere. */
  readonly stdout?: 'inherit' | 'stderr' | 'ignore';
  readonly timeoutMs?: number;
}

/** Runs a command to its end in the clone's folder; answers its exit code (128 + signal where a signal ended it). */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const stdout = options.stdout === 'stderr' ? 2 : (options.stdout ?? 'inherit');
    const child = spawn(command, args, {
      cwd: options.cwd ?? ROOT,
      env: options.env ?? process.env,
      stdio: ['ignore', stdout, 'inherit'],
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs, killSignal: 'SIGKILL' }),
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 128));
  });
}

/** The full path of the first of the programs that PATH has; null where it has none of them. */
export function findProgram(...names: readonly string[]): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const name of names) {
    for (const folder of [...folders, '/usr/sbin', '/sbin']) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {}
    }
  }
  return null;
}
