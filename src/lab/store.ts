import type { Store } from './types.js';

/** A Store that its owner may write. A listener that throws is told to `onError` and disturbs nobody else. */
export class ValueStore<T> implements Store<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();
  readonly #onError: (error: unknown) => void;

  constructor(value: T, onError: (error: unknown) => void) {
    this.#value = value;
    this.#onError = onError;
  }

  get(): T {
    return this.#value;
  }

  subscribe(listener: (value: T) => void): () => void {
    // Wrapped, so that the same function may listen twice and each stop on its own.
    const own = (value: T): void => listener(value);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  set(value: T): void {
    this.#value = value;
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  /** Forgets all listeners: what happens after a connection's end concerns nobody. */
  dispose(): void {
    this.#listeners.clear();
  }
}
