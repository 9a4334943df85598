import type { AgentClient } from '../cluster/agent/client.js';
import { ClusterError } from '../cluster/errors.js';
import { Poller } from './poller.js';
import type { ValueStore } from './store.js';
import type { ProcessList } from './types.js';

export interface ProcessWatchOptions {
  readonly signal: AbortSignal;
  readonly processes: ValueStore<ReadonlyMap<string, ProcessList>>;
  /** The agent beside the container; null where none streams. */
  readonly clientOf: (containerId: string) => AgentClient | null;
  readonly periodMs?: number;
}

const PERIOD_MS = 2_000;
const REFUSED_MS = 10_000;

/** The processes of the containers that are looked at, as their nodes' agents tell them. */
export class ProcessWatch {
  readonly #options: ProcessWatchOptions;
  readonly #poller: Poller;
  #wanted: ReadonlySet<string> = new Set();

  constructor(options: ProcessWatchOptions) {
    this.#options = options;
    const { signal, clientOf, periodMs = PERIOD_MS } = options;
    this.#poller = new Poller({
      periodMs,
      refusedMs: REFUSED_MS,
      signal,
      ask: async (id, ends) => {
        const client = clientOf(id);
        if (client === null) {
          throw new ClusterError('not-found', 'no node agent streams from the node of this container');
        }
        this.#put(id, { processes: await client.processes(id, ends), readAt: Date.now(), detail: null });
      },
      onTurn: (id, error) => {
        if (error !== null) {
          this.#put(id, { processes: [], readAt: Date.now(), detail: error.message });
        }
      },
      concernsAll: () => false,
    });
  }

  /** Ids of the containers whose processes are looked at from now on; those of others are forgotten. */
  want(containerIds: ReadonlySet<string>): void {
    this.#wanted = containerIds;
    this.#poller.want(containerIds);
    const before = this.#options.processes.get();
    const kept = [...before].filter(([id]) => containerIds.has(id));
    if (kept.length < before.size) {
      this.#options.processes.set(new Map(kept));
    }
  }

  /** Resolves when no request is open any more; the signal ends them. */
  ended(): Promise<void> {
    return this.#poller.ended();
  }

  #put(id: string, list: ProcessList): void {
    if (this.#wanted.has(id)) {
      this.#options.processes.set(new Map([...this.#options.processes.get(), [id, list]]));
    }
  }
}
