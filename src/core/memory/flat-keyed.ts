const NEWLINE = 0x0a;
const SPACE = 0x20;
const ZERO = 0x30;
const NINE = 0x39;

/** A file of `KEY VALUE` lines (memory.stat, memory.events, memory.oom_control). Lines of other shape are left out. */
export function parseFlatKeyed(text: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    const value = Number(line.slice(space + 1));
    if (space > 0 && Number.isFinite(value)) values.set(line.slice(0, space), value);
  }
  return values;
}

/**
 * Reads some keys of such a file straight from its bytes: what is read from hundreds of files each second leaves no
 * strings behind.
 */
export class FlatKeys<Key extends string> {
  readonly #keys: readonly Key[];
  readonly #bytes: readonly Uint8Array[];

  constructor(...keys: readonly Key[]) {
    this.#keys = keys;
    this.#bytes = keys.map((key) => Uint8Array.from(key, (letter) => letter.charCodeAt(0)));
  }

  /** The whole numbers behind the keys; null where there is none. */
  read(file: Uint8Array, length: number): Record<Key, number | null> {
    const values = Object.fromEntries(this.#keys.map((key) => [key, null])) as Record<Key, number | null>;
    for (let start = 0; start < length; ) {
      let end = start;
      while (end < length && file[end] !== SPACE && file[end] !== NEWLINE) end += 1;
      const key = file[end] === SPACE ? this.#keyAt(file, start, end) : null;
      if (key !== null) values[key] = wholeNumber(file, end + 1, length);
      while (end < length && file[end] !== NEWLINE) end += 1;
      start = end + 1;
    }
    return values;
  }

  #keyAt(file: Uint8Array, start: number, end: number): Key | null {
    for (let index = 0; index < this.#bytes.length; index++) {
      const key = this.#bytes[index];
      if (key?.length !== end - start) continue;
      // From the end: keys begin alike (total_, inactive_).
      let at = key.length - 1;
      while (at >= 0 && key[at] === file[start + at]) at -= 1;
      if (at < 0) return this.#keys[index] ?? null;
    }
    return null;
  }
}

/** The digits up to the line's end; null where there is anything else. */
function wholeNumber(file: Uint8Array, start: number, length: number): number | null {
  let value = 0;
  let at = start;
  for (; at < length; at++) {
    const byte = file[at] ?? 0;
    if (byte === NEWLINE) break;
    if (byte < ZERO || byte > NINE) return null;
    value = value * 10 + (byte - ZERO);
  }
  return at === start ? null : value;
}
