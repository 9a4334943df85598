import type { StressChaosSpec } from '../kubernetes/objects.js';
import { durationMs } from '../units/duration.js';
import { parseRuntimeSize } from '../units/size.js';

/** What a spec comes to in one container. */
export interface StressShare {
  readonly memory?: {
    /** The total shared by the workers, bytes. */
    readonly bytes: number;
    readonly workers: number;
    /** How long it takes to grow, ms; absent: at once. */
    readonly rampMs?: number;
    /** Absent: the stressor keeps the score of what starts it. */
    readonly oomScoreAdj?: number;
  };
  readonly cpu?: { readonly workers: number; readonly load?: number };
  /** Further flags of stress-ng, for the CPU. */
  readonly options?: readonly string[];
}

export type StressReading =
  | { readonly kind: 'stress'; readonly share: StressShare }
  /** Chaos Mesh would say Injected and start nothing, or only what dies at once. */
  | { readonly kind: 'nothing' }
  /** memStress would end with an error at this flag. */
  | { readonly kind: 'bad-flag'; readonly flag: string; readonly value: string | null };

/** What a worker takes at least, bytes. */
const PAGE_BYTES = 4096;

/**
 * What Chaos Mesh since 2.2 starts in one container for this spec: memStress and stress-ng, by the command lines that
 * it builds for them.
 *
 * @param nodeMemoryBytes the node's MemTotal, of which a percentage is taken
 */
export function readStress({ stressors }: StressChaosSpec, nodeMemoryBytes: number): StressReading {
  const { memory, cpu } = stressors ?? {};
  const share: { -readonly [key in keyof StressShare]: StressShare[key] } = {};
  if (memory !== undefined && memory.workers > 0) {
    const read = readMemStress([
      ...['--workers', String(memory.workers)],
      ...(memory.size === undefined || memory.size === '' ? [] : ['--size', ...words([memory.size])]),
      ...words(memory.options),
    ]);
    if (read.kind === 'bad-flag') return read;
    const bytes = bytesOf(read.size, nodeMemoryBytes);
    if (bytes > 0) {
      share.memory = {
        bytes: Math.max(bytes, read.workers * PAGE_BYTES),
        workers: read.workers,
        ...(read.rampMs >= 1 && { rampMs: Math.round(read.rampMs) }),
        ...(memory.oomScoreAdj !== undefined &&
          memory.oomScoreAdj !== 0 && { oomScoreAdj: memory.oomScoreAdj }),
      };
    }
  }
  if (cpu !== undefined && cpu.workers > 0) {
    const options = words(cpu.options);
    share.cpu = { workers: cpu.workers, ...(cpu.load !== undefined && { load: cpu.load }) };
    if (options.length > 0) share.options = options;
  }
  return share.memory === undefined && share.cpu === undefined
    ? { kind: 'nothing' }
    : { kind: 'stress', share };
}

/** A command line is one text to Chaos Mesh, cut at white space. */
function words(items: readonly string[] = []): string[] {
  return items.flatMap((item) => item.split(/\s+/)).filter((word) => word !== '');
}

interface MemStress {
  readonly kind: 'memStress';
  workers: number;
  size: string;
  rampMs: number;
}

/** Go's flag package: one dash or two, `--flag value` or `--flag=value`, the last one wins, no flag after a stray word. */
function readMemStress(all: readonly string[]): MemStress | Extract<StressReading, { kind: 'bad-flag' }> {
  const read: MemStress = { kind: 'memStress', workers: 1, size: '', rampMs: 0 };
  for (let index = 0; index < all.length; index++) {
    const word = all[index] ?? '';
    if (word === '--' || !/^-./.test(word)) return read;
    const [, flag, inline] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (flag === undefined) return { kind: 'bad-flag', flag: word, value: null };
    const value = inline ?? all[++index];
    const bad = { kind: 'bad-flag', flag: `--${flag}`, value: value ?? null } as const;
    if (value === undefined) return bad;
    if (flag === 'size') read.size = value;
    else if (flag === 'workers' && /^[1-9]\d{0,3}$/.test(value)) read.workers = Number(value);
    // A time that it cannot read means none.
    else if (flag === 'time') read.rampMs = durationMs(value) ?? 0;
    else return bad;
  }
  return read;
}

function bytesOf(size: string, nodeMemoryBytes: number): number {
  if (size === '') return 0;
  const parsed = parseRuntimeSize(size);
  switch (parsed.kind) {
    case 'error':
      return 0;
    case 'bytes':
      return parsed.bytes;
    default:
      return Math.floor((nodeMemoryBytes * parsed.percent) / 100);
  }
}
