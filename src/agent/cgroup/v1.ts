import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { memoryFromV1, parseFlatKeyed, parseLimit } from '../../core/memory/working-set.js';
import type { CgroupAccess, CgroupReading, FoundCgroup } from './access.js';
import { pidsBelow, readIfThere, scanCgroups } from './files.js';

/** cgroup v1: the memory controller and others each in a hierarchy of their own below one directory. */
export class CgroupV1 implements CgroupAccess {
  readonly version = 1;
  readonly scope: string;
  readonly #base: string;
  readonly #memory: string;

  /** @param base usually /sys/fs/cgroup */
  constructor(base: string, scope: string) {
    this.scope = scope;
    this.#base = base;
    this.#memory = join(base, 'memory');
  }

  scan(): FoundCgroup[] {
    return scanCgroups(this.#memory, this.scope);
  }

  read(path: string): CgroupReading | null {
    const usage = readIfThere(join(this.#memory, path, 'memory.usage_in_bytes'));
    const stat = readIfThere(join(this.#memory, path, 'memory.stat'));
    const limit = readIfThere(join(this.#memory, path, 'memory.limit_in_bytes'));
    if (usage === null || stat === null || limit === null) return null;
    return { ...memoryFromV1(usage, stat), limitBytes: parseLimit(limit), oomKills: this.killCount(path) };
  }

  killCount(path: string): number | null {
    const control = readIfThere(join(this.#memory, path, 'memory.oom_control'));
    return control === null ? null : (parseFlatKeyed(control).get('oom_kill') ?? null);
  }

  limit(path: string): number | null {
    const limit = readIfThere(join(this.#memory, path, 'memory.limit_in_bytes'));
    return limit === null ? null : parseLimit(limit);
  }

  pids(path: string): number[] {
    return pidsBelow(this.#memory, path);
  }

  /** Runtimes name a container's cgroup alike in all hierarchies; links (cpuacct -> cpu,cpuacct) are left out. */
  procsFiles(path: string): string[] {
    return readdirSync(this.#base, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(this.#base, entry.name, path, 'cgroup.procs'))
      .filter((file) => existsSync(file) && statSync(file).isFile());
  }
}
