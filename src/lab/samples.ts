import type { Pod } from '../core/kubernetes/objects.js';
import type { ContainerSample, SampleLine } from '../protocol/agent/types.js';
import type { ContainerFacts, TimedSample } from './pod-views.js';

interface Counted {
  /** The kernel's counter when we first saw the container; 0 for one that came later. */
  readonly baseline: number;
  latest: number;
}

/** More containers than this are not counted for when no Pod has claimed them: the sandboxes of Pods never are. */
const MAX_UNCLAIMED = 10_000;

/** The newest sample of every container, and how often each was hit by the OOM killer since the connection was made. */
export class Samples implements ContainerFacts {
  readonly #samples = new Map<string, TimedSample & { readonly nodeName: string }>();
  readonly #counted = new Map<string, Counted>();
  /** Kills told by the kill stream while we listened; where the kernel does not count there is nothing else. */
  readonly #told = new Map<string, number>();
  /** The instances of a container, oldest first, by Pod uid and container name. */
  readonly #instances = new Map<string, Set<string>>();
  /** Nodes of which a line has come: what appears there from now on is new. */
  readonly #nodes = new Set<string>();

  /** Takes in a line of an agent; what its node no longer has is forgotten. Returns the containers concerned. */
  add(nodeName: string, line: SampleLine): ReadonlySet<string> {
    const isFirst = !this.#nodes.has(nodeName);
    this.#nodes.add(nodeName);
    const present = new Set<string>();
    const gone = new Set<string>();
    for (const sample of line.containers) {
      const id = sample.identity.containerId;
      if (id !== null) {
        present.add(id);
        this.#samples.set(id, { sample, time: line.time, nodeName });
        this.#count(id, sample, isFirst);
      }
    }
    for (const [id, held] of this.#samples) {
      if (held.nodeName === nodeName && !present.has(id)) {
        this.#samples.delete(id);
        gone.add(id);
      }
    }
    if (this.#counted.size > MAX_UNCLAIMED) {
      this.#forgetUnclaimed(gone);
    }
    return new Set([...present, ...gone]);
  }

  /** The agent of the node is gone for good: its numbers would only grow old. Returns the containers concerned. */
  forgetNode(nodeName: string): readonly string[] {
    const gone = [...this.#samples].filter(([, held]) => held.nodeName === nodeName).map(([id]) => id);
    for (const id of gone) {
      this.#samples.delete(id);
    }
    return gone;
  }

  /** A kill was told while we listened. */
  tell(containerId: string): void {
    this.#told.set(containerId, (this.#told.get(containerId) ?? 0) + 1);
  }

  /** Forgets the containers of Pods that are no more. */
  keepOnly(podUids: ReadonlySet<string>): void {
    for (const [key, ids] of this.#instances) {
      if (!podUids.has(key.slice(0, key.indexOf('/')))) {
        this.#instances.delete(key);
        for (const id of ids) {
          this.#counted.delete(id);
          this.#told.delete(id);
        }
      }
    }
  }

  sample(containerId: string): TimedSample | null {
    return this.#samples.get(containerId) ?? null;
  }

  oomKills(pod: Pod, containerName: string, containerId: string | null): number {
    const key = `${pod.metadata.uid ?? ''}/${containerName}`;
    const instances = this.#instances.get(key) ?? new Set<string>();
    if (containerId !== null) {
      instances.add(containerId);
      this.#instances.set(key, instances);
    }
    let kills = 0;
    for (const id of instances) {
      const counted = this.#counted.get(id);
      const byKernel = counted === undefined ? 0 : counted.latest - counted.baseline;
      kills += Math.max(byKernel, this.#told.get(id) ?? 0);
    }
    return kills;
  }

  #forgetUnclaimed(gone: ReadonlySet<string>): void {
    const claimed = new Set([...this.#instances.values()].flatMap((ids) => [...ids]));
    for (const id of gone) {
      if (!claimed.has(id)) {
        this.#counted.delete(id);
        this.#told.delete(id);
      }
    }
  }

  #count(id: string, sample: ContainerSample, isFirst: boolean): void {
    if (sample.oomKills === null) {
      return;
    }
    const known = this.#counted.get(id);
    if (known === undefined) {
      this.#counted.set(id, { baseline: isFirst ? sample.oomKills : 0, latest: sample.oomKills });
    } else {
      known.latest = Math.max(known.latest, sample.oomKills);
    }
  }
}
