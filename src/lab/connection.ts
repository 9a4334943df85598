import type { ClusterError } from '../cluster/errors.js';
import type { ClusterAccess } from '../cluster/kubeconfig/load.js';
import type { CollectionState } from './collection.js';
import { connectionFailure } from './errors.js';
import type { ValueStore } from './store.js';
import type { ConnectionFailure, ConnectionState } from './types.js';

/** A watch that breaks is usually whole again sooner than this; only then is it worth telling, ms. */
const PATIENCE_MS = 3000;
/** Failures that only the user can end; everything else may pass by itself. */
const LASTING: ReadonlySet<ConnectionFailure> = new Set<ConnectionFailure>([
  'unauthorized',
  'forbidden',
  'untrusted-certificate',
]);

/** Makes one true state of what the heartbeat and the Pods' watch tell. */
export class ConnectionTracker {
  readonly #store: ValueStore<ConnectionState>;
  readonly #place: { readonly context: string; readonly server: string; readonly namespace: string };
  #beat: ClusterError | 'ok' | null = null;
  #pods: CollectionState = { phase: 'listing', error: null, scope: null };
  #wasLive = false;
  #lastGood = new Date();
  #patience: NodeJS.Timeout | null = null;
  #outOfPatience = false;

  constructor(store: ValueStore<ConnectionState>, access: ClusterAccess) {
    this.#store = store;
    this.#place = {
      context: access.contextName,
      server: access.cluster.server,
      namespace: access.namespace,
    };
    store.set({ phase: 'connecting', ...this.#place });
  }

  beat(error: ClusterError | null): void {
    this.#beat = error ?? 'ok';
    this.#update();
  }

  pods(state: CollectionState): void {
    this.#pods = state;
    if (state.phase === 'retrying') {
      this.#patience ??= setTimeout(() => {
        this.#outOfPatience = true;
        this.#update();
      }, PATIENCE_MS);
    } else if (state.phase === 'live') {
      this.#endPatience();
    }
    this.#update();
  }

  dispose(): void {
    this.#endPatience();
  }

  #endPatience(): void {
    if (this.#patience !== null) {
      clearTimeout(this.#patience);
      this.#patience = null;
    }
    this.#outOfPatience = false;
  }

  #update(): void {
    const next = this.#next();
    if (next !== null && !same(next, this.#store.get())) {
      this.#store.set(next);
    }
  }

  /** Null: as it was. */
  #next(): ConnectionState | null {
    if (this.#beat !== null && this.#beat !== 'ok') {
      return this.#trouble(this.#beat);
    }
    const { phase, error, scope } = this.#pods;
    if (phase === 'live') {
      this.#wasLive = true;
      this.#lastGood = new Date();
      return { phase: 'live', ...this.#place };
    }
    if (phase === 'retrying' && error !== null) {
      // Not being allowed to read all namespaces is no failure: those of the user come next.
      const refused = error.kind === 'forbidden' ? scope !== null : LASTING.has(connectionFailure(error));
      return refused || this.#outOfPatience ? this.#trouble(error) : null;
    }
    return null;
  }

  #trouble(error: ClusterError): ConnectionState {
    const failure = connectionFailure(error);
    if (this.#wasLive && !LASTING.has(failure)) {
      return { phase: 'stale', ...this.#place, since: this.#lastGood.toISOString(), detail: error.message };
    }
    return { phase: 'failed', failure, detail: error.message, context: this.#place.context };
  }
}

function same(a: ConnectionState, b: ConnectionState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
