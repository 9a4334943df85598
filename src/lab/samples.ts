import type { Pod } from '../core/kubernetes/objects.js';
import { FRESH_MS, type Measurement } from '../core/memory/reading.js';
import type { ContainerSample, SampleLine } from '../protocol/agent/types.js';
import type { KillCount, TimedSample } from './pod-views.js';

/** A kill is told loudly for so long, ms. */
export const JUST_KILLED_MS = 5 * 60_000;
/** The API tells the end of a container a moment after the kernel: until then nobody knows what a kill has ended, ms. */
const SETTLED_MS = 5_000;

interface Held extends TimedSample {
  readonly nodeName: string;
  /** When its line came, ms since the epoch by our own clock. */
  readonly heardAt: number;
}

/** The kills in one instance of a container. */
interface Hits {
  /** When the count rose last, ms since the epoch by our own clock. */
  lastAt: number;
  /** So many it has outlived. */
  outlived: number;
  /** So many there were at that time: outlived, too, if it still runs SETTLED_MS later. */
  mark: { readonly at: number; readonly kills: number } | null;
  /** Whether the last one is still told loudly. */
  loud: boolean;
}

interface Counted {
  /** The kernel's counter when we first saw the container; 0 for one that came later. */
  readonly baseline: number;
  latest: number;
}

/** More containers than this are not counted for when no Pod has claimed them: the sandboxes of Pods never are. */
const MAX_UNCLAIMED = 10_000;

/** The newest sample of every container, and how often each was hit by the OOM killer since the connection was made. */
export class Samples {
  readonly #samples = new Map<string, Held>();
  readonly #hits = new Map<string, Hits>();
  /** When a line of each node came last, ms since the epoch by our own clock. */
  readonly #lines = new Map<string, number>();
  readonly #counted = new Map<string, Counted>();
  /** Kills told by the kill stream while we listened; where the kernel does not count there is nothing else. */
  readonly #told = new Map<string, number>();
  /** The instances of a container, oldest first, by Pod uid and container name. */
  readonly #instances = new Map<string, Set<string>>();

  /** Takes in a line of an agent; what its node no longer has is forgotten. Returns the containers concerned. */
  add(nodeName: string, line: SampleLine, heardAt = Date.now()): ReadonlySet<string> {
    // What appears on a node that was heard of before is new.
    const isFirst = !this.#lines.has(nodeName);
    this.#lines.set(nodeName, heardAt);
    const present = new Set<string>();
    const gone = new Set<string>();
    for (const sample of line.containers) {
      const id = sample.identity.containerId;
      if (id !== null) {
        present.add(id);
        this.#samples.set(id, { sample, time: line.time, nodeName, heardAt });
        this.#count(id, sample, isFirst, heardAt);
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
  tell(containerId: string, heardAt = Date.now()): void {
    const before = this.#killsOf(containerId);
    this.#told.set(containerId, (this.#told.get(containerId) ?? 0) + 1);
    this.#hit(containerId, before, heardAt);
  }

  /** What time alone changes: kills that turn out to be silent, and such as are no longer new. Returns the containers. */
  settle(now: number): readonly string[] {
    const changed: string[] = [];
    for (const [id, hits] of this.#hits) {
      const { mark } = hits;
      const loud = now - hits.lastAt < JUST_KILLED_MS;
      const settles = mark !== null && now - mark.at >= SETTLED_MS;
      if (settles) {
        const kills = this.#killsOf(id);
        hits.outlived = mark.kills;
        hits.mark = kills > mark.kills ? { at: now, kills } : null;
      }
      if (settles || loud !== hits.loud) {
        hits.loud = loud;
        changed.push(id);
      }
    }
    return changed;
  }

  /** Whether an agent measures the containers of that node now. */
  covers(nodeName: string, now: number): boolean {
    return now - (this.#lines.get(nodeName) ?? Number.NEGATIVE_INFINITY) <= FRESH_MS.agent;
  }

  /** The node on which a container was measured last. */
  nodeOf(containerId: string): string | null {
    return this.#samples.get(containerId)?.nodeName ?? null;
  }

  measurement(containerId: string): Measurement | null {
    const held = this.#samples.get(containerId);
    if (held === undefined) {
      return null;
    }
    const { usageBytes, workingSetBytes, inactiveFileBytes, rssBytes, cacheBytes } = held.sample;
    return {
      source: 'agent',
      measuredAt: held.heardAt,
      workingSetBytes,
      usageBytes,
      inactiveFileBytes,
      rssBytes,
      cacheBytes,
    };
  }

  /** Forgets the containers of Pods that are no more. */
  keepOnly(podUids: ReadonlySet<string>): void {
    for (const [key, ids] of this.#instances) {
      if (!podUids.has(key.slice(0, key.indexOf('/')))) {
        this.#instances.delete(key);
        for (const id of ids) {
          this.#counted.delete(id);
          this.#told.delete(id);
          this.#hits.delete(id);
        }
      }
    }
  }

  sample(containerId: string): TimedSample | null {
    return this.#samples.get(containerId) ?? null;
  }

  kills(pod: Pod, containerName: string, containerId: string | null): KillCount {
    const key = `${pod.metadata.uid ?? ''}/${containerName}`;
    const instances = this.#instances.get(key) ?? new Set<string>();
    if (containerId !== null) {
      instances.add(containerId);
      this.#instances.set(key, instances);
    }
    const ids = [...instances];
    return {
      oomKills: ids.reduce((sum, id) => sum + this.#killsOf(id), 0),
      silentKills: containerId === null ? 0 : (this.#hits.get(containerId)?.outlived ?? 0),
      justKilled: ids.some((id) => this.#hits.get(id)?.loud === true),
    };
  }

  /** Kills in one instance of a container since the connection was made. */
  #killsOf(id: string | null): number {
    if (id === null) {
      return 0;
    }
    const counted = this.#counted.get(id);
    const byKernel = counted === undefined ? 0 : counted.latest - counted.baseline;
    return Math.max(byKernel, this.#told.get(id) ?? 0);
  }

  #hit(id: string, before: number, now: number): void {
    const kills = this.#killsOf(id);
    if (kills > before) {
      const known = this.#hits.get(id);
      const mark = known?.mark ?? { at: now, kills };
      this.#hits.set(id, { lastAt: now, outlived: known?.outlived ?? 0, mark, loud: true });
    }
  }

  #forgetUnclaimed(gone: ReadonlySet<string>): void {
    const claimed = new Set([...this.#instances.values()].flatMap((ids) => [...ids]));
    for (const id of gone) {
      if (!claimed.has(id)) {
        this.#counted.delete(id);
        this.#told.delete(id);
        this.#hits.delete(id);
      }
    }
  }

  #count(id: string, sample: ContainerSample, isFirst: boolean, heardAt: number): void {
    if (sample.oomKills === null) {
      return;
    }
    const before = this.#killsOf(id);
    const known = this.#counted.get(id);
    if (known === undefined) {
      this.#counted.set(id, { baseline: isFirst ? sample.oomKills : 0, latest: sample.oomKills });
    } else {
      known.latest = Math.max(known.latest, sample.oomKills);
    }
    this.#hit(id, before, heardAt);
  }
}
