import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { memoryFromV1, parseFlatKeyed, parseLimit } from '../../core/memory/working-set.js';
import type { CgroupAccess, CgroupReading, FoundCgroup } from './access.js';
import { FileCache } from './file-cache.js';
import { pidsBelow, pidsOf, scanCgroups } from './files.js';

/** cgroup v1: the memory controller and others each in a hierarchy of their own below one directory. */
export class CgroupV1 implements CgroupAccess {
  readonly version = 1;
  readonly scope: string;
  readonly #base: string;
  readonly #memory: string;
  readonly #files = new FileCache();

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
    const usage = this.#files.read(join(this.#memory, path, 'memory.usage_in_bytes'));
    const stat = this.#files.read(join(this.#memory, path, 'memory.stat'));
    const limit = this.#files.read(join(this.#memory, path, 'memory.limit_in_bytes'));
    if (usage === null || stat === null || limit === null) return null;
    return { ...memoryFromV1(usage, stat), limitBytes: parseLimit(limit), oomKills: this.killCount(path) };
  }

  killCount(path: string): number | null {
    const control = this.#files.read(join(this.#memory, path, 'memory.oom_control'));
    return control === null ? null : (parseFlatKeyed(control).get('oom_kill') ?? null);
  }

  limit(path: string): number | null {
    const limit = this.#files.read(join(this.#memory, path, 'memory.limit_in_bytes'));
    return limit === null ? null : parseLimit(limit);
  }

  forget(path: string): void {
    this.#files.closeBelow(join(this.#memory, path));
  }

  ownPids(path: string): number[] {
    return pidsOf(this.#memory, path);
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
