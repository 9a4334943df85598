import type { PodIdentity } from '../../core/cgroup/identity.js';
import type { OomTask } from '../../core/kernel/oom-kill.js';
import { badness } from '../../core/memory/badness.js';
import type { NamedKill, PodView } from '../../lab/types.js';
import type { KillEntry, NodeInfo } from '../../protocol/agent/types.js';
import type { KillDetails, KillTask } from '../../protocol/panel/kills.js';

/** What the lab knows besides the kill itself. */
export interface KillSurroundings {
  readonly pods: readonly PodView[];
  /** The node that the kill happened on; null where its agent does not answer. */
  readonly node: NodeInfo | null;
}

/** All that is known of a kill. */
export function detailsOf({ kill }: NamedKill, { pods, node }: KillSurroundings): KillDetails {
  const weighedBytes = weighed(kill, node);
  const { usageBytes, limitBytes, oomMemcg, taskMemcg, invoker, victim, checked } = kill;
  return {
    tasks: ranked(kill.tasks.map((task) => taskOf(task, kill, weighedBytes))),
    usageBytes,
    limitBytes,
    level: kill.level ?? null,
    weighedBytes,
    oomMemcg,
    taskMemcg,
    invoker: invoker && { comm: invoker.comm, pid: invoker.pid },
    victim: victim && {
      uid: victim.uid,
      virtualBytes: victim.totalVmBytes,
      anonBytes: victim.anonRssBytes,
      fileBytes: victim.fileRssBytes,
      shmemBytes: victim.shmemRssBytes,
      pgtablesBytes: victim.pgtablesBytes,
    },
    candidates: kill.candidates.map((candidate) => nameOf(candidate, pods)),
    checked: checked ?? null,
  };
}

/** What the kernel shared out among the tasks, bytes; null where it is not known. */
function weighed({ constraint, limitBytes }: KillEntry, node: NodeInfo | null): number | null {
  if (constraint === 'memcg') return limitBytes;
  return constraint === 'global' && node !== null ? node.memoryTotalBytes + node.swapTotalBytes : null;
}

function taskOf(task: OomTask, { victim }: KillEntry, weighedBytes: number | null): KillTask {
  const { pid, tgid, comm, uid, rssBytes, swapBytes, pgtablesBytes, oomScoreAdj } = task;
  const held = { rssBytes, swapBytes: swapBytes ?? 0, pageTableBytes: pgtablesBytes ?? 0, oomScoreAdj };
  return {
    pid,
    comm,
    uid,
    rssBytes,
    swapBytes,
    pgtablesBytes,
    oomScoreAdj,
    badness: weighedBytes === null ? null : badness(held, weighedBytes),
    isVictim: victim !== null && (pid === victim.pid || tgid === victim.pid),
  };
}

/** Where the limit is not known, those that hold most come first. */
function ranked(tasks: readonly KillTask[]): readonly KillTask[] {
  const worst = (task: KillTask): number => task.badness ?? Number.NEGATIVE_INFINITY;
  return tasks.toSorted((a, b) => {
    const [first, second] = [worst(a), worst(b)];
    return first === second ? b.rssBytes - a.rssBytes || a.pid - b.pid : second - first;
  });
}

/** `namespace/pod/container` where the lab knows it, else what the cgroup's path says. */
function nameOf({ uid, containerId }: PodIdentity, pods: readonly PodView[]): string {
  for (const { key, pod, containers } of pods) {
    const container = containers.find((one) => containerId !== null && one.containerId === containerId);
    if (container !== undefined) return `${key}/${container.name}`;
    if (pod.metadata.uid === uid) return key;
  }
  return containerId ?? uid;
}
