import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, ownerOf } from './owner.js';
import type { Tools } from './preflight.js';

/** How long a dying owner may take until it is dead, ms. */
const OWNER_TIMEOUT_MS = 30_000;

/**
 * Starts a small shell that waits for the end of this process, however it comes, and then clears up what is left of the
 * sandbox. Returns the way to end it.
 */
export function startWatchdog(tools: Tools, programs: string, name: string): () => Promise<void> {
  // `read` ends when this process, the only one that could write, has gone.
  const script = 'read -r _; exec "$@"';
  const child = spawn(tools.sh, ['-c', script, 'sh', process.execPath, programs, 'sweep', name], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.unref();
  child.on('error', () => {});
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
    child.kill('SIGKILL');
    await ended;
  };
}

/** Waits until the owner of a sandbox's name is dead. Throws Error for another name, or when it lives on. */
export async function ownerGone(name: string): Promise<void> {
  const owner = ownerOf(name);
  if (owner === null) throw new Error(`${name} is not the name of a sandbox`);
  const deadline = Date.now() + OWNER_TIMEOUT_MS;
  while (isAlive(owner)) {
    if (Date.now() > deadline) throw new Error(`the owner of ${name} is still alive`);
    await sleep(20);
  }
}
