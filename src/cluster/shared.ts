/** So many different texts and maps are remembered before all are forgotten: a bound, not a cache of the hottest. */
const MOST = 20_000;
/** Longer ones are hardly said twice. */
const LONGEST = 128;

/**
 * Keeps one copy of what thousands of objects say alike: names of nodes and namespaces, images, labels, resources. What
 * JSON.parse makes is a copy of its own for every time that a text occurs.
 */
export class Shared {
  #texts = new Map<string, string>();
  #maps = new Map<string, Readonly<Record<string, string | number>>>();

  text(text: string): string {
    if (text.length > LONGEST) return text;
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= MOST) this.#texts = new Map();
    this.#texts.set(text, text);
    return text;
  }

  /** A map that is the same in keys, their order and values; neither it nor the given one may be changed afterwards. */
  map<T extends Readonly<Record<string, string | number>>>(map: T): T {
    const key = JSON.stringify(map);
    const known = this.#maps.get(key);
    // The key tells texts from numbers.
    if (known !== undefined) return known as T;
    if (this.#maps.size >= MOST) this.#maps = new Map();
    this.#maps.set(key, map);
    return map;
  }
}
