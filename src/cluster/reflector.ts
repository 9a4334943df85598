import { Backoff, type BackoffOptions, sleep } from './backoff.js';
import { asArray, asRecord, asString, type JsonRecord } from './decode.js';
import { ClusterError, type ClusterErrorKind, networkError, watchError } from './errors.js';
import { lineBatches, parseLine } from './ndjson.js';
import type { Transport } from './transport.js';

export interface ReflectorState {
  /** `live`: the items are what the server has, as far as the watch has told. */
  readonly phase: 'listing' | 'live' | 'retrying';
  /** Why it is retrying; null otherwise. */
  readonly error: ClusterError | null;
  /** Whether the items were once those of a whole list. */
  readonly listed: boolean;
}

export interface ReflectorOptions<T> {
  readonly transport: Transport;
  /** The collection, e.g. `/api/v1/pods`. */
  readonly path: string;
  /** Restricts the collection, e.g. `{ labelSelector: 'a=b' }`. */
  readonly query?: Readonly<Record<string, string>>;
  /** Keeps what is needed of an object; null: not an object one can use. */
  readonly project: (object: JsonRecord) => T | null;
  readonly signal: AbortSignal;
  /** Called after `items` has changed, once per page or per chunk of the watch. */
  readonly onItems: () => void;
  readonly onState: (state: ReflectorState) => void;
  readonly backoff?: BackoffOptions;
  /** How long the server lets one watch run, s; drawn between this and twice this. */
  readonly watchSeconds?: number;
}

/** Objects of one page of a list. */
const PAGE = 500;
const MAX_LINE_BYTES = 16 << 20;
/** A watch that ended sooner without an event was refused in all but name (some servers close a stale one silently). */
const CLOSED_AT_ONCE_MS = 1000;
/** Later than the server's own time limit by this much, a silent watch is a dead connection, ms. */
const OVERDUE_MS = 10_000;

const WATCH_SECONDS = 240;
/** After these a watch may go on where it broke; after anything else only a new list is sure. */
const RESUMABLE: ReadonlySet<ClusterErrorKind> = new Set<ClusterErrorKind>([
  'unreachable',
  'timeout',
  'protocol',
  'throttled',
  'unauthorized',
]);
/** Breaks that the version may be to blame for; a server that is away, busy or wants a login says nothing of it. */
const SUSPICIOUS: ReadonlySet<ClusterErrorKind> = new Set<ClusterErrorKind>(['timeout', 'protocol']);
/** A watch that breaks this often in a row without a word is given up for a new list. */
const MAX_RESUMES = 3;

type WatchEnd = 'ended' | 'closed-at-once' | 'expired';

/**
 * Keeps a copy of one collection: a paged list, then a watch that resumes at the last resourceVersion seen.
 * An expired version, an ERROR event or a watch that closes at once leads to a new list; every fault is retried
 * with jitter until the signal aborts.
 */
