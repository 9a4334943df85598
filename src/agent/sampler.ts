import { setImmediate as nextTurn } from 'node:timers/promises';
import { type LimitLevel, limitLevel } from '../core/cgroup/path.js';
import type { MemorySample } from '../protocol/agent/types.js';
import type { FoundCgroup } from './cgroup/access.js';
import { type EffectiveLimit, lower, parentOf } from './cgroup/limits.js';
import type { CgroupRegistry } from './cgroup/registry.js';

/** A container that started since is seen this long after at the latest, ms. */
const SCAN_MS = 1000;
/** What was read so shortly before for somebody else is not read again, ms. */
const SHARED_MS = 50;
/** After so many everything else of the agent gets its turn, kills above all: a few milliseconds. */
const SLICE = 32;

interface Taken {
  /** ms */
  readonly at: number;
  /** Null: the cgroup was gone. */
  readonly sample: MemorySample | null;
}

/**
 * Measures cgroups for whoever watches them, and nothing else: those asked for by several at about the same time are
 * read once.
 */
export class Sampler {
  readonly #registry: CgroupRegistry;
  readonly #taken = new Map<string, Taken>();
  readonly #limits = new Map<string, { readonly at: number; readonly limit: EffectiveLimit | null }>();
  readonly #levels = new Map<string, LimitLevel | null>();
  #busyMs = 0;

  constructor(registry: CgroupRegistry) {
    this.#registry = registry;
  }

  /** The time spent reading so far, seconds. */
  get busySeconds(): number {
    return this.#busyMs / 1000;
  }

  /**
   * A SampleLine with the containers asked for (null: all) and their Pods, as NDJSON in pieces: the whole would be a
   * large string each second. Those that are gone are left out. No figure is older than 50 ms before the line's time.
   */
  async *line(ids: ReadonlySet<string> | null): AsyncGenerator<string> {
    const containers = this.#containers(ids);
    const pods = this.#pods(ids === null ? null : containers);
    yield `{"type":"sample","time":"${new Date().toISOString()}","containers":[`;
    yield* this.#texts(containers);
    yield '],"pods":[';
    yield* this.#texts(pods);
    yield ']}\n';
  }

  /** The memory of all containers as it was at most `maxAgeMs` ago. */
  async containers(maxAgeMs: number): Promise<MemorySample[]> {
    const samples: MemorySample[] = [];
    for await (const slice of this.#slices(this.#containers(null), maxAgeMs)) samples.push(...slice);
    return samples;
  }

  #containers(ids: ReadonlySet<string> | null): readonly FoundCgroup[] {
    const all = this.#registry.containers(SCAN_MS);
    return ids === null ? all : all.filter(({ identity }) => ids.has(identity?.containerId ?? ''));
  }

  /** The Pods of these containers; null: all. */
  #pods(containers: readonly FoundCgroup[] | null): readonly FoundCgroup[] {
    const all = this.#registry.pods(SCAN_MS);
    if (containers === null) return all;
    const uids = new Set(containers.map(({ identity }) => identity?.uid));
    return all.filter(({ identity }) => uids.has(identity?.uid));
  }

  async *#texts(wanted: readonly FoundCgroup[]): AsyncGenerator<string> {
    let comma = '';
    for await (const slice of this.#slices(wanted, SHARED_MS)) {
      if (slice.length === 0) continue;
      yield comma + slice.map((sample) => JSON.stringify(sample)).join(',');
      comma = ',';
    }
  }

  async *#slices(wanted: readonly FoundCgroup[], maxAgeMs: number): AsyncGenerator<MemorySample[]> {
    const oldest = performance.now() - maxAgeMs;
    for (let from = 0; from < wanted.length; from += SLICE) {
      if (from > 0) await nextTurn();
      const startedAt = performance.now();
      const slice = wanted.slice(from, from + SLICE).map((found) => this.#sample(found, oldest));
      this.#busyMs += performance.now() - startedAt;
      yield slice.filter((sample) => sample !== null);
    }
    this.#forgetGone();
  }

  #sample({ path, identity }: FoundCgroup, oldest: number): MemorySample | null {
    const before = this.#taken.get(path);
    if (before && before.at >= oldest) return before.sample;
    const at = performance.now();
    const reading = this.#registry.access.read(path);
    let sample: MemorySample | null = null;
    if (reading !== null && identity !== null) {
      const limit = lower(reading.limitBytes, path, this.#limitAbove(path, oldest));
      const effectiveLimitBytes = limit?.bytes ?? null;
      sample = { identity, ...reading, effectiveLimitBytes, effectiveLimitLevel: this.#level(limit, path) };
    }
    this.#taken.set(path, { at, sample });
    return sample;
  }

  /** The limit that the cgroup above will meet first; read once for all that is below. */
  #limitAbove(path: string, oldest: number): EffectiveLimit | null {
    const above = parentOf(path);
    if (above === null) return null;
    const before = this.#limits.get(above);
    if (before && before.at >= oldest) return before.limit;
    const at = performance.now();
    const limit = lower(this.#registry.access.limit(above), above, this.#limitAbove(above, oldest));
    this.#limits.set(above, { at, limit });
    return limit;
  }

  #level(limit: EffectiveLimit | null, path: string): LimitLevel | null {
    if (limit === null) return null;
    const known = this.#levels.get(limit.path);
    if (known !== undefined) return known;
    const level = limitLevel(limit.path, path);
    this.#levels.set(limit.path, level);
    return level;
  }

  #forgetGone(): void {
    const known = this.#registry.all(Number.POSITIVE_INFINITY);
    for (const kept of [this.#taken, this.#limits, this.#levels]) {
      if (kept.size <= known.size) continue;
      for (const path of kept.keys()) if (!known.has(path)) kept.delete(path);
    }
  }
}
