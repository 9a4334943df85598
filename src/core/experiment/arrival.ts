import type { ArrivalReason, ArrivalState } from './arrival-state.js';

/** One look at the stressors of an experiment in a container. */
export interface StressorReading {
  /** ms, by the one clock of the whole story. */
  readonly at: number;
  readonly pids: readonly number[];
  readonly bytes: number;
}

/** One life of a container. */
export interface ContainerInstance {
  readonly containerId: string | null;
  readonly restartCount: number;
}

/** What is known of one experiment in one container from its injection on. All times in ms, by one clock. */
export interface ArrivalStory {
  readonly now: number;
  /** When the injection was seen. */
  readonly injectedAt: number;
  /** What is asked for, bytes; null where it is not known, or no memory is stressed. */
  readonly expectedBytes: number | null;
  readonly kind: 'memory' | 'cpu';
  readonly workers: number;
  /** 0: it is taken at once. */
  readonly rampMs: number;
  /** `unseen`: this Pod was never seen, which may only mean that it may not be read. */
  readonly pod: 'there' | 'replaced' | 'gone' | 'unseen';
  readonly container: {
    /** When the injection was first seen. */
    readonly atFirst: ContainerInstance;
    readonly now: ContainerInstance & {
      readonly isRunning: boolean;
      /** Its life before ended by the OOM killer. */
      readonly wasOomKilled: boolean;
      /**
       * By the cluster's own clocks it was started after the injection; null where they do not tell, and where the
       * injection was witnessed.
       */
      readonly startedAfterInjection: boolean | null;
    };
  } | null;
  /** Oldest first, since the injection; empty while there is none; null where nobody reads the processes. */
  readonly readings: readonly StressorReading[] | null;
  /** What the working set grew by since before the first stress, this experiment's share; bytes, null: not measured. */
  readonly growthBytes: number | null;
  /** When OOM kills of its stressors were heard of. */
  readonly kills: readonly number[];
}

export interface ArrivalVerdict {
  readonly state: ArrivalState;
  readonly reason: ArrivalReason | null;
  readonly arrivedBytes: number | null;
}

/**
 * So much may be missing from what counts as arrived, as a share and in bytes: workers round their part down to whole
 * pages, and what the programs need for themselves is only known to a MiB or so.
 */
const MISSING_SHARE = 0.05;
const MISSING_BYTES = 1024 ** 2;
/** A stressor that was started is there within this time, ms. */
const ABSENT_MS = 3_000;
/** Kills and changes of stressors this long ago are over, ms. */
export const RECENT_MS = 12_000;
/** Once is an accident, twice is a loop. */
const LOOP = 2;
/** So long without growth is a halt, ms. */
const HALT_MS = 6_000;
/** Growth below that is none: a share of what is expected, and bytes. */
const HALT_SHARE = 0.01;
const HALT_BYTES = 1024 ** 2;
/** memStress starts one worker a second, ms. */
const PER_WORKER_MS = 1_000;
/** A reading this old says nothing of now, ms. */
const OLD_READING_MS = 15_000;
/** The first reading takes a moment, ms. */
const FIRST_READING_MS = 6_000;
/** The slowest source of working sets tells within this time, ms. */
const SLOWEST_SOURCE_MS = 90_000;

/** What became of the stress, by what is known of it. */
export function judgeArrival(story: ArrivalStory): ArrivalVerdict {
  const lost = lostWith(story);
  if (lost !== null) return { ...lost, arrivedBytes: 0 };
  const reading = latest(story);
  const loop = respawning(story);
  if (loop !== null) {
    return { state: 'respawning', reason: loop, arrivedBytes: reading?.bytes ?? null };
  }
  if (reading !== null) return byStressors(story, reading);
  const awaitsReading = story.readings !== null && story.now - story.injectedAt < FIRST_READING_MS;
  return awaitsReading ? verdict('arriving', null) : byWorkingSet(story);
}

function verdict(
  state: ArrivalState,
  arrivedBytes: number | null,
  reason: ArrivalReason | null = null,
): ArrivalVerdict {
  return { state, reason, arrivedBytes };
}

/** The stress ends with its container, whatever the experiment's records say. */
function lostWith(story: ArrivalStory): Pick<ArrivalVerdict, 'state' | 'reason'> | null {
  const { pod, container } = story;
  if (pod === 'gone') return { state: 'gone', reason: null };
  if (pod === 'replaced') return { state: 'gone', reason: 'replaced' };
  if (container === null) return null;
  const { atFirst, now } = container;
  if (!now.isRunning) return { state: 'restarted', reason: 'down' };
  if (!isAnother(atFirst, now) && !isLater(story)) return null;
  return { state: 'restarted', reason: now.wasOomKilled ? 'oom-killed' : null };
}

