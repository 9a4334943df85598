import { sweep } from '../sweep.js';
import { ownerGone } from '../watchdog.js';

/** Clears up after sandboxes that were killed; first waits for the end of the one whose name is given. */
export async function runSweep([name]: readonly string[]): Promise<void> {
  if (name !== undefined) await ownerGone(name);
  await sweep();
}
