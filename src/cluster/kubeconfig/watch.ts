import { stat } from 'node:fs/promises';
import { sleep } from '../backoff.js';
import { type KubeconfigSource, kubeconfigFiles } from './load.js';

/** Often enough for a person who has just run `kubectl config use-context`, ms. */
const LOOK_MS = 2000;

/**
 * Waits until one of the kubeconfig's files appears, vanishes or changes against `since`, and returns their new
 * signature. It looks at the files instead of asking the system to tell: replaced files, links, network drives and
 * folders that are not there yet all come out right. Rejects with ClusterError `aborted`.
 */
export async function kubeconfigChange(
  source: KubeconfigSource,
  since: string,
  signal: AbortSignal,
  lookMs = LOOK_MS,
): Promise<string> {
  for (;;) {
    await sleep(lookMs, signal);
    const now = await kubeconfigSignature(source);
    if (now !== since) {
      return now;
    }
  }
}

/** What tells one state of the files from another. */
export async function kubeconfigSignature(source: KubeconfigSource): Promise<string> {
  const parts = kubeconfigFiles(source).paths.map(async (path) => {
    const found = await stat(path).catch(() => null);
    return found === null ? 'none' : `${found.ino}:${found.size}:${found.mtimeMs}`;
  });
  return (await Promise.all(parts)).join('|');
}
