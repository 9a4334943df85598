import type { PodIdentity } from '../../core/cgroup/identity.js';
import type { MemoryPressure } from '../../core/memory/pressure.js';
import type { CgroupMemory } from '../../core/memory/working-set.js';
import type { CgroupMode } from '../../protocol/agent/types.js';

/** A cgroup of the memory hierarchy. */
export interface FoundCgroup {
  /** As the kernel log names it: from the hierarchy's root, starting with `/`. */
  readonly path: string;
  readonly identity: PodIdentity | null;
  /** It is a container's own cgroup (and not one that the container made below). */
  readonly container: boolean;
  /** It is a Pod's own cgroup. */
  readonly pod: boolean;
}

/** What the files of one cgroup say; null where the kernel does not. */
export interface CgroupReading extends CgroupMemory {
  /** tmpfs and shared memory, which no reclaim drops, bytes. */
  readonly shmemBytes: number | null;
  /** Memory that the kernel itself took for this cgroup, bytes. */
  readonly kernelBytes: number | null;
  readonly swapBytes: number | null;
  /** The cgroup's own limit, bytes; null: none. */
  readonly limitBytes: number | null;
  /** How often a charge met the cgroup's own limit. */
  readonly limitHits: number | null;
  /** The highest usage so far, bytes. */
  readonly peakBytes: number | null;
  readonly pressure: MemoryPressure | null;
  /** Processes of this very cgroup that the OOM killer ended; null where the kernel does not count. */
  readonly oomKills: number | null;
}

/** The memory hierarchy of cgroup v1 or v2, read with synchronous calls: kernel memory, a few µs each. */
export interface CgroupAccess {
  readonly version: 1 | 2;
  readonly mode: CgroupMode;
  /**
   * Every cgroup of the hierarchy, parents first, as it was at most `maxAgeMs` ago. The same array as before where
   * nothing changed.
   */
  scan(maxAgeMs: number): readonly FoundCgroup[];
  /** Null when the cgroup is gone. */
  read(path: string): CgroupReading | null;
  /** The cgroup's own limit, bytes; null: none, or the cgroup is gone. */
  limit(path: string): number | null;
  /** `oom_kill` of this very cgroup; null when it is gone or the kernel does not count. */
  killCount(path: string): number | null;
  /** memory.oom.group: an OOM kill takes all processes of the cgroup. Null on v1, before 4.19, and when it is gone. */
  groupKill(path: string): boolean | null;
  /** The cgroup is gone: nothing of it needs to be kept open. */
  forget(path: string): void;
  /** Ends all watching and closes all files. */
  close(): void;
  /** The pids in this very cgroup; empty when it is gone. */
  ownPids(path: string): number[];
  /** The pids in the cgroup and below it; empty when it is gone. */
  pids(path: string): number[];
  /** The cgroup.procs files that a process is written to in order to join, one per hierarchy. */
  procsFiles(path: string): string[];
}
