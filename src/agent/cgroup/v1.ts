import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FlatKeys } from '../../core/memory/flat-keyed.js';
import { parsePressure } from '../../core/memory/pressure.js';
import { limitOf, memoryOf, V1_STAT } from '../../core/memory/working-set.js';
import type { CgroupMode } from '../../protocol/agent/types.js';
import type { CgroupAccess, CgroupReading, FoundCgroup } from './access.js';
import { FileCache } from './file-cache.js';
import { pidsBelow, pidsOf, procsFilesBelow } from './files.js';
import { CgroupTree } from './tree.js';

const STAT = new FlatKeys(...Object.values(V1_STAT), 'total_shmem', 'total_swap');
const OOM_CONTROL = new FlatKeys('oom_kill');

/** cgroup v1: the memory controller and others each in a hierarchy of their own below one directory. */
export class CgroupV1 implements CgroupAccess {
  readonly version = 1;
  readonly mode: CgroupMode;
  readonly #base: string;
  readonly #memory: string;
  /** A v2 hierarchy beside this one: systemd's place for it. */
  readonly #unified: FileCache | null;
  readonly #tree: CgroupTree;
  readonly #files: FileCache;

  /** @param base usually /sys/fs/cgroup */
  constructor(base: string) {
    this.#base = base;
    this.#memory = join(base, 'memory');
    this.#tree = new CgroupTree(this.#memory, '/');
    this.#files = new FileCache(this.#memory);
    const unified = join(base, 'unified');
    this.#unified = existsSync(join(unified, 'cgroup.controllers')) ? new FileCache(unified) : null;
    this.mode = this.#unified === null ? 'legacy' : 'hybrid';
  }

  scan(maxAgeMs: number): readonly FoundCgroup[] {
    this.#files.closeIdle();
    return this.#tree.scan(maxAgeMs);
  }

  read(path: string): CgroupReading | null {
    const files = this.#files.at(path);
    const usageBytes = files.number('memory.usage_in_bytes');
    const stat = files.keyed('memory.stat', STAT);
    const limit = files.number('memory.limit_in_bytes');
    if (usageBytes === null || stat === null || limit === null) return null;
    const pressure = this.#unified?.at(path).readOptional('memory.pressure') ?? null;
    return {
      ...memoryOf(usageBytes, V1_STAT, (key) => stat[key]),
      shmemBytes: stat.total_shmem,
      kernelBytes: files.optionalNumber('memory.kmem.usage_in_bytes'),
      swapBytes: stat.total_swap,
      limitBytes: limitOf(limit),
      limitHits: files.optionalNumber('memory.failcnt'),
      peakBytes: files.optionalNumber('memory.max_usage_in_bytes'),
      pressure: pressure === null ? null : parsePressure(pressure),
      oomKills: this.killCount(path),
    };
  }

  killCount(path: string): number | null {
    return this.#files.at(path).keyed('memory.oom_control', OOM_CONTROL)?.oom_kill ?? null;
  }

  limit(path: string): number | null {
    return limitOf(this.#files.at(path).number('memory.limit_in_bytes'));
  }

  groupKill(): null {
    return null;
  }

  forget(path: string): void {
    this.#files.forget(path);
    this.#unified?.forget(path);
  }

  close(): void {
    this.#tree.close();
    this.#files.close();
    this.#unified?.close();
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
