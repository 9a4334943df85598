import type { MeasuredContainer } from '../cluster/memory-stats.js';
import type { Pod } from '../core/kubernetes/objects.js';
import type { Measurement, MemorySource } from '../core/memory/reading.js';

interface Held extends Measurement {
  /** By the cluster's clock, ms since the epoch. */
  readonly clusterTime: number;
  readonly podUid: string | null;
}

/** The newest measurements that the kubelet and metrics.k8s.io gave of each container, by Pod. */
export class Readings {
  /** By Pod key, then by `source/container`. */
  readonly #held = new Map<string, Map<string, Held>>();

  /**
   * Takes in one answer and returns the keys of the Pods it told something new of. Clocks are never compared: the newest
   * measurement of an answer counts as taken when it first came, the others as much earlier as they are older.
   *
   * @param receivedAt ms since the epoch by our clock.
   */
  add(source: MemorySource, answer: readonly MeasuredContainer[], receivedAt: number): ReadonlySet<string> {
    const newest = answer.reduce((latest, { time }) => Math.max(latest, time), Number.NEGATIVE_INFINITY);
    const told = new Set<string>();
    for (const one of answer) {
      const podKey = `${one.namespace}/${one.pod}`;
      const ofPod = this.#held.get(podKey) ?? new Map<string, Held>();
      this.#held.set(podKey, ofPod);
      const key = `${source}/${one.container}`;
      // The same measurement again is no newer for being repeated.
      if (ofPod.get(key)?.clusterTime !== one.time) {
        ofPod.set(key, {
          source,
          measuredAt: receivedAt - (newest - one.time),
          clusterTime: one.time,
          podUid: one.podUid,
          workingSetBytes: one.workingSetBytes,
          usageBytes: one.usageBytes,
          inactiveFileBytes: null,
          rssBytes: one.rssBytes,
          cacheBytes: null,
        });
        told.add(podKey);
      }
    }
    return told;
  }

  /** What is held of one container; nothing of another Pod of that name, nor of the container before its last start. */
  of(pod: Pod, containerName: string): readonly Measurement[] {
    const ofPod = this.#held.get(`${pod.metadata.namespace ?? ''}/${pod.metadata.name}`);
    if (ofPod === undefined) {
      return [];
    }
    const status = pod.status?.containerStatuses?.find((one) => one.name === containerName);
    const startedAt = Date.parse(status?.state?.running?.startedAt ?? '');
    if (Number.isNaN(startedAt)) {
      return [];
    }
    return (['kubelet', 'metrics'] as const).flatMap((source) => {
      const held = ofPod.get(`${source}/${containerName}`);
      const isOfAnother = held?.podUid != null && held.podUid !== pod.metadata.uid;
      return held === undefined || isOfAnother || held.clusterTime < startedAt ? [] : [held];
    });
  }

  /** Forgets the Pods that are no more. */
  keepOnly(podKeys: { has(key: string): boolean }): void {
    for (const key of this.#held.keys()) {
      if (!podKeys.has(key)) {
        this.#held.delete(key);
      }
    }
  }
}
