import assert from 'node:assert/strict';
import { nodeKillCount } from '../../../src/agent/ledger/printed.js';
import type { KillEntry } from '../../../src/protocol/agent/types.js';
import type { TestContainer } from './cgroups.js';

/** Entries against what those who started the processes know. */
export interface Verdict {
  readonly entries: number;
  /** Entries that name their container. */
  readonly named: number;
  /** Entries that name another container, or do not have the right one among their candidates. */
  readonly wrong: number;
  /** Entries without a victim. */
  readonly counted: number;
}

/** @param truth the container in which each process was started, by pid */
export function judge(entries: readonly KillEntry[], truth: ReadonlyMap<number, TestContainer>): Verdict {
  return {
    entries: entries.length,
    named: entries.filter((entry) => entry.pod !== null).length,
    wrong: entries.filter((entry) => isWrong(entry, truth)).length,
    counted: entries.filter((entry) => entry.victim === null).length,
  };
}

function isWrong({ victim, pod, candidates }: KillEntry, truth: ReadonlyMap<number, TestContainer>): boolean {
  if (victim === null) return false;
  const id = truth.get(victim.pid)?.id;
  return pod ? pod.containerId !== id : !candidates.some((each) => each.containerId === id);
}

/** Entries that can only be of this container: it is named, or the sole candidate that was checked. */
export function onlyOf(entries: readonly KillEntry[], container: TestContainer): KillEntry[] {
  return entries.filter(({ pod, candidates, checked }) => {
    const sole = checked !== false && candidates.length === 1 ? candidates[0] : null;
    return (pod ?? sole)?.containerId === container.id;
  });
}

/** Kills on the whole node, of whomever: where it grew by more than a test's own kills, another's may be taken for them. */
export function nodeKills(): number {
  return nodeKillCount() ?? assert.fail('this kernel does not count OOM kills');
}

/** Storms in all these containers at once; resolves with the truth. */
export async function stormAll(
  containers: readonly TestContainer[],
  killsEach: number,
  parallel = 1,
): Promise<Map<number, TestContainer>> {
  const truth = new Map<number, TestContainer>();
  await Promise.all(
    containers.map(async (container) => {
      for (const pid of await container.knownStorm(killsEach, parallel)) truth.set(pid, container);
    }),
  );
  return truth;
}
