import { asRecord, type JsonRecord } from '../decode.js';
import { ClusterError } from '../errors.js';

/** The fields of one object, read strictly: a wrong type names the place and is an error. */
export class Fields {
  readonly #record: JsonRecord;
  readonly #where: string;

  constructor(raw: unknown, where: string) {
    const record = asRecord(raw);
    if (record === null) {
      throw new ClusterError('protocol', `${where}: an object was expected`);
    }
    this.#record = record;
    this.#where = where;
  }

  get(key: string): unknown {
    return this.#record[key];
  }

  string(key: string): string {
    const value = this.#record[key];
    return typeof value === 'string' ? value : this.#fail(key, 'a string');
  }

  stringOrNull(key: string): string | null {
    return this.#record[key] == null ? null : this.string(key);
  }

  number(key: string): number {
    const value = this.#record[key];
    return typeof value === 'number' && Number.isFinite(value) ? value : this.#fail(key, 'a number');
  }

  numberOrNull(key: string): number | null {
    return this.#record[key] == null ? null : this.number(key);
  }

  boolean(key: string): boolean {
    const value = this.#record[key];
    return typeof value === 'boolean' ? value : this.#fail(key, 'true or false');
  }

  time(key: string): string {
    const value = this.string(key);
    return Number.isNaN(Date.parse(value)) ? this.#fail(key, 'a time') : value;
  }

  oneOf<V extends string>(key: string, values: readonly V[]): V {
    const value = values.find((one) => one === this.#record[key]);
    return value === undefined ? this.#fail(key, `one of ${values.join(', ')}`) : value;
  }

  oneOfOrNull<V extends string>(key: string, values: readonly V[]): V | null {
    return this.#record[key] == null ? null : this.oneOf(key, values);
  }

  fieldsOrNull(key: string): Fields | null {
    return this.#record[key] == null ? null : new Fields(this.#record[key], `${this.#where}.${key}`);
  }

  list(key: string, most: number): readonly unknown[] {
    const value = this.#record[key];
    return Array.isArray(value) ? value.slice(0, most) : this.#fail(key, 'a list');
  }

  #fail(key: string, expected: string): never {
    throw new ClusterError('protocol', `${this.#where}.${key}: ${expected} was expected`);
  }
}
