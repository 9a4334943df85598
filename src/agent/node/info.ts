import { readFileSync } from 'node:fs';
import { hostname, release } from 'node:os';
import { AGENT_API_VERSION, type NodeInfo } from '../../protocol/agent/types.js';
import { readIfThere } from '../cgroup/files.js';
import type { CgroupRegistry } from '../cgroup/registry.js';
import { memInfo } from '../stress/guard.js';
import { findProgram } from '../stress/runner.js';
import { AGENT_VERSION } from '../version.js';

const CAP_SYS_RESOURCE = 24n;

/** The kernel's own id of this boot: kmsg sequence numbers start anew with it. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
}

function hasCapability(bit: bigint): boolean {
  const effective = /^CapEff:\s+([0-9a-f]+)$/m.exec(readIfThere('/proc/self/status') ?? '')?.[1];
  return effective !== undefined && (BigInt(`0x${effective}`) & (1n << bit)) !== 0n;
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
    access.version === 2 || [...registry.all(60_000).keys()].some((path) => access.killCount(path) !== null);
  return {
    apiVersion: AGENT_API_VERSION,
    agentVersion: AGENT_VERSION,
    nodeName: facts.nodeName ?? hostname(),
    kernelRelease: release(),
    bootId: bootId(),
    cgroupVersion: access.version,
    memoryTotalBytes: memInfo('MemTotal'),
    swapTotalBytes: memInfo('SwapTotal'),
    capabilities: {
      kernelLog: facts.kernelLog,
      killCounters: counted,
      stress: facts.allowStress && findProgram('stress-ng') !== null,
      negativeOomScoreAdj: hasCapability(CAP_SYS_RESOURCE),
    },
  };
}
