import type { StressChaosSpec } from '../../core/kubernetes/objects.js';
import { parseDuration } from '../../core/units/duration.js';
import { parseRuntimeSize } from '../../core/units/size.js';
import type { StressPlan } from '../../protocol/agent/types.js';

/** stress-ng gives each worker at least a page, bytes. */
const PAGE = 4096;
/** The longest that the agent lets a run last: what "until deleted" becomes, ms. */
const LONGEST_MS = 7 * 24 * 3_600_000;

/** What memStress takes its flags to mean: those of `options` come last and win. */
interface MemoryFlags {
  readonly workers: number;
  readonly size: string;
  /** Its `--time`: how long the memory takes to grow, ms. */
  readonly rampMs: number;
}

/**
 * The stress of a spec for one container; null where Chaos Mesh would start nothing that takes memory or time (no
 * workers, no size, only `stressngStressors`), although it says Injected then, too. Throws Error on options that
 * memStress does not know; those for the CPU are the agent's to judge.
 */
export function stressPlan(
  spec: StressChaosSpec,
  run: { readonly id: string; readonly containerId: string; readonly remainingMs: number | null },
  nodeMemoryBytes: number,
): StressPlan | null {
  const memory = memoryOf(spec, nodeMemoryBytes);
  const cpu = cpuOf(spec);
  if (memory === null && cpu === null) return null;
  const options = cpu === null ? [] : words(spec.stressors?.cpu?.options);
  return {
    id: run.id,
    containerId: run.containerId,
    ...(memory === null ? {} : { memory }),
    ...(cpu === null ? {} : { cpu }),
    durationMs: Math.round(Math.min(Math.max(run.remainingMs ?? LONGEST_MS, 1000), LONGEST_MS)),
    ...(options.length === 0 ? {} : { options }),
  };
}

function words(options: readonly string[] = []): string[] {
  return options.flatMap((option) => option.split(/\s+/)).filter((word) => word !== '');
}

function memoryOf(
  { stressors }: StressChaosSpec,
  nodeMemoryBytes: number,
): NonNullable<StressPlan['memory']> | null {
  const memory = stressors?.memory;
  if (memory === undefined || memory.workers <= 0) return null;
  const flags = { workers: memory.workers, size: memory.size ?? '', rampMs: 0 };
  const { workers, size, rampMs } = readFlags(words(memory.options), flags);
  const bytes = sizeBytes(size, nodeMemoryBytes);
  if (bytes <= 0) return null;
  const { oomScoreAdj = 0 } = memory;
  return {
    bytes: Math.max(bytes, workers * PAGE),
    workers,
    ...(rampMs < 1 ? {} : { rampMs: Math.round(rampMs) }),
    // 0 leaves choom out: the stressor keeps the high score of what started it.
    ...(oomScoreAdj === 0 ? {} : { oomScoreAdj }),
  };
}

/** Reads memStress's command line as Go's flag package does: one dash or two, `--flag value` or `--flag=value`. */
function readFlags(all: readonly string[], fields: MemoryFlags): MemoryFlags {
  let { workers, size, rampMs } = fields;
  for (let index = 0; index < all.length; index++) {
    const [, name, inline] = /^--?(size|time|workers)(?:=(.*))?$/.exec(all[index] ?? '') ?? [];
    const value = inline ?? all[++index];
    if (name === undefined || value === undefined) {
      throw new Error(
        `the sandbox takes --time, --size and --workers as options of the memory stressor, as memStress does: ` +
          `remove ${name === undefined ? all[index - 1] : `--${name}`} from the manifest`,
      );
    }
    if (name === 'size') size = value;
    else if (name === 'workers') workers = workerCount(value);
    else rampMs = rampOf(value);
  }
  return { workers, size, rampMs };
}

function workerCount(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new Error(`memStress takes no --workers ${text}: write a whole number`);
}

/** A time that memStress cannot read means none: it takes the whole size at once. */
function rampOf(text: string): number {
  const duration = parseDuration(text);
  return duration.error === null ? Number(duration.ns) / 1e6 : 0;
}

/** What memStress would allocate in all, bytes; 0 for a size that it cannot read. */
function sizeBytes(size: string, nodeMemoryBytes: number): number {
  if (size === '') return 0;
  const parsed = parseRuntimeSize(size);
  if (parsed.kind === 'error') return 0;
  return parsed.kind === 'bytes' ? parsed.bytes : Math.floor((nodeMemoryBytes * parsed.percent) / 100);
}

function cpuOf({ stressors }: StressChaosSpec): NonNullable<StressPlan['cpu']> | null {
  const cpu = stressors?.cpu;
  if (cpu === undefined || cpu.workers <= 0) return null;
  return { workers: cpu.workers, ...(cpu.load === undefined ? {} : { load: cpu.load }) };
}
