import { isFresh } from '../../core/memory/reading.js';
import type { ContainerView, PodView } from '../../lab/types.js';
import type { ChartHead } from '../../protocol/panel/memory.js';

/**
 * The charts of now, by Pod and container name: pinned Pods and those that an experiment acts on or acted on while
 * the panel looked (`stressed`).
 * @param before what was shown, for the Pods that are gone.
 * @param now ms since 1970.
 */
export function chartHeads(
  pods: readonly PodView[],
  pinned: ReadonlySet<string>,
  stressed: ReadonlySet<string>,
  before: readonly ChartHead[],
  now: number,
): readonly ChartHead[] {
  const heads: ChartHead[] = [];
  const present = new Set<string>();
  for (const pod of pods) {
    if (!pinned.has(pod.key) && !stressed.has(pod.key)) continue;
    present.add(pod.key);
    for (const container of pod.containers) heads.push(headOf(pod, container, pinned.has(pod.key), now));
  }
  for (const head of before) {
    const podKey = `${head.namespace}/${head.pod}`;
    const isWanted = pinned.has(podKey) || stressed.has(podKey);
    if (!present.has(podKey) && isWanted) {
      heads.push({ ...head, state: null, isStale: true, isStressed: false, isPinned: pinned.has(podKey) });
    }
  }
  return heads.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function headOf(pod: PodView, container: ContainerView, isPinned: boolean, now: number): ChartHead {
  const { memory } = container;
  return {
    key: `${pod.key}/${container.name}`,
    namespace: pod.namespace,
    pod: pod.name,
    container: container.name,
    limitBytes: container.limitBytes,
    requestBytes: container.requestBytes,
    state: container.state,
    restartCount: container.restartCount,
    source: memory?.source ?? null,
    sampledAt: memory === null ? null : new Date(memory.measuredAt).toISOString(),
    isStale: memory !== null && !isFresh(memory, now),
    isPinned,
    isStressed: pod.experiments.length > 0,
  };
}
