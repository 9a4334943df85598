import { type KubeObject, type NamedObject, namespaceOf } from './kube-object.js';

/** One write, as watchers see it. */
export interface StoreEvent {
  readonly revision: number;
  /** `group/plural` of the resource written to. */
  readonly collection: string;
  /** Null: the object was created. */
  readonly before: KubeObject | null;
  /** Null: the object was deleted; `last` then carries its final state. */
  readonly after: KubeObject | null;
  /** The newest state, with this write's resourceVersion (also of a deleted object). */
  readonly last: KubeObject;
}

export interface StoreOptions {
  /** How many writes are remembered for watches, lists at a version and continue tokens. */
  readonly historyLength?: number;
  /** The version that the first write follows. */
  readonly firstRevision?: number;
}

const DEFAULT_HISTORY = 10_000;
const SNAPSHOTS = 4;

interface Snapshot {
  readonly collection: string;
  readonly revision: number;
  readonly objects: readonly KubeObject[];
}

/**
 * All objects, with one sequence of resource versions over all resources, as etcd has it, and the last writes.
 * It knows nothing of kinds or verbs.
 */
export class ObjectStore {
  readonly #collections = new Map<string, Map<string, KubeObject>>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  readonly #historyLength: number;
  #history: StoreEvent[] = [];
  /** The states that were last asked for: a list is read page by page. */
  #snapshots: readonly Snapshot[] = [];
  #revision: number;
  #oldest: number;

  constructor(options: StoreOptions = {}) {
    this.#historyLength = options.historyLength ?? DEFAULT_HISTORY;
    this.#revision = options.firstRevision ?? 1;
    this.#oldest = this.#revision;
  }

  /** The newest resource version. */
  get revision(): number {
    return this.#revision;
  }

  /** The oldest version from which every later write is still known. */
  get oldestRevision(): number {
    return this.#oldest;
  }

  get(collection: string, namespace: string, name: string): KubeObject | undefined {
    return this.#collections.get(collection)?.get(key(namespace, name));
  }

  /** All objects of a collection as they are now, by namespace and name. */
  list(collection: string): KubeObject[] {
    return sorted(this.#collections.get(collection) ?? new Map());
  }

  /** The objects of a collection as they were at a version; undefined where that is no longer known. */
  listAt(collection: string, revision: number): readonly KubeObject[] | undefined {
    if (revision < this.#oldest) return undefined;
    const known = this.#snapshots.find((one) => one.collection === collection && one.revision === revision);
    if (known !== undefined) return known.objects;
    const objects = this.#stateAt(collection, revision);
    this.#snapshots = [{ collection, revision, objects }, ...this.#snapshots.slice(0, SNAPSHOTS - 1)];
    return objects;
  }

  #stateAt(collection: string, revision: number): KubeObject[] {
    const objects = new Map(this.#collections.get(collection));
    for (let i = this.#history.length - 1; i >= 0; i -= 1) {
      const event = this.#history[i];
      if (event === undefined || event.revision <= revision) break;
      if (event.collection !== collection) continue;
      const id = key(namespaceOf(event.last), event.last.metadata.name);
      if (event.before === null) objects.delete(id);
      else objects.set(id, event.before);
    }
    return sorted(objects);
  }

  /** Every write to a collection after a version; undefined where some of them are forgotten. */
  eventsSince(collection: string, revision: number): StoreEvent[] | undefined {
    if (revision < this.#oldest) return undefined;
    return this.#history.filter((event) => event.revision > revision && event.collection === collection);
  }

  /** Writes what `make` returns for the new version; `make` must give the object that resourceVersion. */
  put(collection: string, make: (resourceVersion: string) => KubeObject): KubeObject {
    const revision = this.#revision + 1;
    const object = make(String(revision));
    const id = key(namespaceOf(object), object.metadata.name);
    const objects = this.#collections.get(collection) ?? new Map<string, KubeObject>();
    this.#collections.set(collection, objects);
    const before = objects.get(id) ?? null;
    objects.set(id, object);
    this.#record({ revision, collection, before, after: object, last: object });
    return object;
  }

  /** Takes an object out; `make` gives its last state the version of the deletion. */
  remove(collection: string, object: KubeObject, make: (resourceVersion: string) => KubeObject): KubeObject {
    const revision = this.#revision + 1;
    const last = make(String(revision));
    this.#collections.get(collection)?.delete(key(namespaceOf(object), object.metadata.name));
    this.#record({ revision, collection, before: object, after: null, last });
    return last;
  }

  /** Calls the listener after each write until the returned function is called. */
  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Forgets all but the newest writes, as etcd's compaction does. */
  compact(keep = 0): void {
    const dropped = this.#history.slice(0, Math.max(0, this.#history.length - keep));
    this.#history = this.#history.slice(dropped.length);
    this.#oldest = dropped.at(-1)?.revision ?? this.#oldest;
  }

  #record(event: StoreEvent): void {
    this.#revision = event.revision;
    this.#history.push(event);
    if (this.#history.length > this.#historyLength * 2) this.compact(this.#historyLength);
    for (const listener of [...this.#listeners]) listener(event);
  }
}

/** Orders as etcd's keys `namespace/name` do. */
export function storageKey(object: NamedObject): string {
  return key(namespaceOf(object), object.metadata.name);
}

function key(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

function sorted(objects: ReadonlyMap<string, KubeObject>): KubeObject[] {
  return [...objects.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, object]) => object);
}
