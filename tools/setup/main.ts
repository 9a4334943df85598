import { ensureCodeServer } from './code-server.js';
import { CHROMIUM, ensurePrograms, IP, NAMESPACES, STRESS_NG } from './debian.js';
import { SetupError } from './error.js';

/** `node tools/setup.mjs`: everything that the tests and the demo need beside the project's own packages. */
export async function main(): Promise<number> {
  try {
    await ensurePrograms([STRESS_NG, CHROMIUM, IP, ...NAMESPACES]);
    await ensureCodeServer();
    return 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`podstress: ${error.message}`);
    return 1;
  }
}
