import { asNumber, asRecord, asString, type JsonRecord } from '../../cluster/decode.js';
import { age } from './layout.js';

/** The events as kubectl tables them, oldest first, whichever of the two generations of timestamps they have. */
export function eventRows(events: readonly unknown[], now: number): string[][] {
  const rows = events
    .map(asRecord)
    .filter((event) => event !== null)
    .map((event) => ({ event, last: lastSeen(event) }))
    // By the second, the coarser of the two: within one they stay in the order of the list.
    .sort((a, b) => order(a.last) - order(b.last))
    .map(({ event, last }) => [
      asString(event['type']) ?? '',
      asString(event['reason']) ?? '',
      ageText(event, last, now),
      asString(asRecord(event['source'])?.['component']) ?? asString(event['reportingComponent']) ?? '',
      (asString(event['message']) ?? '').trim(),
    ]);
  return [['Type', 'Reason', 'Age', 'From', 'Message'], ...rows];
}

function ageText(event: JsonRecord, last: number, now: number): string {
  const count = asNumber(asRecord(event['series'])?.['count']) ?? asNumber(event['count']) ?? 1;
  const first = timeOf(event, ['firstTimestamp', 'eventTime']);
  const ago = Number.isNaN(last) ? '<unknown>' : age(now - last);
  return count > 1 && !Number.isNaN(first) ? `${ago} (x${count} over ${age(now - first)})` : ago;
}

function lastSeen(event: JsonRecord): number {
  const series = Date.parse(asString(asRecord(event['series'])?.['lastObservedTime']) ?? '');
  return Number.isNaN(series) ? timeOf(event, ['lastTimestamp', 'eventTime', 'firstTimestamp']) : series;
}

function order(time: number): number {
  return Number.isNaN(time) ? 0 : Math.floor(time / 1000);
}

function timeOf(event: JsonRecord, keys: readonly string[]): number {
  for (const key of keys) {
    const time = Date.parse(asString(event[key]) ?? '');
    if (!Number.isNaN(time)) return time;
  }
  return Number.NaN;
}
