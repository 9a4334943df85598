import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCgroupHost, sweepCgroups } from './kubelet/cgroup/host.js';
import { isAlive, ownerOf } from './owner.js';

/** Removes processes, cgroups and temp folders of sandboxes whose owner is dead. Returns what it removed. */
export async function sweep(): Promise<string[]> {
  const host = findCgroupHost();
  const removed = host === null ? [] : (await sweepCgroups(host)).map((name) => join(host.mount, name));
  for (const name of await readdir(tmpdir())) {
    const owner = ownerOf(name);
    if (owner === null || isAlive(owner)) continue;
    const folder = join(tmpdir(), name);
    await rm(folder, { recursive: true, force: true });
    removed.push(folder);
  }
  return removed;
}
