import { join } from 'node:path';
import { FlatKeys } from '../../core/memory/flat-keyed.js';
import { parsePressure } from '../../core/memory/pressure.js';
import { limitOf, memoryOf, V2_STAT } from '../../core/memory/working-set.js';
import type { CgroupMode } from '../../protocol/agent/types.js';
import type { CgroupAccess, CgroupReading, FoundCgroup } from './access.js';
import { FileCache } from './file-cache.js';
import { pidsBelow, pidsOf, procsFilesBelow, readIfThere } from './files.js';
import { CgroupTree } from './tree.js';

const STAT = new FlatKeys(...Object.values(V2_STAT), 'shmem', 'kernel');
const EVENTS = new FlatKeys('max', 'oom_kill');

/** cgroup v2: one hierarchy. */
export class CgroupV2 implements CgroupAccess {
  readonly version = 2;
  readonly mode: CgroupMode;
  readonly #mount: string;
  readonly #base: string;
  readonly #tree: CgroupTree;
  readonly #files: FileCache;

  /**
   * @param mount usually /sys/fs/cgroup
   * @param base the directory of all hierarchies; another than `mount` where there are v1 ones beside it
   */
  constructor(mount: string, base = mount) {
    this.mode = base === mount ? 'unified' : 'hybrid';
    this.#mount = mount;
    this.#base = base;
    this.#tree = new CgroupTree(mount, '/');
    this.#files = new FileCache(mount);
  }

  scan(maxAgeMs: number): readonly FoundCgroup[] {
    this.#files.closeIdle();
    return this.#tree.scan(maxAgeMs);
  }

  /** The root has no memory.current: null, as for one that is gone. */
  read(path: string): CgroupReading | null {
    const files = this.#files.at(path);
    const usageBytes = files.number('memory.current');
    const stat = files.keyed('memory.stat', STAT);
    if (usageBytes === null || stat === null) return null;
    const events = this.#events(path);
    const pressure = files.readOptional('memory.pressure');
    return {
      ...memoryOf(usageBytes, V2_STAT, (key) => stat[key]),
      shmemBytes: stat.shmem,
      kernelBytes: stat.kernel,
      swapBytes: files.optionalNumber('memory.swap.current'),
      limitBytes: this.limit(path),
      limitHits: events?.max ?? null,
      peakBytes: files.optionalNumber('memory.peak'),
      pressure: pressure === null ? null : parsePressure(pressure),
      oomKills: events?.oom_kill ?? null,
    };
  }

  killCount(path: string): number | null {
    return this.#events(path)?.oom_kill ?? null;
  }

  limit(path: string): number | null {
    return limitOf(this.#files.at(path).number('memory.max'));
  }

  groupKill(path: string): boolean | null {
    const text = readIfThere(join(this.#mount, path, 'memory.oom.group'));
    return text === null ? null : text.trim() === '1';
  }

  forget(path: string): void {
    this.#files.forget(path);
  }

  close(): void {
    this.#tree.close();
    this.#files.close();
  }

  ownPids(path: string): number[] {
    return pidsOf(this.#mount, path);
  }

  pids(path: string): number[] {
    return pidsBelow(this.#mount, path);
  }

  procsFiles(path: string): string[] {
    return this.mode === 'unified'
      ? [join(this.#mount, path, 'cgroup.procs')]
      : procsFilesBelow(this.#base, path);
  }

  /** memory.events.local came with 5.2; before, memory.events counts the cgroups below as well. */
  #events(path: string): Record<'max' | 'oom_kill', number | null> | null {
    const files = this.#files.at(path);
    return files.keyed('memory.events.local', EVENTS) ?? files.keyed('memory.events', EVENTS);
  }
}
