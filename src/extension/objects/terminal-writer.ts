/** Output is handed to the terminal at most this often, ms. */
const FLUSH_MS = 16;
/** Whoever has written more than this must wait for the next flush, characters. */
const HIGH_WATER = 256 << 10;

/** Gathers what is written to a terminal, which takes everything it is given, and slows down who writes too fast. */
export class TerminalWriter {
  readonly #write: (text: string) => void;
  #held: string[] = [];
  #size = 0;
  #timer: NodeJS.Timeout | null = null;
  #waiting: (() => void)[] = [];

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Resolves when more may be written; undefined: at once. */
  write(text: string): Promise<void> | undefined {
    if (text === '') return undefined;
    this.#held.push(text);
    this.#size += text.length;
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
    return this.#size <= HIGH_WATER ? undefined : new Promise((resolve) => this.#waiting.push(resolve));
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const text = this.#held.join('');
    this.#held = [];
    this.#size = 0;
    if (text !== '') this.#write(text);
    for (const resume of this.#waiting.splice(0)) resume();
  }
}
