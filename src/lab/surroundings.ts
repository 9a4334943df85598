import type { AgentClient } from '../cluster/agent/client.js';
import { hasStressChaos } from '../cluster/discovery.js';
import { mayDo } from '../cluster/manage.js';
import { namespaceSurroundings } from '../cluster/surroundings.js';
import type { Transport } from '../cluster/transport.js';
import { NO_SURROUNDINGS, rightKey, type Surroundings } from '../core/kubernetes/surroundings.js';
import { Poller } from './poller.js';
import type { ValueStore } from './store.js';
import { Throttle } from './throttle.js';
import type { SurroundingsInterest, WantedSurroundings } from './types.js';

/** How often objects are read that somebody wants to know of, and rights asked for, ms. */
const PERIOD_MS = 30_000;
const RIGHTS_MS = 5 * 60_000;
/** How long a kind that may not be read at all is left alone, ms. */
const REFUSED_MS = 2 * 60_000;
/** Answers that come together are told together, ms. */
const TELL_MS = 200;
/** Of one interest no more are looked at, in the order of their names: the load on the cluster stays small. */
const MOST_NAMESPACES = 32;
const MOST_NODES = 16;
/** The key under which the cluster as a whole is asked for; no namespace has this name. */
const CLUSTER = '';
const NOT_FOR_ALL = (): boolean => false;

/** What all views together want to know of the surroundings. It outlives a session. */
export class SurroundingsInterests {
  readonly #wanted = new Map<symbol, WantedSurroundings>();
  #listeners: (() => void)[] = [];

  open(): SurroundingsInterest {
    const own = Symbol('surroundings');
    return {
      want: (wanted) => {
        this.#wanted.set(own, wanted);
        this.#changed();
      },
      dispose: () => {
        this.#wanted.delete(own);
        this.#changed();
      },
    };
  }

  /** Null: nobody wants to know anything. */
  get all(): WantedSurroundings | null {
    const all = [...this.#wanted.values()];
    if (all.length === 0) return null;
    return {
      // Bounded one by one: an interest in very many does not push another's aside.
      namespaces: new Set(all.flatMap(({ namespaces }) => [...namespaces].sort().slice(0, MOST_NAMESPACES))),
      rights: all.flatMap(({ rights }) => [...rights]),
      nodes: new Set(all.flatMap(({ nodes }) => [...nodes].sort().slice(0, MOST_NODES))),
    };
  }

  /** Calls the listener after each change; returns the way to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.push(listener);
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

export interface SurroundingsWatchOptions {
  readonly transport: Transport;
  readonly signal: AbortSignal;
  readonly interests: SurroundingsInterests;
  readonly surroundings: ValueStore<Surroundings>;
  /** The agent on a node; null where none answers. */
  readonly agentOf: (nodeName: string) => Pick<AgentClient, 'node'> | null;
}

/** Reads, while somebody wants it, what stands around the Pods of a few namespaces. What fails stays as it was. */
export class SurroundingsWatch {
  readonly #options: SurroundingsWatchOptions;
  readonly #places: Poller;
  readonly #rights: Poller;
  readonly #nodes: Poller;
  readonly #tell: Throttle;
  #now: { -readonly [Key in keyof Surroundings]: Surroundings[Key] } = { ...NO_SURROUNDINGS };

  constructor(options: SurroundingsWatchOptions) {
    this.#options = options;
    const { signal } = options;
    const common = { refusedMs: REFUSED_MS, onTurn: () => undefined, concernsAll: NOT_FOR_ALL, signal };
    this.#tell = new Throttle(TELL_MS, () => options.surroundings.set({ ...this.#now }));
    this.#places = new Poller({
      ...common,
      periodMs: PERIOD_MS,
      ask: (key, until) => this.#askPlace(key, until),
    });
    this.#rights = new Poller({
      ...common,
      periodMs: RIGHTS_MS,
      ask: (key, until) => this.#askRight(key, until),
    });
    this.#nodes = new Poller({
      ...common,
      periodMs: PERIOD_MS,
      ask: (key, until) => this.#askNode(key, until),
    });
  }

  /** Runs until the signal aborts; never rejects. */
  async run(): Promise<void> {
    const { interests, signal } = this.#options;
    const stop = interests.onChange(() => this.#want());
    this.#want();
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    stop();
    await Promise.all([this.#places.ended(), this.#rights.ended(), this.#nodes.ended()]);
    this.#tell.dispose();
  }

  #want(): void {
    const wanted = this.#options.interests.all;
    const namespaces = wanted?.namespaces ?? new Set<string>();
    const rights = (wanted?.rights ?? []).filter(
      ({ namespace }) => namespace === CLUSTER || namespaces.has(namespace),
    );
    const keys = new Set(rights.map(({ namespace, resource }) => rightKey(namespace, resource)));
    this.#places.want(wanted === null ? [] : [CLUSTER, ...namespaces]);
    this.#rights.want(keys);
    const nodes = wanted?.nodes ?? new Set<string>();
    this.#nodes.want(nodes);
    // What is no longer looked at gets old: better not known.
    this.#now.namespaces = kept(this.#now.namespaces, namespaces);
    this.#now.mayCreate = kept(this.#now.mayCreate, keys);
    this.#now.availableBytes = kept(this.#now.availableBytes, nodes);
    if (wanted === null) this.#now.stressChaos = null;
    this.#tell.request();
  }

  async #askPlace(key: string, signal: AbortSignal): Promise<void> {
    const { transport } = this.#options;
    if (key === CLUSTER) {
      this.#now.stressChaos = await hasStressChaos(transport, signal);
    } else {
      const facts = await namespaceSurroundings(transport, key, signal);
      this.#now.namespaces = new Map(this.#now.namespaces).set(key, facts);
    }
    this.#tell.request();
  }

  async #askRight(key: string, signal: AbortSignal): Promise<void> {
    const [namespace = '', resource = ''] = key.split('/');
    const right = { verb: 'create', group: 'chaos-mesh.org', resource, subresource: null };
    const allowed = await mayDo(
      this.#options.transport,
      { ...right, namespace: namespace === CLUSTER ? null : namespace },
      signal,
    );
    this.#now.mayCreate = new Map(this.#now.mayCreate).set(key, allowed);
    this.#tell.request();
  }

  /** Without an answer a number would be old: then there is none. */
  async #askNode(name: string, signal: AbortSignal): Promise<void> {
    const info = await this.#options
      .agentOf(name)
      ?.node(signal)
      .catch(() => null);
    const next = new Map(this.#now.availableBytes);
    const bytes = info?.memoryAvailableBytes ?? null;
    if (bytes === null) next.delete(name);
    else next.set(name, bytes);
    this.#now.availableBytes = next;
    this.#tell.request();
  }
}

function kept<T>(map: ReadonlyMap<string, T>, keys: ReadonlySet<string>): ReadonlyMap<string, T> {
  return new Map([...map].filter(([key]) => keys.has(key)));
}
