import type { Tools } from '../preflight.js';
import type { Cgroups } from './cgroup/cgroups.js';
import type { ImageSources } from './images.js';

/** What the parts of the kubelet share of this machine. */
export interface KubeletHost {
  readonly tools: Tools;
  readonly cgroups: Cgroups;
  /** The sandbox's temp folder. */
  readonly folder: string;
  /** The script of the programs that run beside the sandbox (programs/main). */
  readonly programs: string;
  /** What the images that the sandbox knows stand for. */
  readonly images: ImageSources;
  readonly nodeName: string;
  /** /proc/meminfo's MemTotal, bytes. */
  readonly memoryBytes: number;
  /** A negative oom_score_adj can be given (CAP_SYS_RESOURCE). */
  readonly negativeOomScoreAdj: boolean;
  readonly log: (message: string) => void;
}
