import type { MemoryBaselines, PodView } from './types.js';

interface Quiet {
  /** Ms since the epoch. */
  readonly measuredAt: number;
  readonly bytes: number;
  /** The measurement before: the newest may already hold the beginning of a stress. */
  readonly before: number | null;
}

/**
 * What containers hold without any experiment of ours in them: their last working set before they were stressed.
 * A forecast for an experiment that replaces a running one starts from there.
 */
export class Baselines implements MemoryBaselines {
  #quiet = new Map<string, Quiet>();

  /** Takes in the Pods of now; what is not among them is forgotten. */
  update(pods: readonly PodView[]): void {
    const next = new Map<string, Quiet>();
    for (const pod of pods) {
      for (const { containerId, memory } of pod.containers) {
        if (containerId === null) continue;
        const known = this.#quiet.get(containerId);
        if (pod.experiments.length > 0 || memory === null || memory.stale) {
          if (known !== undefined) next.set(containerId, known);
        } else if (known?.measuredAt === memory.measuredAt) {
          next.set(containerId, known);
        } else {
          const { measuredAt, workingSetBytes } = memory;
          next.set(containerId, { measuredAt, bytes: workingSetBytes, before: known?.bytes ?? null });
        }
      }
    }
    this.#quiet = next;
  }

  of(containerId: string | null): number | null {
    const quiet = containerId === null ? undefined : this.#quiet.get(containerId);
    return quiet?.before ?? quiet?.bytes ?? null;
  }
}
