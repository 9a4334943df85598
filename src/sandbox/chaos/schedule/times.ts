import { type CronError, type CronSchedule, nextAfter, parseCron } from '../../../core/stresschaos/cron.js';

/** So many runs may have been missed before a Schedule gives up. */
const MOST_MISSED = 100;

/** When a Schedule should start one. */
export interface Due {
  /** The last time at which it should have, and did not; ms since the epoch. Null: none. */
  readonly missed: number | null;
  /** The next time, ms since the epoch; null: never. */
  readonly next: number | null;
}

/** Reads a schedule as Chaos Mesh does; its time zone must be one that is known here. */
export function readSchedule(text: string): CronSchedule | CronError {
  const schedule = parseCron(text);
  if (schedule.error !== null || schedule.kind === 'every' || schedule.zone === null) return schedule;
  return offsetOf(schedule.zone, 0) === null ? { error: 'time-zone', detail: schedule.zone } : schedule;
}

/**
 * What is due at a time, as CronJobs reckon: what was missed since the last start counts once. Times in ms since the epoch.
 * Throws Error where too much was missed.
 */
export function dueAt(
  schedule: CronSchedule,
  { since, deadlineMs }: { readonly since: number; readonly deadlineMs: number | null },
  now: number,
): Due {
  const from = deadlineMs === null ? since : Math.max(since, now - deadlineMs);
  const zone = schedule.kind === 'fields' ? schedule.zone : null;
  const after = (time: number): number | null =>
    nextAfter(schedule, time, (utc) => (zone === null ? 0 : (offsetOf(zone, utc) ?? 0)));
  let missed: number | null = null;
  let next = after(from);
  for (let count = 0; next !== null && next <= now; count++) {
    if (count >= MOST_MISSED) {
      throw new Error(
        'too many missed start time (> 100). Set or decrease .spec.startingDeadlineSeconds or check clock skew',
      );
    }
    missed = next;
    next = after(next);
  }
  return { missed, next };
}

/** How far a zone's clocks are ahead of UTC, ms; null for a zone that does not exist. */
function offsetOf(zone: string, utc: number): number | null {
  if (zone === '' || zone === 'UTC') return 0;
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    const name = format.formatToParts(utc).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign = '+', hours = '0', minutes = '0'] = /^GMT(?:([+-])(\d\d):(\d\d))?/.exec(name) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
