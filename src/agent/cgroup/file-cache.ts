import { closeSync, openSync, readSync } from 'node:fs';
import { isGone } from './files.js';

/** A file that nobody read for so long is closed: each open one holds a page of kernel memory, ms. */
const IDLE_MS = 30_000;
const BUFFER_BYTES = 65_536;
/** More files than this are not kept open, whatever the limit of the process. */
const MAX_OPEN = 4096;
const UNSUPPORTED = new Set(['EOPNOTSUPP', 'ENOTSUP']);

interface OpenFile {
  readonly descriptor: number;
  /** ms */
  readAt: number;
}

/**
 * Reads small kernel files again and again through descriptors that stay open: a third of the cost of opening
 * them each time. A descriptor of a removed cgroup answers ENODEV, even where one of the same name came since.
 */
export class FileCache {
  #closedIdleAt = performance.now();
  readonly #files = new Map<string, OpenFile>();
  readonly #absent = new Set<string>();
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);

  /** The file's text, or null when it is gone. Other errors are thrown. */
  read(file: string): string | null {
    const known = this.#files.get(file);
    try {
      if (known !== undefined) {
        known.readAt = performance.now();
        return this.#readFrom(known.descriptor);
      }
    } catch (error) {
      this.close(file);
      if (!isGone(error)) throw error;
    }
    return this.#open(file);
  }

  /**
   * A file that this kernel may not have: null then. Its absence is remembered until the directory is closed, so
   * that it costs nothing to ask again; ask only for what lies in a cgroup that is known to be there.
   */
  readOptional(file: string): string | null {
    if (this.#absent.has(file)) return null;
    const text = this.#readIfSupported(file);
    if (text === null) this.#absent.add(file);
    return text;
  }

  close(file: string): void {
    const open = this.#files.get(file);
    if (open === undefined) return;
    this.#files.delete(file);
    closeSync(open.descriptor);
  }

  /** Closes what nobody reads any more; to be called now and then. */
  closeIdle(): void {
    const before = performance.now() - IDLE_MS;
    if (this.#closedIdleAt > before) return;
    this.#closedIdleAt = performance.now();
    for (const [file, { readAt }] of this.#files) if (readAt < before) this.close(file);
  }

  /** Closes what lies below a directory that is gone. */
  closeBelow(directory: string): void {
    const below = `${directory}/`;
    for (const file of this.#files.keys()) if (file.startsWith(below)) this.close(file);
    for (const file of this.#absent) if (file.startsWith(below)) this.#absent.delete(file);
  }

  /** With psi=0, kernels before 5.13 have memory.pressure and refuse to read it. */
  #readIfSupported(file: string): string | null {
    try {
      return this.read(file);
    } catch (error) {
      if (error instanceof Error && 'code' in error && UNSUPPORTED.has(String(error.code))) return null;
      throw error;
    }
  }

  #open(file: string): string | null {
    let descriptor: number;
    try {
      descriptor = openSync(file, 'r');
    } catch (error) {
      if (isGone(error)) return null;
      throw error;
    }
    const keep = this.#files.size < MAX_OPEN;
    try {
      const text = this.#readFrom(descriptor);
      if (keep) this.#files.set(file, { descriptor, readAt: performance.now() });
      else closeSync(descriptor);
      return text;
    } catch (error) {
      closeSync(descriptor);
      if (isGone(error)) return null;
      throw error;
    }
  }

  #readFrom(descriptor: number): string {
    return this.#buffer.toString('latin1', 0, readSync(descriptor, this.#buffer, 0, BUFFER_BYTES, 0));
  }
}
