import type { MemoryStressor } from '../../core/kubernetes/objects.js';
import { parseDuration } from '../../core/units/duration.js';

/** What memStress takes its command line to mean. */
export interface MemStress {
  readonly workers: number;
  /** As it was given, unread. */
  readonly size: string;
  /** How long the memory takes to grow, ms. */
  readonly rampMs: number;
}

/** What memStress has when it is told no size. */
const NO_SIZE = '0KB';
/** The longest list of workers that is run here; the CRD allows as many. */
const MOST_WORKERS = 8192;

/**
 * Reads the command line that Chaos Mesh gives memStress, as Go's flag package does: one dash or two, `--flag value` or
 * `--flag=value`, later ones win, and the first word that is no flag ends it. Null where memStress would end at once (a
 * flag that it does not know, a value that it cannot read), which nobody sees. Throws Error on what the sandbox cannot do.
 */
export function memStress({ workers, size = '', options = [] }: MemoryStressor): MemStress | null {
  const line = ['--workers', String(workers), ...(size === '' ? [] : ['--size', size]), ...options];
  const words = line.flatMap((part) => part.split(/\s+/)).filter((word) => word !== '');
  let read: MemStress = { workers: 1, size: NO_SIZE, rampMs: 0 };
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--' || !/^-./.test(word)) break;
    const [, name = '', inline] = /^--?([^-=][^=]*)(?:=(.*))?$/.exec(word) ?? [];
    if (name === 'client') {
      throw new Error(
        'memStress is asked to be a client of itself, which the sandbox cannot do: remove --client',
      );
    }
    const next = inline === undefined ? withFlag(read, name, words[++index]) : withFlag(read, name, inline);
    if (next === null) return null;
    read = next;
  }
  return read;
}

/** Null for a flag or a value that memStress does not take. */
function withFlag(read: MemStress, name: string, value: string | undefined): MemStress | null {
  if (value === undefined) return null;
  switch (name) {
    case 'size':
      return { ...read, size: value };
    case 'time':
      return { ...read, rampMs: rampOf(value) };
    case 'workers':
      return /^\+?\d+$/.test(value) && Number(value) <= MOST_WORKERS
        ? { ...read, workers: Number(value) }
        : null;
    default:
      return null;
  }
}

/** A time that memStress cannot read means none: it takes the whole size at once. */
function rampOf(text: string): number {
  const duration = parseDuration(text);
  return duration.error === null ? Number(duration.ns) / 1e6 : 0;
}
