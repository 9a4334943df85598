import type { BackoffOptions } from '../cluster/backoff.js';
import type { JsonRecord } from '../cluster/decode.js';
import type { ClusterError } from '../cluster/errors.js';
import { Reflector, type ReflectorState } from '../cluster/reflector.js';
import type { Transport } from '../cluster/transport.js';

export interface CollectionOptions<T> {
  readonly transport: Transport;
  /** The collection of all namespaces. */
  readonly everywhere: string;
  /** The collection of one namespace. */
  readonly within: (namespace: string) => string;
  /** Restricts the collection, e.g. `{ fieldSelector: 'reason=Unhealthy' }`. */
  readonly query?: Readonly<Record<string, string>>;
  /** Read one by one where the user may not read all. */
  readonly namespaces: readonly string[];
  readonly project: (object: JsonRecord) => T | null;
  readonly signal: AbortSignal;
  readonly onItems: () => void;
  readonly onState: () => void;
  readonly backoff: BackoffOptions;
}

export interface CollectionState {
  /** `live` only when every part is. */
  readonly phase: ReflectorState['phase'];
  readonly error: ClusterError | null;
  /** Whether anything was once read whole. */
  readonly listed: boolean;
  /** All namespaces, or those that are read one by one; null while that is not known. */
  readonly scope: 'all' | readonly string[] | null;
  /** Those of `scope` that the user may not read. */
  readonly refused: readonly string[];
}

interface Part<T> {
  readonly reflector: Reflector<T>;
  /** Null: all. */
  readonly namespace: string | null;
  state: ReflectorState;
}

/**
 * One kind of object in all namespaces, or, where that is forbidden, in the namespaces that are given. Being
 * refused there too is a state, not an end: rights may come.
 */
export class Collection<T> {
  readonly #options: CollectionOptions<T>;
  #parts: Part<T>[] = [];
  #scope: CollectionState['scope'] = null;

  constructor(options: CollectionOptions<T>) {
    this.#options = options;
  }

  /** All items; the keys of the parts never overlap. */
  *items(): IterableIterator<[string, T]> {
    for (const part of this.#parts) {
      yield* part.reflector.items;
    }
  }

  get(key: string): T | undefined {
    for (const part of this.#parts) {
      const item = part.reflector.items.get(key);
      if (item !== undefined) {
        return item;
      }
    }
    return undefined;
  }

  get state(): CollectionState {
    const refused = this.#parts.filter(isRefused);
    // What is refused is no trouble as long as something may be read.
    const parts =
      refused.length < this.#parts.length ? this.#parts.filter((part) => !isRefused(part)) : refused;
    const troubled = parts.find((part) => part.state.phase === 'retrying');
    const listing = parts.find((part) => part.state.phase === 'listing');
    const shown = troubled ?? listing ?? parts[0];
    return {
      phase: shown?.state.phase ?? 'listing',
      error: shown?.state.error ?? null,
      listed: parts.some((part) => part.state.listed),
      scope: this.#scope,
      refused: refused.flatMap(({ namespace }) => namespace ?? []),
    };
  }

  /** Makes every watch anew. */
  reconnect(): void {
    for (const part of this.#parts) {
      part.reflector.reconnect();
    }
  }

  /** Runs until the signal aborts; never rejects. */
  async run(): Promise<void> {
    const { everywhere, within, namespaces, signal } = this.#options;
    await this.#runParts([{ path: everywhere, namespace: null }], 'all');
    if (!signal.aborted) {
      const places = namespaces.map((namespace) => ({ path: within(namespace), namespace }));
      await this.#runParts(places, namespaces);
    }
  }

  /** Keeps the parts until the signal aborts or reading all namespaces turns out to be forbidden. */
  async #runParts(
    places: readonly { readonly path: string; readonly namespace: string | null }[],
    scope: 'all' | readonly string[],
  ): Promise<void> {
    const { signal, transport, query, project, onItems, onState, backoff } = this.#options;
    const controller = new AbortController();
    const end = (): void => controller.abort();
    signal.addEventListener('abort', end, { once: true });
    this.#scope = scope === 'all' ? null : scope;
    this.#parts = places.map(({ path, namespace }) => {
      const part: Part<T> = {
        namespace,
        reflector: new Reflector<T>({
          transport,
          path,
          ...(query === undefined ? {} : { query }),
          project,
          onItems,
          signal: controller.signal,
          backoff,
          onState: (state) => {
            part.state = state;
            if (scope === 'all' && state.error?.kind === 'forbidden') {
              end();
            } else if (state.phase === 'live') {
              this.#scope = scope;
            }
            onState();
          },
        }),
        state: { phase: 'listing', error: null, listed: false },
      };
      return part;
    });
    await Promise.all(this.#parts.map((part) => part.reflector.run()));
    signal.removeEventListener('abort', end);
  }
}

function isRefused({ namespace, state }: Part<unknown>): boolean {
  return namespace !== null && state.phase === 'retrying' && state.error?.kind === 'forbidden';
}
