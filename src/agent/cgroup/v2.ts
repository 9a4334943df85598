import { join } from 'node:path';
import { memoryFromV2, parseFlatKeyed, parseLimit } from '../../core/memory/working-set.js';
import type { CgroupAccess, CgroupReading, FoundCgroup } from './access.js';
import { pidsBelow, readIfThere, scanCgroups } from './files.js';

/** cgroup v2: one hierarchy. */
export class CgroupV2 implements CgroupAccess {
  readonly version = 2;
  readonly scope: string;
  readonly #mount: string;

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
    const current = readIfThere(join(this.#mount, path, 'memory.current'));
    const stat = readIfThere(join(this.#mount, path, 'memory.stat'));
    const limit = readIfThere(join(this.#mount, path, 'memory.max'));
    if (current === null || stat === null || limit === null) return null;
    return { ...memoryFromV2(current, stat), limitBytes: parseLimit(limit), oomKills: this.killCount(path) };
  }

  /** memory.events.local came with 5.2; before, memory.events counts the cgroups below as well. */
  killCount(path: string): number | null {
    const events =
      readIfThere(join(this.#mount, path, 'memory.events.local')) ??
      readIfThere(join(this.#mount, path, 'memory.events'));
    return events === null ? null : (parseFlatKeyed(events).get('oom_kill') ?? null);
  }

  limit(path: string): number | null {
    const limit = readIfThere(join(this.#mount, path, 'memory.max'));
    return limit === null ? null : parseLimit(limit);
  }

  pids(path: string): number[] {
    return pidsBelow(this.#mount, path);
  }

  procsFiles(path: string): string[] {
    return [join(this.#mount, path, 'cgroup.procs')];
  }
}