export class Reflector<T> {
  readonly #options: ReflectorOptions<T>;
  readonly #backoff: Backoff;
  readonly #random: () => number;
  #items = new Map<string, T>();
  #watch: AbortController | null = null;
  #version: string | null = null;
  #listed = false;
  /** Suspicious breaks since anything was last heard. */
  #failures = 0;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#backoff = new Backoff(options.backoff);
    this.#random = options.backoff?.random ?? Math.random;
  }

  /** By `namespace/name` (or the name alone where there is no namespace). */
  get items(): ReadonlyMap<string, T> {
    return this.#items;
  }

  /** Breaks the running watch, so that it is made anew at once: for when the connection is known to be dead. */
  reconnect(): void {
    this.#watch?.abort();
  }

  /** Runs until the signal aborts; never rejects. */
  async run(): Promise<void> {
    const { signal, transport } = this.#options;
    while (!signal.aborted) {
      let retryAfterMs: number | null = null;
      try {
        this.#version ??= await this.#list();
        const end = await this.#watchOnce(this.#version);
        if (end === 'ended') {
          continue;
        }
        this.#version = null;
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        const failure = networkError(error, transport.server);
        if (SUSPICIOUS.has(failure.kind)) {
          this.#failures += 1;
        }
        if (!RESUMABLE.has(failure.kind) || this.#failures >= MAX_RESUMES) {
          this.#version = null;
        }
        this.#tell('retrying', failure);
        retryAfterMs = failure.retryAfterMs;
      }
      await sleep(this.#backoff.next(retryAfterMs), signal).catch(() => undefined);
    }
  }

  async #list(): Promise<string> {
    const { transport, path, query, signal } = this.#options;
    this.#tell('listing');
    const fresh = new Map<string, T>();
    const first = this.#items.size === 0;
    let token: string | undefined;
    for (;;) {
      const page = asRecord(
        await transport.json({ path, signal, query: { ...query, limit: String(PAGE), continue: token } }),
      );
      const metadata = asRecord(page?.['metadata']);
      const version = asString(metadata?.['resourceVersion']);
      if (page === null || version === null) {
        throw new ClusterError('protocol', `${path}: the answer is not a list`);
      }
      for (const item of asArray(page['items'])) {
        this.#put(fresh, item);
      }
      token = asString(metadata?.['continue']) || undefined;
      if (token === undefined || first) {
        // The first rows show as soon as they are there; a later list replaces the old one whole.
        this.#items = fresh;
        this.#options.onItems();
      }
      if (token === undefined) {
        this.#listed = true;
        // Told before the watch begins: whoever hears of a break then must know that something was read.
        this.#tell('listing');
        return version;
      }
    }
  }

  /** One watch, to its end. Throws ClusterError where it breaks before that. */
  async #watchOnce(version: string): Promise<WatchEnd> {
    const { transport, path, query, signal } = this.#options;
    const seconds = Math.ceil((this.#options.watchSeconds ?? WATCH_SECONDS) * (1 + this.#random()));
    const controller = new AbortController();
    this.#watch = controller;
    const abort = (): void => controller.abort();
    signal.addEventListener('abort', abort, { once: true });
    const overdue = setTimeout(abort, seconds * 1000 + OVERDUE_MS);
    const started = performance.now();
    const watching = { watch: '1', allowWatchBookmarks: 'true', timeoutSeconds: String(seconds) };
    let events = 0;
    try {
      const stream = await transport.stream({
        path,
        signal: controller.signal,
        query: { ...query, ...watching, resourceVersion: version },
      });
      this.#tell('live');
      for await (const lines of lineBatches(stream, MAX_LINE_BYTES)) {
        const changed = lines.map((line) => this.#apply(asRecord(parseLine(line)))).includes(true);
        events += lines.length;
        this.#calm();
        if (changed) {
          this.#options.onItems();
        }
      }
    } catch (error) {
      if (error instanceof ClusterError && error.kind === 'expired') {
        return 'expired';
      }
      throw controller.signal.aborted && !signal.aborted
        ? new ClusterError('timeout', `${transport.server}: the watch of ${path} fell silent`)
        : error;
    } finally {
      clearTimeout(overdue);
      signal.removeEventListener('abort', abort);
      this.#watch = null;
    }
    if (events === 0 && performance.now() - started < CLOSED_AT_ONCE_MS) {
      return 'closed-at-once';
    }
    this.#calm();
    return 'ended';
  }

  #tell(phase: ReflectorState['phase'], error: ClusterError | null = null): void {
    this.#options.onState({ phase, error, listed: this.#listed });
  }

  #calm(): void {
    this.#backoff.reset();
    this.#failures = 0;
  }

  /** Takes in one event; returns whether the items have changed. Throws what an ERROR event says. */
  #apply(event: JsonRecord | null): boolean {
    const object = asRecord(event?.['object']);
    const type = event?.['type'];
    if (type === 'ERROR') {
      throw watchError(object);
    }
    const metadata = asRecord(object?.['metadata']);
    const version = asString(metadata?.['resourceVersion']);
    if (object === null || version === null) {
      throw new ClusterError('protocol', `${this.#options.path}: an event without an object`);
    }
    let changed = false;
    if (type === 'ADDED' || type === 'MODIFIED') {
      changed = this.#put(this.#items, object);
    } else if (type === 'DELETED') {
      changed = this.#items.delete(keyOf(metadata));
    }
    this.#version = version;
    return changed;
  }

  #put(items: Map<string, T>, raw: unknown): boolean {
    const object = asRecord(raw);
    const metadata = asRecord(object?.['metadata']);
    if (object === null || metadata === null || asString(metadata['name']) === null) {
      return false;
    }
    const projected = this.#options.project(object);
    if (projected === null) {
      return items.delete(keyOf(metadata));
    }
    items.set(keyOf(metadata), projected);
    return true;
  }
}

function keyOf(metadata: JsonRecord | null): string {
  const name = asString(metadata?.['name']) ?? '';
  const namespace = asString(metadata?.['namespace']);
  return namespace === null ? name : `${namespace}/${name}`;
}
