import type { Usage } from '../stats/usage.js';

/** What the kubelet needs of cgroups; v1 and v2 stand behind it. Paths are relative to the sandbox's own cgroup. */
export interface Cgroups {
  readonly version: 1 | 2;
  /** The sandbox's own cgroup as a directory of the host. */
  readonly root: string;
  /** Makes a cgroup below existing ones; `memoryBytes` null: no limit of its own. Throws Error. */
  create(path: string, limits: { readonly memoryBytes: number | null; readonly container: boolean }): void;
  /** The file to which a process writes 0 to join. */
  procsFile(path: string): string;
  /** Host pids in the cgroup itself; empty where it is gone. */
  processes(path: string): number[];
  /** Processes of this cgroup that the OOM killer has ended; null where the kernel does not count them. */
  oomKills(path: string): number | null;
  /** What the cgroup uses with all below it; null where it is gone. */
  usage(path: string): Usage | null;
  /** Kills what is in the cgroup and below, and removes it. Throws Error where it will not go. */
  remove(path: string): Promise<void>;
}

/** The cgroup of what serves Pods but is none of theirs. */
export const SYSTEM_CGROUP = 'system';
