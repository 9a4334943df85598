import { fileURLToPath } from 'node:url';

/** The clone's folder, with a slash at its end. Compiled tools live in out/tools/. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
