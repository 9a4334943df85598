import type { Store } from '../../lab/types.js';

/** The store's value once it fulfils the condition; null where time or the signal ends first. */
export function until<T>(
  store: Store<T>,
  condition: (value: T) => boolean,
  ms: number,
  signal: AbortSignal,
): Promise<T | null> {
  return new Promise((resolve) => {
    const end = (value: T | null): void => {
      stop();
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(value);
    };
    const onAbort = (): void => end(null);
    const look = (value: T): void => {
      if (condition(value)) end(value);
    };
    const stop = store.subscribe(look);
    const timer = setTimeout(() => end(null), ms);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) end(null);
    else look(store.get());
  });
}
