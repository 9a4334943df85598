type Undo = () => void | Promise<void>;

/**
 * What a run must undo at its end, whatever the end is: the last first, each once, one's failure not stopping the
 * others.
 */
export class Cleanup {
  readonly #undos: Undo[] = [];
  #running: Promise<void> | null = null;

  /** Undoes it at the end (at once, where the end has already begun). */
  defer(undo: Undo): void {
    if (this.#running === null) this.#undos.push(undo);
    else this.#running = this.#running.then(() => attempt(undo));
  }

  /** Ends the run; a second call waits for the first. */
  run(): Promise<void> {
    this.#running ??= this.#undoAll();
    return this.#running;
  }

  async #undoAll(): Promise<void> {
    for (let undo = this.#undos.pop(); undo !== undefined; undo = this.#undos.pop()) await attempt(undo);
  }
}

async function attempt(undo: Undo): Promise<void> {
  try {
    await undo();
  } catch (error) {
    console.error(`podstress: cleaning up failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

/**
 * Runs the task with a cleanup that happens when it ends, fails, or a signal (Ctrl-C, kill, closed terminal) comes:
 * `signal` aborts then, and once all is undone the process exits, with `endedByUser` or 128 + the signal's number. A
 * second Ctrl-C does not hurry it.
 */
export async function withCleanup<T>(
  task: (cleanup: Cleanup, signal: AbortSignal) => Promise<T>,
  { endedByUser }: { readonly endedByUser?: number } = {},
): Promise<T> {
  const cleanup = new Cleanup();
  const abort = new AbortController();
  const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
  const onSignal = (name: NodeJS.Signals): void => {
    if (abort.signal.aborted) return;
    abort.abort(new Error(`ended by ${name}`));
    const code = endedByUser ?? 128 + (numbers[name as keyof typeof numbers] ?? 0);
    void cleanup.run().then(() => process.exit(process.exitCode === 1 ? 1 : code));
  };
  const names = Object.keys(numbers) as (keyof typeof numbers)[];
  for (const name of names) process.on(name, onSignal);
  try {
    return await task(cleanup, abort.signal);
  } finally {
    await cleanup.run();
    // The signal's own handler exits; what the aborted task would still say is of no use to anyone.
    if (abort.signal.aborted) await new Promise(() => {});
    for (const name of names) process.off(name, onSignal);
  }
}
