import { closeSync, openSync, readSync } from 'node:fs';
import type { FlatKeys } from '../../core/memory/flat-keyed.js';
import { isGone } from './files.js';

/** A file that nobody read for so long is closed: each open one holds a page of kernel memory, ms. */
const IDLE_MS = 30_000;
/** More files than this are not kept open, whatever the limit of the process. */
const MAX_OPEN = 4096;
const UNSUPPORTED = new Set(['EOPNOTSUPP', 'ENOTSUP']);
/** The kernel's own files are shorter; one for all, as reading is synchronous. */
const BUFFER = Buffer.allocUnsafe(65_536);

const ZERO = 0x30;
const NINE = 0x39;

interface OpenFile {
  readonly descriptor: number;
  /** ms */
  readAt: number;
}

/** What the files of all directories of one cache have in common. */
interface Shared {
  open: number;
}

/**
 * Reads small kernel files again and again through descriptors that stay open: a third of the cost of opening
 * them each time. A descriptor of a removed cgroup answers ENODEV, even where one of the same name came since.
 */
export class FileCache {
  readonly #directories = new Map<string, CachedDirectory>();
  readonly #shared: Shared = { open: 0 };
  readonly #mount: string;
  #closedIdleAt = performance.now();

  constructor(mount: string) {
    this.#mount = mount;
  }

  /** @param path below the mount, starting with `/` */
  at(path: string): CachedDirectory {
    let directory = this.#directories.get(path);
    if (directory === undefined) {
      directory = new CachedDirectory(`${this.#mount}${path === '/' ? '' : path}`, this.#shared);
      this.#directories.set(path, directory);
    }
    return directory;
  }

  /** The directory is gone: closes its files. */
  forget(path: string): void {
    this.#directories.get(path)?.close(Number.POSITIVE_INFINITY);
    this.#directories.delete(path);
  }

  /** Closes what nobody reads any more; to be called now and then. */
  closeIdle(): void {
    const before = performance.now() - IDLE_MS;
    if (this.#closedIdleAt > before) return;
    this.#closedIdleAt = performance.now();
    for (const [path, directory] of this.#directories) {
      directory.close(before);
      if (directory.isClosed) this.#directories.delete(path);
    }
  }

  close(): void {
    for (const path of [...this.#directories.keys()]) this.forget(path);
  }
}

/** The files of one cgroup. */
export class CachedDirectory {
  readonly #path: string;
  readonly #shared: Shared;
  readonly #files = new Map<string, OpenFile>();
  readonly #absent = new Set<string>();

  constructor(path: string, shared: Shared) {
    this.#path = path;
    this.#shared = shared;
  }

  /** None of its files is open. */
  get isClosed(): boolean {
    return this.#files.size === 0;
  }

  /** The file's text, or null when it is gone. Other errors are thrown. */
  read(name: string): string | null {
    const length = this.#fill(name);
    return length === null ? null : BUFFER.toString('latin1', 0, length);
  }

  /** The whole number that the file begins with; null when it is gone, or begins with no digit (`max`). */
  number(name: string): number | null {
    const length = this.#fill(name);
    return length === null ? null : leadingNumber(length);
  }

  /** Some values of a file of keys and values; null when it is gone. */
  keyed<Key extends string>(name: string, keys: FlatKeys<Key>): Record<Key, number | null> | null {
    const length = this.#fill(name);
    return length === null ? null : keys.read(BUFFER, length);
  }

  /**
   * The text of a file that this kernel may not have. Its absence is remembered until the directory is forgotten, so
   * that it costs nothing to ask again; ask only for what lies in a cgroup that is known to be there.
   */
  readOptional(name: string): string | null {
    const length = this.#fillOptional(name);
    return length === null ? null : BUFFER.toString('latin1', 0, length);
  }

  optionalNumber(name: string): number | null {
    const length = this.#fillOptional(name);
    return length === null ? null : leadingNumber(length);
  }

  /** Closes the files that were not read since then, ms. */
  close(before: number): void {
    for (const [name, { readAt }] of this.#files) if (readAt < before) this.#close(name);
  }

  #fillOptional(name: string): number | null {
    if (this.#absent.has(name)) return null;
    let length: number | null = null;
    try {
      length = this.#fill(name);
    } catch (error) {
      // With psi=0, kernels before 5.13 have memory.pressure and refuse to read it.
      if (!(error instanceof Error && 'code' in error && UNSUPPORTED.has(String(error.code)))) throw error;
    }
    if (length === null) this.#absent.add(name);
    return length;
  }

  /** Reads into the buffer; the length of what was read, or null when the file is gone. */
  #fill(name: string): number | null {
    const known = this.#files.get(name);
    if (known !== undefined) {
      try {
        known.readAt = performance.now();
        return readSync(known.descriptor, BUFFER, 0, BUFFER.length, 0);
      } catch (error) {
        this.#close(name);
        if (!isGone(error)) throw error;
      }
    }
    return this.#open(name);
  }

  #open(name: string): number | null {
    let descriptor: number | null = null;
    try {
      descriptor = openSync(`${this.#path}/${name}`, 'r');
      const length = readSync(descriptor, BUFFER, 0, BUFFER.length, 0);
      if (this.#shared.open < MAX_OPEN) {
        this.#files.set(name, { descriptor, readAt: performance.now() });
        this.#shared.open += 1;
        descriptor = null;
      }
      return length;
    } catch (error) {
      if (isGone(error)) return null;
      throw error;
    } finally {
      if (descriptor !== null) closeSync(descriptor);
    }
  }

  #close(name: string): void {
    const open = this.#files.get(name);
    if (open === undefined) return;
    this.#files.delete(name);
    this.#shared.open -= 1;
    closeSync(open.descriptor);
  }
}

/** Digits at the start of the buffer, without making a string of them: most of what is read is one number. */
function leadingNumber(length: number): number | null {
  let value = 0;
  let at = 0;
  for (; at < length; at++) {
    const byte = BUFFER[at] ?? 0;
    if (byte < ZERO || byte > NINE) break;
    value = value * 10 + (byte - ZERO);
  }
  return at === 0 ? null : value;
}
