import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MemorySample, SampleLine } from '../protocol/agent/types.js';
import type { FoundCgroup } from './cgroup/access.js';
import { findEffectiveLimit, levelOf } from './cgroup/limits.js';
import type { CgroupRegistry } from './cgroup/registry.js';

/** A container that started since is seen this long after at the latest, ms. */
const SCAN_MS = 1000;
/** What was read so shortly before for somebody else is not read again, ms. */
const SHARED_MS = 50;
/** After so long at a stretch everything else of the agent gets its turn: kills do not wait for samples, ms. */
const SLICE_MS = 4;

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
  readonly #limits = new Map<string, { readonly at: number; readonly bytes: number | null }>();
  #busyMs = 0;

  constructor(registry: CgroupRegistry) {
    this.#registry = registry;
  }

  /** The time spent reading so far, seconds. */
  get busySeconds(): number {
    return this.#busyMs / 1000;
  }

  /**
   * The memory of the containers asked for (null: all) and of their Pods. Those that are gone are left out. No figure
   * is older than `maxAgeMs` before the line's time.
   */
  async line(ids: ReadonlySet<string> | null, maxAgeMs = SHARED_MS): Promise<SampleLine> {
    const time = new Date().toISOString();
    const oldest = performance.now() - maxAgeMs;
    const wanted = this.#wanted(ids);
    const containers = await this.#measure(wanted.containers, oldest);
    const pods = await this.#measure(wanted.pods, oldest);
    this.#forgetGone();
    return { type: 'sample', time, containers, pods };
  }

  #wanted(ids: ReadonlySet<string> | null): {
    containers: readonly FoundCgroup[];
    pods: readonly FoundCgroup[];
  } {
    const containers = this.#registry.containers(SCAN_MS);
    const pods = this.#registry.pods(SCAN_MS);
    if (ids === null) return { containers, pods };
    const asked = containers.filter(({ identity }) => ids.has(identity?.containerId ?? ''));
    const uids = new Set(asked.map(({ identity }) => identity?.uid));
    return { containers: asked, pods: pods.filter(({ identity }) => uids.has(identity?.uid)) };
  }

  async #measure(wanted: readonly FoundCgroup[], oldest: number): Promise<MemorySample[]> {
    const samples: MemorySample[] = [];
    let startedAt = performance.now();
    for (const found of wanted) {
      const now = performance.now();
      if (now - startedAt > SLICE_MS) {
        this.#busyMs += now - startedAt;
        await nextTurn();
        startedAt = performance.now();
      }
      const sample = this.#sample(found, oldest);
      if (sample) samples.push(sample);
    }
    this.#busyMs += performance.now() - startedAt;
    return samples;
  }

  #sample({ path, identity }: FoundCgroup, oldest: number): MemorySample | null {
    const before = this.#taken.get(path);
    if (before && before.at >= oldest) return before.sample;
    const at = performance.now();
    const reading = this.#registry.access.read(path);
    let sample: MemorySample | null = null;
    if (reading !== null && identity !== null) {
      this.#limits.set(path, { at, bytes: reading.limitBytes });
      const limit = findEffectiveLimit((each) => this.#limit(each, oldest), path);
      const effectiveLimitBytes = limit?.bytes ?? null;
      sample = { identity, ...reading, effectiveLimitBytes, effectiveLimitLevel: levelOf(limit, path) };
    }
    this.#taken.set(path, { at, sample });
    return sample;
  }

  /** The limits of Pods and of all above them are read once for all that is below. */
  #limit(path: string, oldest: number): number | null {
    const before = this.#limits.get(path);
    if (before && before.at >= oldest) return before.bytes;
    const bytes = this.#registry.access.limit(path);
    this.#limits.set(path, { at: performance.now(), bytes });
    return bytes;
  }

  #forgetGone(): void {
    const known = this.#registry.all(Number.POSITIVE_INFINITY);
    if (this.#limits.size <= known.size) return;
    for (const path of this.#limits.keys()) {
      if (known.has(path)) continue;
      this.#limits.delete(path);
      this.#taken.delete(path);
    }
  }
}
