import { judgeArrival } from '../core/experiment/arrival.js';
import { type Claim, shareOut, shareOutBytes } from '../core/experiment/share-out.js';
import { stressAsk } from '../core/experiment/stress-ask.js';
import { stressorsOf } from '../core/experiment/stressors.js';
import type { StressChaosRecord } from '../core/kubernetes/objects.js';
import { stressBytesOnNode } from '../core/memory/forecast.js';
import { versionNumber } from '../core/stresschaos/version.js';
import { ArrivalFollow } from './arrival-follow.js';
import { isInjected } from './experiments.js';
import type {
  AgentView,
  Arrival,
  ConnectionState,
  ContainerView,
  EngineChoice,
  ExperimentView,
  Interest,
  KillLog,
  MemoryBaselines,
  NodeView,
  PodView,
  ProcessList,
  Store,
} from './types.js';

/** What an arrival is judged by. */
export interface ArrivalSources {
  readonly connection: Store<ConnectionState>;
  readonly engine: Store<EngineChoice>;
  readonly pods: Store<readonly PodView[]>;
  readonly agents: Store<readonly AgentView[]>;
  readonly nodes: Store<readonly NodeView[]>;
  readonly kills: Store<KillLog>;
  readonly processes: Store<ReadonlyMap<string, ProcessList>>;
  readonly baselines: MemoryBaselines;
}

export interface ArrivalBookOptions {
  readonly sources: ArrivalSources;
  /** By it the containers under stress are measured and their processes read, while there are any. */
  readonly interest: Interest;
  /** What `take` gave has changed. */
  readonly onChange: () => void;
  /** What was injected again after a restart. */
  readonly reinjectionOf: (experimentKey: string, target: string) => Arrival['reinjection'];
  /** The wall clock, ms since 1970; absent: the machine's. */
  readonly now?: () => number;
}

/** Containers whose processes are read: each is a request of its own every other second. */
const MAX_READ = 256;
/** A Pod that was never seen is gone, and not late, after so long, ms. */
const UNSEEN_MS = 5_000;
const NONE: readonly Arrival[] = [];

/** Follows what becomes of every stress in its containers, from injection to recovery. */
export class ArrivalBook {
  readonly #options: ArrivalBookOptions;
  readonly #now: () => number;
  readonly #ends: (() => void)[];
  readonly #follows = new Map<string, ArrivalFollow>();
  #hasTaken = false;
  #arrivals = new Map<string, readonly Arrival[]>();
  #lastOrder = 0;
  #shown = '';

