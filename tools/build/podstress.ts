import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../root.js';
import { bundle } from './bundle.js';

/** `npm run -s podstress -- ARGS`: the command line tool as built from the present sources. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    await bundle();
  } catch (error) {
    console.error(`podstress: the build failed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
  const child = spawn(process.execPath, [join(ROOT, 'dist/podstress.cjs'), ...args], {
    cwd: process.env['INIT_CWD'] ?? process.cwd(),
    stdio: 'inherit',
  });
  // The terminal sends Ctrl-C to the tool itself; a kill of this process alone is handed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (signal === null) return resolve(code ?? 1);
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    });
  });
}
