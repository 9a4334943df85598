import { readFileSync } from 'node:fs';
import { hostname, release } from 'node:os';
import {
  AGENT_API_VERSION,
  type CgroupDriver,
  type GroupKill,
  type KernelLogRateLimit,
  type NodeInfo,
} from '../../protocol/agent/types.js';
import { readIfThere } from '../cgroup/files.js';
import type { CgroupRegistry } from '../cgroup/registry.js';
import { memInfo } from '../stress/guard.js';
import { findProgram } from '../stress/runner.js';
import { AGENT_VERSION } from '../version.js';
import { readStat } from './proc.js';

const CAP_SYS_RESOURCE = 24n;

/**
 * The OOM killer's own rate limit: DEFAULT_RATELIMIT_INTERVAL and DEFAULT_RATELIMIT_BURST in mm/oom_kill.c. It is
 * compiled in since 3.4 and no setting changes it: kernel.printk_ratelimit is another one.
 */
const OOM_REPORT_RATE_LIMIT: KernelLogRateLimit = { intervalMs: 5000, burst: 10 };

/** The kernel's own id of this boot: kmsg sequence numbers start anew with it. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
}

function hasCapability(bit: bigint): boolean {
  const effective = /^CapEff:\s+([0-9a-f]+)$/m.exec(readIfThere('/proc/self/status') ?? '')?.[1];
  return effective !== undefined && (BigInt(`0x${effective}`) & (1n << bit)) !== 0n;
}

/** As the kubelet names Pods' cgroups: systemd's are slices. */
function cgroupDriver(registry: CgroupRegistry): CgroupDriver | null {
  const [pod] = registry.pods(0);
  if (!pod) return null;
  return pod.path.endsWith('.slice') ? 'systemd' : 'cgroupfs';
}

/** Pause containers are left out: the kubelet asks for group kills of the others only. */
function groupKill(registry: CgroupRegistry): GroupKill | null {
  const settings = new Set<boolean>();
  for (const { path } of registry.containers(0)) {
    const setting = registry.access.groupKill(path);
    if (setting !== null && !isPause(registry.access.ownPids(path))) settings.add(setting);
  }
  if (settings.size === 0) return null;
  if (settings.size === 2) return 'mixed';
  return settings.has(true) ? 'on' : 'off';
}

function isPause(pids: readonly number[]): boolean {
  const [only] = pids;
  return only !== undefined && pids.length === 1 && readStat(only)?.comm === 'pause';
}

export interface NodeFacts {
  readonly nodeName: string | null;
  readonly kernelLog: boolean;
  readonly allowStress: boolean;
}

/** The answer to GET /v1/node. */
export function nodeInfo(registry: CgroupRegistry, facts: NodeFacts): NodeInfo {
  const { access } = registry;
  const counted =
    access.version === 2 || [...registry.all(0).keys()].some((path) => access.killCount(path) !== null);
  return {
    apiVersion: AGENT_API_VERSION,
    agentVersion: AGENT_VERSION,
    nodeName: facts.nodeName ?? hostname(),
    kernelRelease: release(),
    bootId: bootId(),
    cgroupVersion: access.version,
    cgroupMode: access.mode,
    cgroupDriver: cgroupDriver(registry),
    groupKill: groupKill(registry),
    kernelLogRateLimit: OOM_REPORT_RATE_LIMIT,
    memoryTotalBytes: memInfo('MemTotal'),
    memoryAvailableBytes: memInfo('MemAvailable'),
    swapTotalBytes: memInfo('SwapTotal'),
    capabilities: {
      kernelLog: facts.kernelLog,
      killCounters: counted,
      stress: facts.allowStress && findProgram('stress-ng') !== null,
      negativeOomScoreAdj: hasCapability(CAP_SYS_RESOURCE),
    },
  };
}
