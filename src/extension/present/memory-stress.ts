import type { StressChaos } from '../../core/kubernetes/objects.js';
import type { PodView } from '../../lab/types.js';

/** The longest name of an experiment: it becomes a label's value in Chaos Mesh's own objects. */
const MAX_NAME = 63;

/** What the user asked for with a right click. Size and duration as a manifest writes them. */
export interface MemoryStressAsk {
  readonly pod: PodView;
  readonly container: string;
  readonly size: string;
  readonly duration: string;
}

/**
 * The StressChaos object that stresses one container of one Pod. One name per container, so that a second ask
 * replaces the first.
 */
export function memoryStress({ pod, container, size, duration }: MemoryStressAsk): StressChaos {
  return {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'StressChaos',
    metadata: { name: memoryStressName(pod.name, container), namespace: pod.namespace },
    spec: {
      mode: 'all',
      selector: { pods: { [pod.namespace]: [pod.name] } },
      containerNames: [container],
      stressors: { memory: { workers: 1, size } },
      duration,
    },
  };
}

/** `memory-POD-CONTAINER`; a long one is cut and ends in a hash of the whole, so that it stays unique. */
export function memoryStressName(pod: string, container: string): string {
  const whole = `memory-${pod}-${container}`;
  if (whole.length <= MAX_NAME) return whole;
  const mark = hash(whole);
  return `${whole.slice(0, MAX_NAME - mark.length - 1).replace(/[-.]+$/, '')}-${mark}`;
}

/** FNV-1a, 32 bits, in base 36. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (const unit of new Array(text.length).keys()) {
    value = Math.imul(value ^ text.charCodeAt(unit), 0x01000193) >>> 0;
  }
  return value.toString(36);
}
