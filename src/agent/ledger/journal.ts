import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import type { EntryRing, NewEntry, StoredEntry } from './ring.js';

const MAX_BYTES = 8 * 1024 * 1024;
const KEPT_BYTES = 4 * 1024 * 1024;

/** First line: the boot that kernel numbers belong to, and the last record that is wholly accounted for. */
interface Head {
  readonly boot: string;
  readonly from: number;
}

interface Line {
  /** An entry as served. */
  readonly e?: { readonly seq: number };
  /** The number of its kill line in the kernel's log. */
  readonly k?: number;
  /** What is entered for cgroups now. */
  readonly a?: Readonly<Record<string, number>>;
}

/** What an agent before this one left. */
export interface Remembered {
  readonly lastSeq: number;
  readonly entries: readonly StoredEntry[];
  /** Of the same boot; else null: the kernel's numbers and the counters began anew. */
  readonly sameBoot: {
    readonly from: number;
    readonly kills: ReadonlySet<number>;
    readonly entered: Readonly<Record<string, number>>;
  } | null;
}

export interface NewLine {
  readonly entry: NewEntry;
  readonly kernelSeq: number | null;
}

/**
 * Entries and accounts on disk, written before anybody reads them: an agent that is started again, even after
 * kill -9, goes on with the same numbers, repeats nothing and takes from the kernel's ring what is missing.
 */
export class Journal {
  readonly #file: string;
  readonly #boot: string;
  #descriptor: number | null = null;
  #bytes = 0;

  readonly #log: (message: string) => void;

  constructor(file: string, boot: string, log: (message: string) => void) {
    this.#file = file;
    this.#boot = boot;
    this.#log = log;
  }

  /** Reads what is there; an empty memory where there is none or it is unreadable. */
  load(): Remembered {
    const [first, ...rest] = this.#lines();
    const head = (first ?? { boot: '', from: 0 }) as Head;
    const entries: StoredEntry[] = [];
    const kills = new Set<number>();
    const entered: Record<string, number> = {};
    for (const { e, k, a } of rest as Line[]) {
      if (e) entries.push({ seq: e.seq, line: `${JSON.stringify(e)}\n` });
      if (k !== undefined) kills.add(k);
      Object.assign(entered, a);
    }
    const sameBoot = head.boot === this.#boot ? { from: head.from, kills, entered } : null;
    return { lastSeq: entries.at(-1)?.seq ?? 0, entries, sameBoot };
  }

  /** Numbers entries, writes them down together with what they explain, and only then shows them. */
  commit(ring: EntryRing, lines: readonly NewLine[], entered: Readonly<Record<string, number>>): void {
    const numbered = lines.map(({ entry, kernelSeq }, index) => ({
      e: { ...entry, seq: ring.seq + 1 + index },
      k: kernelSeq ?? undefined,
    }));
    const texts = numbered.map((line) => JSON.stringify(line));
    if (Object.keys(entered).length > 0) texts.push(JSON.stringify({ a: entered }));
    if (texts.length > 0) this.#write(`${texts.join('\n')}\n`);
    ring.append(lines.map(({ entry }) => entry));
  }

  get full(): boolean {
    return this.#bytes > MAX_BYTES || this.#descriptor === null;
  }

  /** Starts the file anew, at a moment when all records up to `from` are accounted for. */
  rewrite(ring: EntryRing, from: number, entered: Readonly<Record<string, number>>): void {
    const head: Head = { boot: this.#boot, from };
    const entries = ring.newest(KEPT_BYTES).map(({ line }) => `{"e":${line.trimEnd()}}`);
    const text = `${[JSON.stringify(head), JSON.stringify({ a: entered }), ...entries].join('\n')}\n`;
    const draft = `${this.#file}.new`;
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, this.#file);
    this.close();
    this.#descriptor = openSync(this.#file, 'a', 0o600);
    this.#bytes = text.length;
  }

  /** Goes on with the file as it is. */
  reopen(): void {
    this.#descriptor = openSync(this.#file, 'a', 0o600);
    // A line that kill -9 cut short must not swallow the next one.
    this.#write('\n');
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #write(text: string): void {
    if (this.#descriptor === null) return;
    try {
      writeSync(this.#descriptor, text);
      this.#bytes += text.length;
    } catch (error) {
      this.#log(
        `${this.#file} cannot be written (${String(error)}): a restart would tell kills again or lose them.`,
      );
      this.close();
    }
  }

  #lines(): unknown[] {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
    this.#bytes = text.length;
    return text.split('\n').flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line) as unknown];
      } catch {
        return [];
      }
    });
  }
}