  constructor(options: ArrivalBookOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    const { pods, processes, kills } = options.sources;
    this.#ends = [
      pods.subscribe((all) => this.#takePods(all)),
      processes.subscribe((lists) => this.#takeProcesses(lists)),
      kills.subscribe((log) => this.#takeKills(log)),
    ];
  }

  /** Takes in the experiments of now; gives the arrivals of those that are injected, by key. */
  take(views: readonly ExperimentView[]): ReadonlyMap<string, readonly Arrival[]> {
    const isWitnessed = this.#hasTaken;
    this.#hasTaken = true;
    const alive = new Set<string>();
    const begun: ArrivalFollow[] = [];
    for (const view of views) {
      for (const record of injectedRecords(view)) {
        const id = followId(view, record);
        alive.add(id);
        if (!this.#follows.has(id)) begun.push(this.#follow(id, view, record, isWitnessed));
      }
    }
    for (const id of this.#follows.keys()) if (!alive.has(id)) this.#follows.delete(id);
    if (begun.length > 0) this.#begin(begun);
    this.#look();
    this.#judge();
    return this.#arrivals;
  }

  /** Judges by what time alone has changed. */
  tick(): void {
    if (this.#follows.size > 0) this.#rejudge();
  }

  dispose(): void {
    for (const end of this.#ends) end();
    this.#options.interest.dispose();
  }

  #follow(id: string, view: ExperimentView, record: StressChaosRecord, isWitnessed: boolean): ArrivalFollow {
    const choice = this.#options.sources.engine.get();
    const version = versionNumber(choice.kind === 'chaos-mesh' ? choice.version : null);
    const follow = new ArrivalFollow({
      id,
      experiment: view,
      record,
      ask: stressAsk(view.object.spec, version),
      injectedAt: this.#now(),
      isWitnessed,
    });
    this.#follows.set(id, follow);
    return follow;
  }

  /** Has them catch up with what is known already. */
  #begin(begun: readonly ArrivalFollow[]): void {
    const { pods, kills } = this.#options.sources;
    const known = this.#podsOf(pods.get());
    for (const follow of begun) {
      follow.takePod(known.get(follow.podKey) ?? null);
      for (const kill of kills.get().kills) follow.takeKill(kill, this.#now());
    }
  }

  /** The Pods under stress, by key. */
  #podsOf(pods: readonly PodView[]): ReadonlyMap<string, PodView> {
    const wanted = new Set([...this.#follows.values()].map(({ podKey }) => podKey));
    return new Map(pods.filter(({ key }) => wanted.has(key)).map((pod) => [pod.key, pod]));
  }

  #takePods(pods: readonly PodView[]): void {
    if (this.#follows.size === 0) return;
    const known = this.#podsOf(pods);
    for (const follow of this.#follows.values()) follow.takePod(known.get(follow.podKey) ?? null);
    this.#look();
    this.#rejudge();
  }

  #takeKills({ kills }: KillLog): void {
    const last = this.#lastOrder;
    let isNews = false;
    for (const kill of kills) {
      if (kill.order <= last) continue;
      this.#lastOrder = Math.max(this.#lastOrder, kill.order);
      for (const follow of this.#follows.values()) isNews = follow.takeKill(kill, this.#now()) || isNews;
    }
    if (isNews) this.#rejudge();
  }

  #takeProcesses(lists: ReadonlyMap<string, ProcessList>): void {
    let isNews = false;
    for (const follows of this.#byTarget().values()) {
      const containerId = follows[0]?.container?.containerId ?? null;
      const list = containerId === null ? undefined : lists.get(containerId);
      if (list === undefined) continue;
      const shares = shareOut(stressorsOf(list.processes), follows.map(this.#claimOf));
      follows.forEach((follow, index) => {
        isNews = follow.takeReading(list, shares[index] ?? null) || isNews;
      });
    }
    if (isNews) this.#rejudge();
  }

  readonly #claimOf = (follow: ArrivalFollow): Claim => ({
    id: follow.id,
    kind: follow.kind,
    expectedBytes: this.#expectedOf(follow),
    ownsRun: (run) => follow.ownsRun(run),
  });

  #expectedOf({ ask, pod }: ArrivalFollow): number | null {
    if (ask.memory === null) return null;
    const { bytes, nodePercent } = ask.memory;
    const nodeMemory = nodePercent === null ? null : this.#nodeMemory(pod);
    return stressBytesOnNode({ totalBytes: bytes, nodePercent }, nodeMemory);
  }

  #nodeMemory(pod: PodView | null): number | null {
    const { agents, nodes } = this.#options.sources;
    const name = pod?.pod.spec.nodeName;
    const byAgent = agents.get().find(({ nodeName }) => nodeName === name)?.node?.memoryTotalBytes;
    return byAgent ?? nodes.get().find((node) => node.name === name)?.facts?.capacityBytes ?? null;
  }

  /** Those on one container, in the order of their injection. */
  #byTarget(): ReadonlyMap<string, readonly ArrivalFollow[]> {
    const byTarget = new Map<string, ArrivalFollow[]>();
    for (const follow of this.#follows.values()) {
      const known = byTarget.get(follow.target);
      if (known === undefined) byTarget.set(follow.target, [follow]);
      else known.push(follow);
    }
    return byTarget;
  }

  /** Has the containers under stress looked at, and no others. */
  #look(): void {
    const pods = new Set<string>();
    const containers = new Set<string>();
    for (const { podKey, container } of this.#follows.values()) {
      pods.add(podKey);
      const id = container?.containerId ?? null;
      if (id !== null && containers.size < MAX_READ) containers.add(id);
    }
    const shown = [...pods, '', ...containers].join(' ');
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#options.interest.show(pods, containers);
  }

  #rejudge(): void {
    if (this.#judge()) this.#options.onChange();
  }

  /** Returns whether something is different now. */
  #judge(): boolean {
    // What is known while the connection is down is what was known before.
    if (this.#options.sources.connection.get().phase !== 'live') return false;
    const arrivals = new Map<string, Arrival[]>();
    for (const follows of this.#byTarget().values()) {
      const claims = follows.map(this.#claimOf);
      const growth = this.#growthOf(follows, claims);
      follows.forEach((follow, index) => {
        const arrival = this.#arrivalOf(
          follow,
          claims[index]?.expectedBytes ?? null,
          growth?.get(follow.id) ?? null,
        );
        const known = arrivals.get(follow.experimentKey);
        if (known === undefined) arrivals.set(follow.experimentKey, [arrival]);
        else known.push(arrival);
      });
    }
    if (isSame(this.#arrivals, arrivals)) return false;
    this.#arrivals = arrivals;
    return true;
  }

  #arrivalOf(follow: ArrivalFollow, expectedBytes: number | null, growthBytes: number | null): Arrival {
    const { connection } = this.#options.sources;
    const now = this.#now();
    const mayBeUnseen = now - follow.injectedAt < UNSEEN_MS || !isRead(connection.get(), follow.podKey);
    const { state, reason, arrivedBytes } = judgeArrival(
      follow.story({ now, expectedBytes, growthBytes, mayBeUnseen }),
    );
    const { target, experimentKey, stressorKills } = follow;
    const reinjection = this.#options.reinjectionOf(experimentKey, target);
    const found = { target, state, reason, expectedBytes, arrivedBytes, stressorKills, reinjection };
    if (follow.told === null || !isAlike(follow.told, found)) follow.told = found;
    return follow.told;
  }

  /** What each has of the growth of the container's working set; null where nothing measures it. */
  #growthOf(follows: readonly ArrivalFollow[], claims: readonly Claim[]): ReadonlyMap<string, number> | null {
    const [first] = follows;
    const container: ContainerView | null = first?.container ?? null;
    const baseline = this.#options.sources.baselines.of(container?.containerId ?? null);
    const memory = container?.memory ?? null;
    if (first === undefined || baseline === null || memory === null || memory.stale) return null;
    const grown = memory.measuredAt < first.injectedAt ? 0 : Math.max(0, memory.workingSetBytes - baseline);
    return shareOutBytes(grown, claims);
  }
}

/** A record that was injected again is another. */
function followId({ key, object }: ExperimentView, { id, injectedCount }: StressChaosRecord): string {
  return [key, object.metadata.uid ?? '', id, injectedCount].join(' ');
}

/** Those that are injected; of the agents' also such as they have lost, which Chaos Mesh goes on to call injected. */
function injectedRecords({ object, phase, engine }: ExperimentView): readonly StressChaosRecord[] {
  if (phase === 'paused' || phase === 'stopping' || phase === 'finished') return [];
  const { desiredPhase, containerRecords = [] } = object.status?.experiment ?? {};
  if (desiredPhase === 'Stop') return [];
  return containerRecords.filter((record) => isInjected(record) || (engine === 'agent' && isLost(record)));
}

/** It ran, and nobody has ended it. */
function isLost({ injectedCount, events }: StressChaosRecord): boolean {
  const last = events?.at(-1);
  return injectedCount > 0 && last?.type === 'Failed' && last.operation === 'Apply';
}

/** Whether the Pods of its namespace are read at all. */
function isRead(connection: ConnectionState, podKey: string): boolean {
  const scope = connection.phase === 'live' ? connection.scope : undefined;
  return scope === undefined || scope.namespaces.includes(podKey.slice(0, podKey.indexOf('/')));
}

function isSame(
  before: ReadonlyMap<string, readonly Arrival[]>,
  now: ReadonlyMap<string, readonly Arrival[]>,
): boolean {
  const keys = [...now.keys()];
  return (
    keys.length === before.size &&
    keys.every((key) => {
      const [a = NONE, b = NONE] = [before.get(key), now.get(key)];
      return a.length === b.length && a.every((one, index) => one === b[index]);
    })
  );
}

/** Bytes that nobody would see move are the same. */
function isAlike(a: Arrival, b: Arrival): boolean {
  const moved = Math.abs((a.arrivedBytes ?? 0) - (b.arrivedBytes ?? 0));
  return (
    a.state === b.state &&
    a.reason === b.reason &&
    a.expectedBytes === b.expectedBytes &&
    (a.arrivedBytes === null) === (b.arrivedBytes === null) &&
    moved < Math.max(64 * 1024, (b.expectedBytes ?? 0) / 500) &&
    a.stressorKills === b.stressorKills &&
    a.reinjection?.count === b.reinjection?.count &&
    a.reinjection?.exhausted === b.reinjection?.exhausted
  );
}
