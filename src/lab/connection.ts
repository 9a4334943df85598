import type { ClusterError } from '../cluster/errors.js';
import type { ClusterAccess } from '../cluster/kubeconfig/load.js';
import type { CollectionState } from './collection.js';
import { connectionFailure } from './errors.js';
import type { ValueStore } from './store.js';
import type { ConnectionAccess, ConnectionFailure, ConnectionScope, ConnectionState } from './types.js';

/** A watch that breaks is usually whole again sooner than this; only then is it worth telling, ms. */
const PATIENCE_MS = 3000;
/** Failures that only the user can end; everything else may pass by itself. */
const LASTING: ReadonlySet<ConnectionFailure> = new Set<ConnectionFailure>([
  'unauthorized',
  'credential-plugin',
  'forbidden',
  'untrusted-certificate',
]);

/** Makes one true state of what the heartbeat and the Pods' watch tell. */
export class ConnectionTracker {
  readonly #store: ValueStore<ConnectionState>;
  readonly #place: {
    readonly context: string;
    readonly server: string;
    readonly namespace: string;
    readonly access: ConnectionAccess;
  };
  #beat: ClusterError | 'ok' | null = null;
  #pods: CollectionState = { phase: 'listing', error: null, listed: false, scope: null, refused: [] };
  #wasLive = false;
  #lastGood = new Date();
  #patience: NodeJS.Timeout | null = null;
  #outOfPatience = false;

  constructor(store: ValueStore<ConnectionState>, access: ClusterAccess) {
    this.#store = store;
    const { server, insecureSkipTlsVerify } = access.cluster;
    const { contextName: context, contextFile: file, namespace, userName: user } = access;
    this.#place = {
      context,
      server,
      namespace,
      access: { server, namespace, user, file, verifiesCertificate: !insecureSkipTlsVerify },
    };
    store.set({ phase: 'connecting', ...this.#place });
  }

  beat(error: ClusterError | null): void {
    this.#beat = error ?? 'ok';
    this.#update();
  }

  pods(state: CollectionState): void {
    this.#pods = state;
    if (state.listed && !this.#wasLive) {
      // What a whole list gave is shown and may get old, even where no watch ever began.
      this.#wasLive = true;
      this.#lastGood = new Date();
    }
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
      this.#lastGood = new Date();
      return { phase: 'live', ...this.#place, ...this.#scope() };
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
      const since = this.#lastGood.toISOString();
      return { phase: 'stale', ...this.#place, ...this.#scope(), since, detail: error.message };
    }
    const { context, access } = this.#place;
    return { phase: 'failed', failure, detail: error.message, context, access };
  }

  #scope(): { scope?: ConnectionScope } {
    const { scope, refused } = this.#pods;
    if (scope === null || scope === 'all') {
      return {};
    }
    return { scope: { namespaces: scope.filter((name) => !refused.includes(name)), refused } };
  }
}

function same(a: ConnectionState, b: ConnectionState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
