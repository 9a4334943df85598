import type { Pod } from '../core/kubernetes/objects.js';
import type { GapEntry, KillEntry } from '../protocol/agent/types.js';
import type { KillLog, NamedKill } from './types.js';

const MAX_KILLS = 5000;
const MAX_GAPS = 200;
/** Containers whose names are remembered, those long gone too: a kill is often told after its Pod. */
const MAX_NAMES = 50_000;

interface ContainerNames {
  readonly namespace: string;
  readonly podName: string;
  /** Null for the Pod as a whole. */
  readonly containerName: string | null;
}

/** Where a kill was told. */
export interface KillOrigin {
  readonly nodeName: string;
  /** Makes the kernel's clock unique. */
  readonly bootId: string;
  /** The run of the agent: its numbers start anew with each. */
  readonly stream: string;
}

interface Entry {
  readonly named: NamedKill;
  readonly mark: string | null;
}

/** The kills of all agents, named and bounded. */
export class KillBook {
  #entries: Entry[] = [];
  #gaps: { readonly nodeName: string; readonly gap: GapEntry }[] = [];
  #dropped = 0;
  #learned = 0;
  /** Names by container id and by Pod uid. */
  readonly #names = new Map<string, ContainerNames>();
  /** The kernel's own marks of kills that are in the book, so that an agent that starts over repeats nothing. */
  readonly #marks = new Set<string>();

  get log(): KillLog {
    return {
      kills: this.#entries.map((entry) => entry.named),
      gaps: [...this.#gaps],
      dropped: this.#dropped,
    };
  }

  /**
   * Takes in a kill; false where the book has it already.
   * @param at when it happened by our own clock, ms since the epoch
   */
  add(kill: KillEntry, origin: KillOrigin, at = Date.parse(kill.time)): boolean {
    const mark = markOf(origin.bootId, kill);
    if (mark !== null) {
      if (this.#marks.has(mark)) {
        return false;
      }
      this.#marks.add(mark);
    }
    const unnamed: NamedKill = {
      id: `${origin.stream}/${kill.seq}`,
      order: ++this.#learned,
      at,
      nodeName: origin.nodeName,
      kill,
      namespace: null,
      podName: null,
      containerName: null,
    };
    this.#insert({ named: this.#name(unnamed), mark });
    if (this.#entries.length > MAX_KILLS) {
      const dropped = this.#entries.shift();
      this.#dropped += 1;
      if (dropped?.mark != null) {
        this.#marks.delete(dropped.mark);
      }
    }
    return true;
  }

  addGap(nodeName: string, gap: GapEntry): void {
    this.#gaps.push({ nodeName, gap });
    if (this.#gaps.length > MAX_GAPS) {
      this.#gaps.shift();
    }
  }

  /** Learns the names of a Pod and its containers, those that have ended too. */
  learn(pod: Pod): void {
    const { name, namespace = '', uid } = pod.metadata;
    const podNames = { namespace, podName: name };
    if (uid !== undefined) {
      this.#remember(uid, { ...podNames, containerName: null });
    }
    // A static Pod's cgroup carries the hash of its configuration, not the uid of its mirror.
    const hash = pod.metadata.annotations?.['kubernetes.io/config.hash'];
    if (hash !== undefined) {
      this.#remember(hash, { ...podNames, containerName: null });
    }
    const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
    for (const status of statuses) {
      const ids = [
        status.containerID,
        status.state?.terminated?.containerID,
        status.lastState?.terminated?.containerID,
      ];
      for (const id of ids) {
        if (id !== undefined && id !== '') {
          this.#remember(bareContainerId(id), { ...podNames, containerName: status.name });
        }
      }
    }
  }

  /** Names kills that came before their Pods were known; returns whether any got its name. */
  nameLate(): boolean {
    let found = false;
    this.#entries = this.#entries.map((entry) => {
      const named = entry.named.podName === null ? this.#name(entry.named) : entry.named;
      found ||= named !== entry.named;
      return named === entry.named ? entry : { ...entry, named };
    });
    return found;
  }

  /** Agents tell each in order, but not among each other. */
  #insert(entry: Entry): void {
    let place = this.#entries.length;
    while (place > 0 && (this.#entries[place - 1]?.named.at ?? 0) > entry.named.at) {
      place -= 1;
    }
    this.#entries.splice(place, 0, entry);
  }

  #name(kill: NamedKill): NamedKill {
    const identity = kill.kill.pod;
    if (identity === null) {
      return kill;
    }
    const byContainer = identity.containerId === null ? undefined : this.#names.get(identity.containerId);
    const names = byContainer ?? this.#names.get(identity.uid);
    return names === undefined ? kill : { ...kill, ...names };
  }

  #remember(key: string, names: ContainerNames): void {
    const known = this.#names.get(key);
    if (known?.podName === names.podName && known.containerName === names.containerName) {
      return;
    }
    this.#names.set(key, names);
    if (this.#names.size > MAX_NAMES) {
      const oldest = this.#names.keys().next().value;
      if (oldest !== undefined) {
        this.#names.delete(oldest);
      }
    }
  }
}

/** The id behind `RUNTIME://`. */
export function bareContainerId(id: string): string {
  return id.slice(id.indexOf('://') === -1 ? 0 : id.indexOf('://') + 3);
}

/** What tells a kill apart for the kernel; null where only a counter told. */
function markOf(bootId: string, kill: KillEntry): string | null {
  return kill.victim === null || kill.bootSeconds === null
    ? null
    : `${bootId}/${kill.bootSeconds}/${kill.victim.pid}`;
}
