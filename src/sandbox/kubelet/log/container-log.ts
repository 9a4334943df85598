import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { LineWriter, type OutputStream } from './lines.js';

/** Beyond this a new file begins, as with the kubelet's `containerLogMaxSize`, bytes. */
const MAX_FILE_BYTES = 10 * 1024 * 1024;

/**
 * The log of one instance of a container, on disk as a container runtime keeps it. It never grows beyond 10 MiB: then
 * a new file takes the old one's place, and only that is shown from then on, as the kubelet does after a rotation.
 */
export class ContainerLog {
  readonly path: string;
  readonly #maxBytes: number;
  readonly #onFault: (error: unknown) => void;
  readonly #writers: Readonly<Record<OutputStream, LineWriter>> = {
    stdout: new LineWriter('stdout'),
    stderr: new LineWriter('stderr'),
  };
  readonly #listeners = new Set<() => void>();
  #file: number | null;
  #size = 0;
  #rotations = 0;
  #ended = false;

  /** @param onFault told once when the log cannot be written any more. Throws Error where the file cannot be made. */
  constructor(path: string, onFault: (error: unknown) => void, maxBytes = MAX_FILE_BYTES) {
    this.path = path;
    this.#maxBytes = maxBytes;
    this.#onFault = onFault;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#file = openSync(path, 'w', 0o600);
  }

  /** Nothing more will be written. */
  get ended(): boolean {
    return this.#ended;
  }

  /** How often a new file took the place of the old one. */
  get rotations(): number {
    return this.#rotations;
  }

  write(stream: OutputStream, chunk: Buffer): void {
    this.#append(this.#writers[stream].add(chunk, new Date()));
  }

  end(): void {
    if (this.#ended) return;
    for (const writer of Object.values(this.#writers)) this.#append(writer.end(new Date()));
    this.#ended = true;
    this.#close();
    this.#tell();
  }

  /** Ends it and removes the file. */
  remove(): void {
    this.end();
    rmSync(this.path, { force: true });
  }

  /** Resolves at the next change (more text, a new file, the end) or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#listeners.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#listeners.add(done);
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    });
  }

  #append(entries: Buffer): void {
    if (this.#file === null || entries.length === 0) return;
    try {
      if (this.#size > 0 && this.#size + entries.length > this.#maxBytes) this.#rotate();
      writeSync(this.#file, entries);
      this.#size += entries.length;
    } catch (error) {
      this.#close();
      this.#onFault(error);
    }
    this.#tell();
  }

  /** Whoever reads the old file can read it to its end. */
  #rotate(): void {
    this.#close();
    rmSync(this.path, { force: true });
    this.#file = openSync(this.path, 'w', 0o600);
    this.#size = 0;
    this.#rotations += 1;
  }

  #close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
