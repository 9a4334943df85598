/** Why a run ends before its time. */
export type InterruptionReason = 'interrupted' | 'timeout';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** What a shell says of a program that Ctrl-C has ended. */
const EXIT_LEFT = 130;

/** The first signal or the end of patience aborts; a second signal leaves the program at once. */
export class Interruption {
  readonly #controller = new AbortController();
  readonly #say: (line: string) => void;
  readonly #onSignal = (): void => {
    if (this.reason === 'interrupted') {
      this.#say('left at once: what was injected may still be there');
      process.exit(EXIT_LEFT);
    }
    this.#say('stopping what was injected; once more leaves at once');
    this.#abort('interrupted');
  };
  #timer: NodeJS.Timeout | null = null;
  #reason: InterruptionReason | null = null;

  constructor(say: (line: string) => void) {
    this.#say = say;
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get reason(): InterruptionReason | null {
    return this.#reason;
  }

  /** Patience ends so many ms from now. */
  patience(ms: number): void {
    // A longer time does not fit the timer, and is no limit to anybody.
    if (ms < 2 ** 31) this.#timer = setTimeout(() => this.#abort('timeout'), ms);
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }

  #abort(reason: InterruptionReason): void {
    this.#reason ??= reason;
    this.#controller.abort();
  }
}
