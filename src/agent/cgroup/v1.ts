import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parsePressure } from '../../core/memory/pressure.js';
import { flatKeyed, memoryFromV1, parseLimit } from '../../core/memory/working-set.js';
import type { CgroupMode } from '../../protocol/agent/types.js';
import type { CgroupAccess, CgroupReading, FoundCgroup } from './access.js';
import { FileCache } from './file-cache.js';
import { pidsBelow, pidsOf, procsFilesBelow } from './files.js';
import { CgroupTree } from './tree.js';

/** cgroup v1: the memory controller and others each in a hierarchy of their own below one directory. */
export class CgroupV1 implements CgroupAccess {
  readonly version = 1;
  readonly mode: CgroupMode;
  readonly scope: string;
  readonly #base: string;
  readonly #memory: string;
  /** A v2 hierarchy beside this one: systemd's place for it. */
  readonly #unified: string | null;
  readonly #tree: CgroupTree;
  readonly #files = new FileCache();

  /** @param base usually /sys/fs/cgroup */
  constructor(base: string, scope: string) {
    this.scope = scope;
    this.#base = base;
    this.#memory = join(base, 'memory');
    this.#tree = new CgroupTree(this.#memory, scope);
    const unified = join(base, 'unified');
    this.#unified = existsSync(join(unified, 'cgroup.controllers')) ? unified : null;
    this.mode = this.#unified === null ? 'legacy' : 'hybrid';
  }

  scan(maxAgeMs: number): readonly FoundCgroup[] {
    this.#files.closeIdle();
    return this.#tree.scan(maxAgeMs);
  }

  read(path: string): CgroupReading | null {
    const usage = this.#files.read(join(this.#memory, path, 'memory.usage_in_bytes'));
    const stat = this.#files.read(join(this.#memory, path, 'memory.stat'));
    const limit = this.#files.read(join(this.#memory, path, 'memory.limit_in_bytes'));
    if (usage === null || stat === null || limit === null) return null;
    const pressure =
      this.#unified === null ? null : this.#files.readOptional(join(this.#unified, path, 'memory.pressure'));
    return {
      ...memoryFromV1(usage, stat),
      shmemBytes: flatKeyed(stat, 'total_shmem'),
      kernelBytes: this.#number(path, 'memory.kmem.usage_in_bytes'),
      swapBytes: flatKeyed(stat, 'total_swap'),
      limitBytes: parseLimit(limit),
      limitHits: this.#number(path, 'memory.failcnt'),
      peakBytes: this.#number(path, 'memory.max_usage_in_bytes'),
      pressure: pressure === null ? null : parsePressure(pressure),
      oomKills: this.killCount(path),
    };
  }

  killCount(path: string): number | null {
    const control = this.#files.read(join(this.#memory, path, 'memory.oom_control'));
    return control === null ? null : flatKeyed(control, 'oom_kill');
  }

  limit(path: string): number | null {
    const limit = this.#files.read(join(this.#memory, path, 'memory.limit_in_bytes'));
    return limit === null ? null : parseLimit(limit);
  }

  groupKill(): null {
    return null;
  }

  forget(path: string): void {
    this.#files.closeBelow(join(this.#memory, path));
    if (this.#unified !== null) this.#files.closeBelow(join(this.#unified, path));
  }

  #number(path: string, file: string): number | null {
    const text = this.#files.readOptional(join(this.#memory, path, file));
    return text === null ? null : Number(text);
  }

  close(): void {
    this.#tree.close();
    this.#files.closeBelow('');
  }

  ownPids(path: string): number[] {
    return pidsOf(this.#memory, path);
  }

  pids(path: string): number[] {
    return pidsBelow(this.#memory, path);
  }

  procsFiles(path: string): string[] {
    return procsFilesBelow(this.#base, path);
  }
}
