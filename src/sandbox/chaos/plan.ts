import type { StressChaosSpec } from '../../core/kubernetes/objects.js';
import { parseRuntimeSize } from '../../core/units/size.js';
import type { StressPlan } from '../../protocol/agent/types.js';

/** stress-ng gives each worker at least a page, bytes. */
const PAGE = 4096;
/** The longest that the agent lets a run last: what "until deleted" becomes, ms. */
const LONGEST_MS = 7 * 24 * 3_600_000;

/**
 * The stress of a spec for one container; null where Chaos Mesh would start nothing that takes memory or time (no
 * workers, no size, only `stressngStressors`), although it says Injected then, too. Throws Error on options.
 */
export function stressPlan(
  spec: StressChaosSpec,
  run: { readonly id: string; readonly containerId: string; readonly remainingMs: number | null },
  nodeMemoryBytes: number,
): StressPlan | null {
  refuseOptions(spec);
  const memory = memoryOf(spec, nodeMemoryBytes);
  const cpu = cpuOf(spec);
  if (memory === null && cpu === null) return null;
  return {
    id: run.id,
    containerId: run.containerId,
    ...(memory === null ? {} : { memory }),
    ...(cpu === null ? {} : { cpu }),
    durationMs: Math.round(Math.min(Math.max(run.remainingMs ?? LONGEST_MS, 1000), LONGEST_MS)),
  };
}

/** This stand-in has no memStress, and stress without the options asked for would be another stress. */
function refuseOptions({ stressors }: StressChaosSpec): void {
  const options = [...(stressors?.memory?.options ?? []), ...(stressors?.cpu?.options ?? [])];
  const words = options.filter((option) => option.trim() !== '');
  if (words.length > 0)
    throw new Error(`the sandbox takes no options of stressors: remove ${words.join(' ')} from the manifest`);
}

function memoryOf(
  { stressors }: StressChaosSpec,
  nodeMemoryBytes: number,
): NonNullable<StressPlan['memory']> | null {
  const memory = stressors?.memory;
  if (memory === undefined || memory.workers <= 0) return null;
  const bytes = sizeBytes(memory.size ?? '', nodeMemoryBytes);
  if (bytes <= 0) return null;
  const { workers, oomScoreAdj = 0 } = memory;
  return {
    bytes: Math.max(bytes, workers * PAGE),
    workers,
    // 0 leaves choom out: the stressor keeps the high score of what started it.
    ...(oomScoreAdj === 0 ? {} : { oomScoreAdj }),
  };
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
