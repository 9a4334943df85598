/** Steps that undo what was done, last first. A step that fails does not keep the others from being taken. */
export class Undo {
  readonly #steps: (() => Promise<unknown> | unknown)[] = [];
  #running: Promise<void> | null = null;

  add(step: () => Promise<unknown> | unknown): void {
    this.#steps.push(step);
  }

  /** Takes every step once; called again it waits for the same. Throws the first failure after the last step. */
  run(): Promise<void> {
    this.#running ??= this.#all();
    return this.#running;
  }

  async #all(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
