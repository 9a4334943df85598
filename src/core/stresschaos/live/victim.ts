import { weighProcesses } from '../../memory/victim.js';
import type { StressModel } from '../check/model.js';
import { rampMs } from '../rules/options.js';
import { entryOf } from '../yaml/node.js';
import { integerOf } from '../yaml/scalar.js';
import type { LiveStress, LiveTarget } from './stress.js';

export type Victim = 'stressor' | 'application';

/** What a stressor without an oom_score_adj of its own inherits from chaos-daemon: BestEffort, or Burstable with a small request. */
const INHERITED = { low: 984, high: 1000 } as const;
/** Newer kubelets subtract a few points more than the formula says. */
const KUBELET_TOLERANCE = 10;

/** The oom_score_adj that a manifest gives to its memory stressors; null: none, they inherit one. */
export function writtenAdj(model: StressModel): number | null {
  const value =
    model.memory === undefined ? null : integerOf(entryOf(model.memory.map, 'oomScoreAdj')?.value);
  return value === 0 ? null : value;
}

/**
 * Whom the kernel takes first once the stress has filled the container up to its limit; null where that hangs on what is not
 * known. The application counts with all of its memory as one process where that speaks for it, and with none where against.
 */
export function firstVictim(stress: LiveStress, target: LiveTarget): Victim | null {
  const { container, beforeBytes, stressBytes } = target;
  const { limitBytes, memory } = container;
  const { adj } = target;
  if (limitBytes === null || stressBytes === null || stress.ask === null || adj === null) return null;
  const rss = memory?.stale === false ? (memory.rssBytes ?? beforeBytes) : beforeBytes;
  if (rss === null || beforeBytes === null) return null;
  const written = writtenAdj(stress.model);
  const inherited =
    stress.world.engine === 'agent' ? { low: INHERITED.high, high: INHERITED.high } : INHERITED;
  const { low, high } = written === null ? inherited : { low: written, high: written };
  // With a ramp all workers grow alike; without one the first has all of its share before the next one starts.
  const room = Math.max(0, limitBytes - beforeBytes);
  const { workers } = stress.ask;
  const largest = rampMs(stress.model) === null ? Math.min(stressBytes / workers, room) : room / workers;
  const first = (appBytes: number, appAdj: number, stressAdj: number): Victim | null => {
    const [worst] = weighProcesses(
      [process(1, appBytes, appAdj), process(2, largest, stressAdj)],
      limitBytes,
    );
    if (worst === undefined || worst.badness === null) return null;
    return worst.process.pid === 2 ? 'stressor' : 'application';
  };
  const atBest = first(rss, adj, low);
  const atWorst = first(0, Math.max(-1000, adj - KUBELET_TOLERANCE), high);
  return atBest === atWorst ? atBest : null;
}

function process(pid: number, rssBytes: number, adj: number) {
  return { pid, rssBytes, swapBytes: 0, pageTableBytes: 0, oomScoreAdj: adj };
}
