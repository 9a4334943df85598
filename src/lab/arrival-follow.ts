import type { ArrivalStory, ContainerInstance, StressorReading } from '../core/experiment/arrival.js';
import type { Claim, Share } from '../core/experiment/share-out.js';
import type { StressAsk } from '../core/experiment/stress-ask.js';
import { isStressorName } from '../core/experiment/stressors.js';
import type { ContainerStatus, StressChaosRecord } from '../core/kubernetes/objects.js';
import { readRunId } from './stress-runs.js';
import type { Arrival, ContainerView, ExperimentView, NamedKill, PodView, ProcessList } from './types.js';

export interface ArrivalFollowOptions {
  readonly id: string;
  readonly experiment: ExperimentView;
  readonly record: StressChaosRecord;
  readonly ask: StressAsk;
  /** ms since 1970, by our own clock. */
  readonly injectedAt: number;
  /** Whether we watched when it was injected, or came later. */
  readonly isWitnessed: boolean;
}

/** What a judgement needs beside what was followed. */
export interface ArrivalMoment {
  readonly now: number;
  readonly expectedBytes: number | null;
  readonly growthBytes: number | null;
  /** A Pod that was never seen may yet come, or may not be read. */
  readonly mayBeUnseen: boolean;
}

/** Readings older than this are over, ms. */
const KEEP_MS = 30_000;
const KEEP_KILLS = 50;
/** The API tells of an injection a moment after its first kill, ms. */
const EARLY_MS = 1_500;
/** Clocks of one cluster differ by so much at most, its times being whole seconds, ms. */
const SKEW_MS = 5_000;

/** One injection into one container: what was seen of it so far. */
export class ArrivalFollow {
  readonly id: string;
  readonly experimentKey: string;
  /** `namespace/pod/container`. */
  readonly target: string;
  readonly podKey: string;
  readonly ask: StressAsk;
  readonly injectedAt: number;
  /** What was told of it last. */
  told: Arrival | null = null;
  readonly #uid: string | null;
  /** When it was applied by the cluster's clock, ms since 1970; null: it does not say. */
  readonly #appliedAt: number | null;
  readonly #isWitnessed: boolean;
  #pod: PodView | null = null;
  #container: ContainerView | null = null;
  #isThere = false;
  #isReplaced = false;
  #atFirst: ContainerInstance | null = null;
  readonly #readings: StressorReading[] = [];
  #failsToRead = false;
  readonly #kills: number[] = [];
  #killed = 0;
  /** Kills that only a counter told. */
  #counted = 0;

  constructor({ id, experiment, record, ask, injectedAt, isWitnessed }: ArrivalFollowOptions) {
    this.id = id;
    this.experimentKey = experiment.key;
    this.target = record.id;
    this.podKey = record.id.split('/').slice(0, 2).join('/');
    this.ask = ask;
    this.injectedAt = injectedAt;
    this.#uid = experiment.object.metadata.uid ?? null;
    this.#appliedAt = appliedAt(record);
    this.#isWitnessed = isWitnessed;
  }

  get kind(): Claim['kind'] {
    return this.ask.memory === null && this.ask.cpu ? 'cpu' : 'memory';
  }

  /** As last seen; null: never. */
  get pod(): PodView | null {
    return this.#pod;
  }

  /** As last seen. */
  get container(): ContainerView | null {
    return this.#container;
  }

  /** OOM kills of its stressors; such as only a counter told are taken for theirs where others were. */
  get stressorKills(): number {
    return this.#killed === 0 ? 0 : this.#killed + this.#counted;
  }

