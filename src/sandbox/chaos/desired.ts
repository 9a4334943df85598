import { PAUSE_ANNOTATION, type StressChaos } from '../../core/kubernetes/objects.js';
import { parseDuration } from '../../core/units/duration.js';

export type DesiredPhase = 'Run' | 'Stop';

export interface Desired {
  readonly phase: DesiredPhase;
  readonly paused: boolean;
  /** The duration is over. */
  readonly timeUp: boolean;
  /** How long it may still run, ms; null: without end. */
  readonly remainingMs: number | null;
}

/** What should be so now. The duration counts from the object's creation; a pause does not make it longer. */
export function desired(object: StressChaos, now: number): Desired {
  const paused = object.metadata.annotations?.[PAUSE_ANNOTATION] === 'true';
  const deleting = object.metadata.deletionTimestamp !== undefined;
  const duration = parseDuration(object.spec.duration ?? '');
  const endsAt =
    duration.error === null
      ? Date.parse(object.metadata.creationTimestamp ?? '') + Number(duration.ns / 1_000_000n)
      : null;
  const timeUp = endsAt !== null && endsAt <= now;
  return {
    phase: deleting || paused || timeUp ? 'Stop' : 'Run',
    paused,
    timeUp,
    remainingMs: endsAt === null ? null : Math.max(0, endsAt - now),
  };
}
