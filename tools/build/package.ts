import { rmSync } from 'node:fs';
import { buildVsix, vsixPath } from './vsix.js';

/** `npm run package`: an installable VSIX in the clone's folder. */
export async function main(): Promise<number> {
  rmSync(vsixPath(), { force: true });
  await buildVsix({ verbose: true });
  return 0;
}