function isAnother(before: ContainerInstance, now: ContainerInstance): boolean {
  const isOtherId =
    before.containerId !== null && now.containerId !== null && before.containerId !== now.containerId;
  return isOtherId || now.restartCount > before.restartCount;
}

/** The clocks say that this container is younger than its injection, and no stressor speaks against it. */
function isLater(story: ArrivalStory): boolean {
  return story.container?.now.startedAfterInjection === true && (latest(story)?.pids.length ?? 0) === 0;
}

/** What ends its stressors again and again; null where nothing does. */
function respawning({ now, kills, readings }: ArrivalStory): 'killed' | 'exits' | null {
  const isRecent = (at: number): boolean => now - at <= RECENT_MS;
  const isKilled = isRecent(kills.at(-1) ?? Number.NEGATIVE_INFINITY);
  if (isKilled && kills.length >= LOOP) return 'killed';
  const rounds = replacements((readings ?? []).filter(({ at }) => isRecent(at)));
  // Of one that was killed and came again it is plain that it will be killed again.
  if (isKilled) return rounds > 0 ? 'killed' : null;
  return rounds >= LOOP ? 'exits' : null;
}

/** In how many readings stressors had come for others that had gone; the first ones of memStress come one by one and replace none. */
function replacements(readings: readonly StressorReading[]): number {
  const seen = new Set(readings[0]?.pids);
  let before: readonly number[] = readings[0]?.pids ?? [];
  let gone = 0;
  let rounds = 0;
  for (const { pids } of readings.slice(1)) {
    gone += before.filter((pid) => !pids.includes(pid)).length;
    const born = pids.filter((pid) => !seen.has(pid));
    if (gone > 0 && born.length > 0) {
      rounds += 1;
      gone = Math.max(0, gone - born.length);
    }
    for (const pid of born) seen.add(pid);
    before = pids;
  }
  return rounds;
}

function byStressors(story: ArrivalStory, reading: StressorReading): ArrivalVerdict {
  const { now, injectedAt, expectedBytes, kind, readings } = story;
  if (reading.pids.length === 0) {
    if (reading.at - injectedAt < ABSENT_MS) return verdict('arriving', 0);
    const ran = (readings ?? []).some(({ pids }) => pids.length > 0);
    return verdict('absent', 0, ran ? 'ended' : 'never-ran');
  }
  if (kind === 'cpu') return verdict('arrived', null);
  if (expectedBytes === null) return verdict('unknown', reading.bytes);
  // memStress' workers end at once where there is nothing to take.
  if (expectedBytes === 0) return verdict('absent', reading.bytes, 'never-ran');
  if (isAll(reading.bytes, expectedBytes)) return verdict('arrived', reading.bytes);
  const mayGrow = now - injectedAt < timeToArrive(story) + HALT_MS;
  return verdict(mayGrow || grows(story, expectedBytes) ? 'arriving' : 'short', reading.bytes);
}

/** Working sets move for other reasons, too: less than expected after its time is not called short. */
function byWorkingSet(story: ArrivalStory): ArrivalVerdict {
  const { now, injectedAt, expectedBytes, growthBytes, kind } = story;
  if (kind === 'cpu' || expectedBytes === null || growthBytes === null) return verdict('unknown', null);
  const arrivedBytes = Math.max(0, growthBytes);
  if (isAll(arrivedBytes, expectedBytes)) return verdict('arrived', arrivedBytes);
  const mayGrow = now - injectedAt < timeToArrive(story) + SLOWEST_SOURCE_MS;
  return verdict(mayGrow ? 'arriving' : 'unknown', arrivedBytes);
}

function isAll(bytes: number, expectedBytes: number): boolean {
  return bytes >= expectedBytes - Math.max(MISSING_BYTES, expectedBytes * MISSING_SHARE);
}

/** The newest reading of the stressors; null where there is none that says something of now. */
function latest({ readings, now }: ArrivalStory): StressorReading | null {
  const last = readings?.at(-1);
  return last === undefined || now - last.at > OLD_READING_MS ? null : last;
}

function timeToArrive({ rampMs, workers }: ArrivalStory): number {
  return rampMs + workers * PER_WORKER_MS;
}

function grows({ readings, now }: ArrivalStory, expectedBytes: number): boolean {
  const all = readings ?? [];
  const bytes = all.at(-1)?.bytes ?? 0;
  const before = all.findLast(({ at }) => now - at >= HALT_MS);
  if (before === undefined) return true;
  return bytes - before.bytes >= Math.max(HALT_BYTES, expectedBytes * HALT_SHARE);
}
