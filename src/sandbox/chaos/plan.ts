import type { StressChaosSpec } from '../../core/kubernetes/objects.js';
import { parseRuntimeSize } from '../../core/units/size.js';
import type { StressPlan } from '../../protocol/agent/types.js';
import { type MemStress, memStress } from './memstress.js';

/** stress-ng gives each worker at least a page, bytes. */
const PAGE = 4096;
/** The longest that the agent lets a run last: what "until deleted" becomes, ms. */
const LONGEST_MS = 7 * 24 * 3_600_000;

/** What Chaos Mesh would start for a spec in one container. */
export interface PlannedStress {
  /** Null: nothing that takes memory or time. */
  readonly plan: StressPlan | null;
  /** memStress is started and said to be injected, but ends at once or takes no memory: a bad flag, no size. */
  readonly emptyMemory: boolean;
}

/**
 * The stress of a spec for one container; nothing where Chaos Mesh would start nothing (no workers, only
 * `stressngStressors`), although it says Injected then, too. Options for the CPU are the agent's to judge. Throws Error
 * on what the sandbox cannot do.
 */
export function stressPlan(
  spec: StressChaosSpec,
  run: { readonly id: string; readonly containerId: string; readonly remainingMs: number | null },
  nodeMemoryBytes: number,
): PlannedStress {
  const wanted = spec.stressors?.memory;
  const started = wanted !== undefined && wanted.workers > 0 ? wanted : null;
  const memory =
    started === null ? null : memoryOf(memStress(started), started.oomScoreAdj ?? 0, nodeMemoryBytes);
  const cpu = cpuOf(spec);
  const emptyMemory = started !== null && memory === null;
  if (memory === null && cpu === null) return { plan: null, emptyMemory };
  const options = cpu === null ? [] : words(spec.stressors?.cpu?.options);
  const plan = {
    id: run.id,
    containerId: run.containerId,
    ...(memory === null ? {} : { memory }),
    ...(cpu === null ? {} : { cpu }),
    durationMs: Math.round(Math.min(Math.max(run.remainingMs ?? LONGEST_MS, 1000), LONGEST_MS)),
    ...(options.length === 0 ? {} : { options }),
  };
  return { plan, emptyMemory };
}

function words(options: readonly string[] = []): string[] {
  return options.flatMap((option) => option.split(/\s+/)).filter((word) => word !== '');
}

function memoryOf(
  flags: MemStress | null,
  oomScoreAdj: number,
  nodeMemoryBytes: number,
): NonNullable<StressPlan['memory']> | null {
  if (flags === null || flags.workers === 0) return null;
  const { workers, size, rampMs } = flags;
  const bytes = sizeBytes(size, nodeMemoryBytes);
  if (bytes <= 0) return null;
  return {
    bytes: Math.max(bytes, workers * PAGE),
    workers,
    ...(rampMs < 1 ? {} : { rampMs: Math.round(rampMs) }),
    // 0 leaves choom out: the stressor keeps the high score of what started it.
    ...(oomScoreAdj === 0 ? {} : { oomScoreAdj }),
  };
}

/** What memStress would allocate in all, bytes; 0 for a size that it cannot read. */
function sizeBytes(size: string, nodeMemoryBytes: number): number {
  const parsed = parseRuntimeSize(size);
  if (parsed.kind === 'error') return 0;
  return parsed.kind === 'bytes' ? parsed.bytes : Math.floor((nodeMemoryBytes * parsed.percent) / 100);
}

function cpuOf({ stressors }: StressChaosSpec): NonNullable<StressPlan['cpu']> | null {
  const cpu = stressors?.cpu;
  if (cpu === undefined || cpu.workers <= 0) return null;
  return { workers: cpu.workers, ...(cpu.load === undefined ? {} : { load: cpu.load }) };
}
