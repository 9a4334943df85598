import { createHash } from 'node:crypto';

export type ServerMessage =
  | { readonly kind: 'ready'; readonly kubeconfig: string; readonly digest: string }
  /** Nothing changes any more. */
  | { readonly kind: 'quiet'; readonly digest: string; readonly changes: number };

/** What a client is told: to take note from now on, or what it must show in the end. */
export type ClientOrder = { readonly kind: 'measure' } | { readonly kind: 'settle'; readonly digest: string };

/** Times in ms since the connection was asked for, sizes in bytes. */
export type ClientMessage =
  | {
      readonly kind: 'complete';
      readonly firstPageMs: number;
      readonly firstRowsMs: number;
      readonly completeMs: number;
      readonly heapAdded: number;
    }
  | {
      readonly kind: 'settled';
      readonly delayP99Ms: number;
      readonly delayMaxMs: number;
      readonly refreshesPerSecond: number;
      readonly refreshMs: number;
      /** False: what is shown never became what the server has. */
      readonly isTrue: boolean;
    };

/** One text for all Pods with their versions. */
export function digestOf(pods: readonly (readonly [key: string, version: string])[]): string {
  const lines = pods.map(([key, version]) => `${key}@${version}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
