import { join } from 'node:path';
import { memoryFromV2, parseFlatKeyed, parseLimit } from '../../core/memory/working-set.js';
import type { CgroupAccess, CgroupReading, FoundCgroup } from './access.js';
import { FileCache } from './file-cache.js';
import { pidsBelow, pidsOf, scanCgroups } from './files.js';

/** cgroup v2: one hierarchy. */
export class CgroupV2 implements CgroupAccess {
  readonly version = 2;
  readonly scope: string;
  readonly #mount: string;
  readonly #files = new FileCache();

  /** @param mount usually /sys/fs/cgroup */
  constructor(mount: string, scope: string) {
    this.scope = scope;
    this.#mount = mount;
  }

  scan(): FoundCgroup[] {
    return scanCgroups(this.#mount, this.scope);
  }

  /** The root has no memory.current: null, as for one that is gone. */
  read(path: string): CgroupReading | null {
    const current = this.#files.read(join(this.#mount, path, 'memory.current'));
    const stat = this.#files.read(join(this.#mount, path, 'memory.stat'));
    const limit = this.#files.read(join(this.#mount, path, 'memory.max'));
    if (current === null || stat === null || limit === null) return null;
    return { ...memoryFromV2(current, stat), limitBytes: parseLimit(limit), oomKills: this.killCount(path) };
  }

  /** memory.events.local came with 5.2; before, memory.events counts the cgroups below as well. */
  killCount(path: string): number | null {
    const events =
      this.#files.read(join(this.#mount, path, 'memory.events.local')) ??
      this.#files.read(join(this.#mount, path, 'memory.events'));
    return events === null ? null : (parseFlatKeyed(events).get('oom_kill') ?? null);
  }

  limit(path: string): number | null {
    const limit = this.#files.read(join(this.#mount, path, 'memory.max'));
    return limit === null ? null : parseLimit(limit);
  }

  forget(path: string): void {
    this.#files.closeBelow(join(this.#mount, path));
  }

  ownPids(path: string): number[] {
    return pidsOf(this.#mount, path);
  }

  pids(path: string): number[] {
    return pidsBelow(this.#mount, path);
  }

  procsFiles(path: string): string[] {
    return [join(this.#mount, path, 'cgroup.procs')];
  }
}
