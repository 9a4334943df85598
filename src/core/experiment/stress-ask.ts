import type { MemoryStressor, StressChaosSpec } from '../kubernetes/objects.js';
import { runtimeSize } from '../stresschaos/size.js';
import { BEHAVIOUR, holdsIn, type VersionNumber } from '../stresschaos/version.js';
import { durationMs } from '../units/duration.js';

/** What the programs behind a spec will take of one container. */
export interface StressAsk {
  /** Null: no memory is stressed. */
  readonly memory: {
    readonly workers: number;
    /** In all, shared by the workers, bytes; null where the size is a percentage. */
    readonly bytes: number | null;
    /** Percent of the NODE's memory; null where the size is not a percentage. */
    readonly nodePercent: number | null;
    /** The time over which it grows to the size, ms; 0: at once. */
    readonly rampMs: number;
  } | null;
  readonly cpu: boolean;
}

/** What stress-ng takes where it is told no size, bytes. */
const STRESS_NG_DEFAULT = 256 * 1024 ** 2;
/** More words than this are not looked at. */
const MAX_WORDS = 200;

/** Reads a spec as Chaos Mesh of that version runs it: memStress' own flags in `options` come last and win. */
export function stressAsk({ stressors }: StressChaosSpec, version: VersionNumber): StressAsk {
  const memory = stressors?.memory;
  return {
    memory: memory === undefined || memory.workers < 1 ? null : memoryAsk(memory, version),
    cpu: (stressors?.cpu?.workers ?? 0) > 0,
  };
}

function memoryAsk(memory: MemoryStressor, version: VersionNumber): NonNullable<StressAsk['memory']> {
  const runsMemStress = holdsIn(BEHAVIOUR.memStress, version);
  const flags = runsMemStress ? memStressFlags(memory) : {};
  const text = flags.size ?? memory.size ?? '';
  const size = text === '' ? null : runtimeSize(text, version);
  // What memStress is not told, or cannot read, it does not allocate.
  const bytes =
    size === null ? (runsMemStress ? 0 : STRESS_NG_DEFAULT) : size.kind === 'bytes' ? size.bytes : 0;
  const workers = Number(flags.workers ?? memory.workers);
  return {
    workers: Number.isSafeInteger(workers) && workers > 0 ? workers : memory.workers,
    bytes: size?.kind === 'percent' ? null : Math.max(0, bytes),
    nodePercent: size?.kind === 'percent' ? size.percent : null,
    // A time that memStress cannot read means none: it takes the whole size at once.
    rampMs: Math.max(0, durationMs(flags.time ?? '') ?? 0),
  };
}

type Flags = Partial<Record<'size' | 'time' | 'workers', string>>;

/**
 * memStress' command line as Go's flag package reads it: one dash or two, `--flag value` or `--flag=value`, to the
 * first stray word. A blank inside the size makes such a word.
 */
function memStressFlags({ size = '', options = [] }: MemoryStressor): Flags {
  if (wordsOf([size]).length > 1) return {};
  const words = wordsOf(options);
  const flags: Flags = {};
  for (let index = 0; index < Math.min(words.length, MAX_WORDS); index++) {
    const [, name, inline] = /^--?(size|time|workers)(?:=(.*))?$/.exec(words[index] ?? '') ?? [];
    if (name === undefined) return flags;
    const value = inline ?? words[++index];
    if (value !== undefined) flags[name as keyof Flags] = value;
  }
  return flags;
}

function wordsOf(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.split(/\s+/)).filter((word) => word !== '');
}
