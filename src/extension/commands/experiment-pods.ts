import type { Lab } from '../../lab/types.js';
import { targetsOfExperiment } from '../present/experiment-rows.js';

/** Keys (`namespace/pod`) of the Pods that are there and that these experiments act on, or acted on. */
export function podKeysOf(lab: Lab, experiments: readonly string[]): readonly string[] {
  const there = new Set(lab.pods.get().map(({ key }) => key));
  const keys = lab.experiments
    .get()
    .filter(({ key }) => experiments.includes(key))
    .flatMap(targetsOfExperiment)
    .map((target) => target.split('/').slice(0, 2).join('/'));
  return [...new Set(keys)].filter((key) => there.has(key));
}

/** A row of the Experiments view that stands for a container. */
export function isTargetNode(value: unknown): value is { readonly target: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === 'target' &&
    'target' in value &&
    typeof value.target === 'string'
  );
}