  /** Runs of the agents are named after the experiment that they belong to, as the sandbox's Chaos Mesh names its own. */
  ownsRun(run: string): boolean {
    if (this.#uid === null) return false;
    return readRunId(run)?.uid === this.#uid || run.startsWith(`${this.#uid}.`);
  }

  /** @param pod null: there is none of its name. */
  takePod(pod: PodView | null): void {
    this.#isThere = pod !== null;
    if (pod === null || pod === this.#pod) return;
    this.#isReplaced = this.#pod !== null && this.#pod.pod.metadata.uid !== pod.pod.metadata.uid;
    if (this.#isReplaced) return;
    const name = this.target.slice(this.podKey.length + 1);
    const container = pod.containers.find((one) => one.name === name) ?? null;
    this.#pod = pod;
    this.#container = container;
    if (container !== null) this.#atFirst ??= instanceOf(container);
  }

  /** Takes in what is its own of the container's stressors; returns whether that is news. */
  takeReading({ readAt, detail }: ProcessList, share: Share | null): boolean {
    const last = this.#readings.at(-1)?.at ?? this.injectedAt;
    if (detail !== null || share === null || readAt <= last) {
      const hasTurned = !this.#failsToRead && detail !== null;
      this.#failsToRead = detail !== null;
      return hasTurned;
    }
    this.#failsToRead = false;
    this.#readings.push({ at: readAt, ...share });
    this.#forgetOld(readAt);
    return true;
  }

  /** Takes in a kill that was not told before; returns whether it may be one of its stressors. */
  takeKill({ kill, namespace, podName, containerName }: NamedKill, now: number): boolean {
    const { container } = this;
    const killedIn = kill.pod?.containerId ?? null;
    const isHere =
      killedIn === null
        ? `${namespace}/${podName}/${containerName}` === this.target
        : killedIn === container?.containerId || killedIn === this.#atFirst?.containerId;
    if (!isHere || (kill.victim !== null && !isStressorName(kill.victim.comm))) return false;
    const killedAt = Date.parse(kill.time);
    // Both by the node's own clock, whatever ours says.
    const age = Date.parse(container?.sampledAt ?? '') - killedAt;
    const at = now - (Number.isNaN(age) ? 0 : Math.max(0, age));
    const isEarlier = this.#isWitnessed
      ? at < this.injectedAt - EARLY_MS
      : this.#appliedAt !== null && killedAt < this.#appliedAt;
    if (isEarlier) return false;
    if (kill.victim === null) this.#counted += 1;
    else this.#killed += 1;
    this.#kills.push(at);
    if (this.#kills.length > KEEP_KILLS) this.#kills.shift();
    return true;
  }

  story({ now, expectedBytes, growthBytes, mayBeUnseen }: ArrivalMoment): ArrivalStory {
    const { container } = this;
    const unseen = mayBeUnseen ? 'unseen' : 'gone';
    return {
      now,
      injectedAt: this.injectedAt,
      expectedBytes,
      kind: this.kind,
      workers: this.ask.memory?.workers ?? 0,
      rampMs: this.ask.memory?.rampMs ?? 0,
      pod: this.#isReplaced ? 'replaced' : this.#isThere ? 'there' : this.#pod === null ? unseen : 'gone',
      container: container === null ? null : this.#containerStory(container),
      readings: this.#failsToRead && this.#readings.length === 0 ? null : this.#readings,
      growthBytes,
      kills: this.#killed === 0 ? [] : this.#kills,
    };
  }

  #containerStory(container: ContainerView): NonNullable<ArrivalStory['container']> {
    const status = this.#pod?.pod.status?.containerStatuses?.find(({ name }) => name === container.name);
    return {
      atFirst: this.#atFirst ?? instanceOf(container),
      now: {
        ...instanceOf(container),
        isRunning: status?.state === undefined ? container.state === RUNNING : isRunning(status),
        wasOomKilled: status?.lastState?.terminated?.reason === 'OOMKilled',
        startedAfterInjection: this.#isStartedLater(status),
      },
    };
  }

  #isStartedLater(status: ContainerStatus | undefined): boolean | null {
    const startedAt = Date.parse(status?.state?.running?.startedAt ?? '');
    if (this.#isWitnessed || this.#appliedAt === null || Number.isNaN(startedAt)) return null;
    return startedAt > this.#appliedAt + SKEW_MS;
  }

  /** The last one with stressors stays: it tells that there were any. */
  #forgetOld(now: number): void {
    const lastRun = this.#readings.findLast(({ pids }) => pids.length > 0);
    while (this.#readings[0] !== undefined && this.#readings[0] !== lastRun) {
      if (now - this.#readings[0].at <= KEEP_MS) return;
      this.#readings.shift();
    }
  }
}

const RUNNING = 'Running';

function isRunning({ state }: ContainerStatus): boolean {
  return state?.running !== undefined;
}

function instanceOf({ containerId, restartCount }: ContainerView): ContainerInstance {
  return { containerId, restartCount };
}

function appliedAt({ events = [] }: StressChaosRecord): number | null {
  const applied = events.findLast(({ type, operation }) => type === 'Succeeded' && operation === 'Apply');
  const time = Date.parse(applied?.timestamp ?? '');
  return Number.isNaN(time) ? null : time;
}
