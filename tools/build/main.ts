import { bundle, removeBundles } from './bundle.js';
import { compileRooms } from './types.js';

/** `npm run build`: types of all rooms, then every bundle anew. */
export async function main(): Promise<number> {
  if (!(await compileRooms())) return 1;
  removeBundles();
  try {
    await bundle();
  } catch (error) {
    console.error(`podstress: the build failed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
  return 0;
}
