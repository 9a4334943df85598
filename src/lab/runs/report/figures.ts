import type { RunRecord, RunTarget } from '../../../core/experiment/record.js';
import type { Tone } from './model.js';
import { OUTCOMES, TONES } from './texts.js';

/** OOM kills of the run: counted where there is a counter, told where there is none. */
export function killsIn(record: RunRecord): number {
  const ofPods = record.kills.filter(({ target }) => target.split('/').length === 2).length;
  return record.targets.reduce(
    (sum, { kills, target }) => sum + Math.max(kills, toldOf(record, target)),
    ofPods,
  );
}

export function restartsIn(record: RunRecord): number {
  return record.targets.reduce((sum, { restarts }) => sum + restarts.after - restarts.before, 0);
}

/** The highest working set of the run, and where; null: nothing was measured. */
export function highestPeak(
  record: RunRecord,
): (NonNullable<RunTarget['peak']> & { target: RunTarget }) | null {
  const peaks = record.targets.flatMap((target) =>
    target.peak === null ? [] : [{ ...target.peak, target }],
  );
  return peaks.sort((a, b) => shareOf(b) - shareOf(a) || b.bytes - a.bytes)[0] ?? null;
}

/** Arrived and expected over all containers, bytes, and when the last one had it all; null: not measured everywhere. */
export function arrivedIn(
  record: RunRecord,
): { readonly arrived: number; readonly expected: number; readonly at: number | null } | null {
  const known = record.targets.flatMap(({ arrival }) =>
    arrival?.arrivedBytes == null || arrival.expectedBytes === null ? [] : [arrival],
  );
  if (known.length === 0 || known.length < record.targets.length) return null;
  const at = known.map(({ arrivedAt }) => arrivedAt);
  return {
    arrived: known.reduce((sum, { arrivedBytes }) => sum + (arrivedBytes ?? 0), 0),
    expected: known.reduce((sum, { expectedBytes }) => sum + (expectedBytes ?? 0), 0),
    at: at.includes(null) ? null : Math.max(...at.map((time) => time ?? 0)),
  };
}

/** What a run came to, in a few words: its verdict, or what happened. */
export function outcomeOf(record: RunRecord): { readonly tone: Tone; readonly text: string } {
  const { verdict } = record;
  if (verdict !== null) {
    return { tone: TONES[verdict.outcome], text: `Expectations ${OUTCOMES[verdict.outcome]}` };
  }
  if (record.end === 'failed' || record.injectedAfter === null)
    return { tone: 'unknown', text: 'Not injected' };
  const kills = killsIn(record);
  if (kills > 0) return { tone: 'bad', text: killsText(kills) };
  const restarts = restartsIn(record);
  if (restarts > 0) return { tone: 'bad', text: restarts === 1 ? '1 restart' : `${restarts} restarts` };
  const isWatched = record.targets.length > 0 && record.targets.every(({ killsWatched }) => killsWatched);
  return isWatched ? { tone: 'good', text: 'Survived' } : { tone: 'unknown', text: 'No kill seen' };
}

export function killsText(kills: number): string {
  return kills === 1 ? '1 OOM kill' : `${kills} OOM kills`;
}

/** Kills with details of one container. */
export function toldOf({ kills }: RunRecord, target: string): number {
  return kills.filter((kill) => kill.target === target).length;
}

function shareOf({ bytes, target }: { readonly bytes: number; readonly target: RunTarget }): number {
  return target.limitBytes === null ? 0 : bytes / target.limitBytes;
}
