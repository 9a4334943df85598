/** Anything that must be ended once; vscode.Disposable has this shape. */
export interface Disposable {
  dispose(): unknown;
}

/**
 * Ends what it was given, newest first. What is added after its end is ended at once, so that work which finishes
 * late (an import, a connection) cannot leak past the lifetime it belongs to.
 */
export class DisposableList implements Disposable {
  readonly #items: Disposable[] = [];
  #disposed = false;

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Adds an item and gives it back. */
  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.push(item);
    return item;
  }

  /** Adds what is to be called at the end. */
  defer(end: () => unknown): void {
    this.add({ dispose: end });
  }

  /** Ends every item, even where one throws; the first error is thrown at the end. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const errors: unknown[] = [];
    for (const item of this.#items.splice(0).reverse()) {
      try {
        item.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
