import { join } from 'node:path';
import { parsePressure } from '../../core/memory/pressure.js';
import { flatKeyed, memoryFromV2, parseLimit } from '../../core/memory/working-set.js';
import type { CgroupMode } from '../../protocol/agent/types.js';
import type { CgroupAccess, CgroupReading, FoundCgroup } from './access.js';
import { FileCache } from './file-cache.js';
import { pidsBelow, pidsOf, procsFilesBelow, readIfThere } from './files.js';
import { CgroupTree } from './tree.js';

/** cgroup v2: one hierarchy. */
export class CgroupV2 implements CgroupAccess {
  readonly version = 2;
  readonly mode: CgroupMode;
  readonly scope: string;
  readonly #mount: string;
  readonly #base: string;
  readonly #tree: CgroupTree;
  readonly #files = new FileCache();

  /**
   * @param mount usually /sys/fs/cgroup
   * @param base the directory of all hierarchies; another than `mount` where there are v1 ones beside it
   */
  constructor(mount: string, scope: string, base = mount) {
    this.scope = scope;
    this.mode = base === mount ? 'unified' : 'hybrid';
    this.#mount = mount;
    this.#tree = new CgroupTree(mount, scope);
    this.#base = base;
  }

  scan(maxAgeMs: number): readonly FoundCgroup[] {
    this.#files.closeIdle();
    return this.#tree.scan(maxAgeMs);
  }

  /** The root has no memory.current: null, as for one that is gone. */
  read(path: string): CgroupReading | null {
    const current = this.#files.read(join(this.#mount, path, 'memory.current'));
    const stat = this.#files.read(join(this.#mount, path, 'memory.stat'));
    const limit = this.#files.read(join(this.#mount, path, 'memory.max'));
    if (current === null || stat === null || limit === null) return null;
    const events = this.#events(path);
    const swap = this.#optional(path, 'memory.swap.current');
    const peak = this.#optional(path, 'memory.peak');
    const pressure = this.#optional(path, 'memory.pressure');
    return {
      ...memoryFromV2(current, stat),
      shmemBytes: flatKeyed(stat, 'shmem'),
      kernelBytes: flatKeyed(stat, 'kernel'),
      swapBytes: swap === null ? null : Number(swap),
      limitBytes: parseLimit(limit),
      limitHits: events === null ? null : flatKeyed(events, 'max'),
      peakBytes: peak === null ? null : Number(peak),
      pressure: pressure === null ? null : parsePressure(pressure),
      oomKills: events === null ? null : flatKeyed(events, 'oom_kill'),
    };
  }

  killCount(path: string): number | null {
    const events = this.#events(path);
    return events === null ? null : flatKeyed(events, 'oom_kill');
  }

  groupKill(path: string): boolean | null {
    const text = readIfThere(join(this.#mount, path, 'memory.oom.group'));
    return text === null ? null : text.trim() === '1';
  }

  limit(path: string): number | null {
    const limit = this.#files.read(join(this.#mount, path, 'memory.max'));
    return limit === null ? null : parseLimit(limit);
  }

  forget(path: string): void {
    this.#files.closeBelow(join(this.#mount, path));
  }

  /** memory.events.local came with 5.2; before, memory.events counts the cgroups below as well. */
  #events(path: string): string | null {
    return (
      this.#files.read(join(this.#mount, path, 'memory.events.local')) ??
      this.#files.read(join(this.#mount, path, 'memory.events'))
    );
  }

  #optional(path: string, file: string): string | null {
    return this.#files.readOptional(join(this.#mount, path, file));
  }

  close(): void {
    this.#tree.close();
    this.#files.closeBelow('');
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
}
