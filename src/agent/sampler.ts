import type { ContainerSample, MemorySample, PodSample, SampleLine } from '../protocol/agent/types.js';
import type { FoundCgroup } from './cgroup/access.js';
import { findEffectiveLimit, levelOf } from './cgroup/limits.js';
import type { CgroupRegistry } from './cgroup/registry.js';

/** A container that started since is seen this long after at the latest, ms. */
const SCAN_MS = 1000;

/** The memory of the containers asked for (null: all) and of their Pods as it is now. Those that are gone are left out. */
export function sampleNow(registry: CgroupRegistry, ids: ReadonlySet<string> | null): SampleLine {
  const { access } = registry;
  const limits = new Map<string, number | null>();
  const limitOf = (path: string): number | null => {
    const known = limits.get(path);
    if (known !== undefined) return known;
    const limit = access.limit(path);
    limits.set(path, limit);
    return limit;
  };
  const sample = ({ path, identity }: FoundCgroup): MemorySample | null => {
    const reading = access.read(path);
    if (reading === null || identity === null) return null;
    limits.set(path, reading.limitBytes);
    const limit = findEffectiveLimit(limitOf, path);
    return {
      identity,
      ...reading,
      effectiveLimitBytes: limit?.bytes ?? null,
      effectiveLimitLevel: levelOf(limit, path),
    };
  };
  const containers: ContainerSample[] = [];
  const podUids = new Set<string>();
  const found = registry.containers(SCAN_MS);
  for (const each of found) {
    if (each.identity === null || (ids && !ids.has(each.identity.containerId ?? ''))) continue;
    podUids.add(each.identity.uid);
    const container = sample(each);
    if (container) containers.push(container);
  }
  const pods: PodSample[] = [];
  for (const each of registry.pods(SCAN_MS)) {
    if (each.identity === null || (ids && !podUids.has(each.identity.uid))) continue;
    const pod = sample(each);
    if (pod) pods.push(pod);
  }
  return { type: 'sample', time: new Date().toISOString(), containers, pods };
}
