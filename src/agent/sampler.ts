import type { ContainerSample, SampleLine } from '../protocol/agent/types.js';
import type { CgroupRegistry } from './cgroup/registry.js';

/** A container that started since is seen this long after at the latest, ms. */
const SCAN_MS = 1000;

/** The memory of the containers asked for (null: all) as it is now. Those that are gone are left out. */
export function sampleNow(registry: CgroupRegistry, ids: ReadonlySet<string> | null): SampleLine {
  const containers: ContainerSample[] = [];
  for (const { path, identity } of registry.containers(SCAN_MS)) {
    if (identity === null || (ids && !ids.has(identity.containerId ?? ''))) continue;
    const reading = registry.access.read(path);
    if (reading) containers.push({ identity, ...reading });
  }
  return { type: 'sample', time: new Date().toISOString(), containers };
}
