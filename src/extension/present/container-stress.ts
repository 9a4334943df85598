import type { StressChaos, StressChaosSpec } from '../../core/kubernetes/objects.js';
import { MAX_EXPERIMENT_NAME } from '../../core/stresschaos/free-name.js';
import type { ContainerView, PodView } from '../../lab/types.js';
import { selectTargets } from './targets.js';

/** One container of one Pod. */
export interface StressTarget {
  readonly pod: PodView;
  readonly container: ContainerView;
}

/** What the user asked for with a right click. The duration as a manifest writes it. */
export interface ContainerStressAsk {
  /** At least one; the experiment lands in the first one's namespace. */
  readonly targets: readonly [StressTarget, ...StressTarget[]];
  readonly stressors: NonNullable<StressChaosSpec['stressors']>;
  readonly duration: string;
}

/**
 * The StressChaos object that stresses these containers. One name for the same containers and the same kind of stress, so that a
 * second ask replaces the first.
 */
export function containerStress({ targets, stressors, duration }: ContainerStressAsk): StressChaos {
  const kind = stressors.memory === undefined ? 'cpu' : 'memory';
  const pods: Record<string, string[]> = {};
  for (const { pod } of targets) {
    const names = pods[pod.namespace] ?? [];
    pods[pod.namespace] = names.includes(pod.name) ? names : [...names, pod.name];
  }
  return {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'StressChaos',
    metadata: { name: stressName(kind, targets), namespace: targets[0].pod.namespace },
    spec: {
      mode: 'all',
      selector: { pods },
      containerNames: [...new Set(targets.map(({ container }) => container.name))],
      stressors,
      duration,
    },
  };
}

/**
 * Whether the object stresses just these containers: an object has one list of container names for all of its Pods, so that
 * different ones of different Pods may be more than was asked for.
 */
export function stressesOnly({ spec, metadata }: StressChaos, targets: readonly StressTarget[]): boolean {
  const asked = new Set(targets.map(({ pod, container }) => `${pod.key}/${container.name}`));
  const pods = [...new Set(targets.map(({ pod }) => pod))];
  const hit = (selectTargets(spec, metadata.namespace ?? 'default', pods)?.candidates ?? []).flatMap(
    ({ pod, containers }) => containers.map(({ name }) => `${pod.key}/${name}`),
  );
  return hit.length === asked.size && hit.every((key) => asked.has(key));
}

/** `memory-POD-CONTAINER`; of many `memory-N-containers-HASH`. A long one is cut and ends in a hash of the whole, so that it stays unique. */
export function stressName(
  kind: 'memory' | 'cpu',
  targets: readonly {
    readonly pod: { readonly key: string; readonly name: string };
    readonly container: { readonly name: string };
  }[],
): string {
  const [first] = targets;
  if (targets.length > 1 || first === undefined) {
    const all = targets.map(({ pod, container }) => `${pod.key}/${container.name}`).sort();
    return `${kind}-${targets.length}-containers-${hash(all.join(' '))}`;
  }
  const whole = `${kind}-${first.pod.name}-${first.container.name}`;
  if (whole.length <= MAX_EXPERIMENT_NAME) return whole;
  const mark = hash(whole);
  return `${whole.slice(0, MAX_EXPERIMENT_NAME - mark.length - 1).replace(/[-.]+$/, '')}-${mark}`;
}

/** FNV-1a, 32 bits, in base 36. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (const unit of new Array(text.length).keys()) {
    value = Math.imul(value ^ text.charCodeAt(unit), 0x01000193) >>> 0;
  }
  return value.toString(36);
}
