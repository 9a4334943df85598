import type { PodIdentity } from '../../core/cgroup/identity.js';
import type { CgroupMemory } from '../../core/memory/working-set.js';

/** A cgroup of the memory hierarchy. */
export interface FoundCgroup {
  /** As the kernel log names it: from the hierarchy's root, starting with `/`. */
  readonly path: string;
  readonly identity: PodIdentity | null;
  /** It is a container's own cgroup (and not one that the container made below). */
  readonly container: boolean;
}

export interface CgroupReading extends CgroupMemory {
  /** The cgroup's own limit, bytes; null: none. */
  readonly limitBytes: number | null;
  /** Processes of this very cgroup that the OOM killer ended; null where the kernel does not count. */
  readonly oomKills: number | null;
}

/** The memory hierarchy of cgroup v1 or v2, read with synchronous calls: kernel memory, a few µs each. */
export interface CgroupAccess {
  readonly version: 1 | 2;
  /** The path that everything looked at lies below; `/` for all. */
  readonly scope: string;
  /** Every cgroup within the scope, parents first. Vanishing ones are left out. */
  scan(): FoundCgroup[];
  /** Null when the cgroup is gone. */
  read(path: string): CgroupReading | null;
  /** The cgroup's own limit, bytes; null: none, or the cgroup is gone. */
  limit(path: string): number | null;
  /** `oom_kill` of this very cgroup; null when it is gone or the kernel does not count. */
  killCount(path: string): number | null;
  /** The cgroup is gone: nothing of it needs to be kept open. */
  forget(path: string): void;
  /** The pids in this very cgroup; empty when it is gone. */
  ownPids(path: string): number[];
  /** The pids in the cgroup and below it; empty when it is gone. */
  pids(path: string): number[];
  /** The cgroup.procs files that a process is written to in order to join, one per hierarchy. */
  procsFiles(path: string): string[];
}
