import type { PodView } from '../../lab/types.js';

export const SORTINGS = ['name', 'workingSet', 'percent'] as const;
export type Sorting = (typeof SORTINGS)[number];

/** Orders Pods: by name, or the most used first and those of which nothing is known last. */
export function comparePods(sorting: Sorting): (a: PodView, b: PodView) => number {
  if (sorting === 'name') return byName;
  const weigh = sorting === 'workingSet' ? workingSet : share;
  return (a, b) => weigh(b) - weigh(a) || byName(a, b);
}

function byName(a: PodView, b: PodView): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : a.key < b.key ? -1 : 1;
}

function workingSet({ workingSetBytes }: PodView): number {
  return workingSetBytes ?? -1;
}

/** The highest share of any container's own limit. */
function share({ containers }: PodView): number {
  return containers.reduce(
    (most, { memory, limitBytes }) =>
      memory === null || limitBytes === null ? most : Math.max(most, memory.workingSetBytes / limitBytes),
    -1,
  );
}
