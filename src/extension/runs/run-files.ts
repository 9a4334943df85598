import type { RunRecord } from '../../core/experiment/record.js';
import { decodeRunRecord } from '../../lab/runs/decode.js';

/** A folder of small files; vscode.workspace.fs has it, and tests have one in memory. */
export interface Folder {
  /** Names and sizes (bytes); empty where the folder does not exist. */
  list(): Promise<readonly { readonly name: string; readonly size: number }[]>;
  read(name: string): Promise<string>;
  write(name: string, text: string): Promise<void>;
  delete(name: string): Promise<void>;
}

/** What is kept at most; the oldest go first. */
export interface RunLimits {
  readonly runs: number;
  readonly bytes: number;
}

const LIMITS: RunLimits = { runs: 50, bytes: 50 * 2 ** 20 };
const FILE = /^[A-Za-z0-9][-A-Za-z0-9.]{0,120}\.json$/;

/** The records of a workspace, one file each; their names begin with the time, so that the newest sort last. */
export class RunFiles {
  readonly #folder: Folder;
  readonly #warn: (message: string) => void;
  readonly #limits: RunLimits;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(folder: Folder, warn: (message: string) => void, limits: RunLimits = LIMITS) {
    this.#folder = folder;
    this.#warn = warn;
    this.#limits = limits;
  }

  /** Keeps the record, and lets the oldest go. One after the other; rejects where the folder cannot be written. */
  save(record: RunRecord): Promise<void> {
    const done = this.#writing.then(async () => {
      await this.#folder.write(`${record.id}.json`, JSON.stringify(record));
      await this.#trim();
    });
    this.#writing = done.catch(() => undefined);
    return done;
  }

  /** Newest first; what cannot be read is passed over and logged. */
  async all(): Promise<readonly RunRecord[]> {
    const names = (await this.#names()).map(({ name }) => name).reverse();
    const records = await Promise.all(names.map((name) => this.#read(name)));
    return records.filter((record) => record !== null);
  }

  /** Null: it is not there (any more), or cannot be read. */
  async get(id: string): Promise<RunRecord | null> {
    return FILE.test(`${id}.json`) ? this.#read(`${id}.json`) : null;
  }

  async delete(id: string): Promise<void> {
    if (FILE.test(`${id}.json`)) await this.#folder.delete(`${id}.json`);
  }

  async #read(name: string): Promise<RunRecord | null> {
    try {
      return decodeRunRecord(await this.#folder.read(name));
    } catch (error) {
      this.#warn(`The run ${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }

  async #names(): Promise<{ readonly name: string; readonly size: number }[]> {
    const files = await this.#folder.list();
    return files.filter(({ name }) => FILE.test(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async #trim(): Promise<void> {
    const files = await this.#names();
    let bytes = files.reduce((sum, { size }) => sum + size, 0);
    let count = files.length;
    // The one that was written last stays, however large it is.
    for (const { name, size } of files.slice(0, -1)) {
      if (count <= this.#limits.runs && bytes <= this.#limits.bytes) return;
      await this.#folder.delete(name);
      count -= 1;
      bytes -= size;
    }
  }
}
