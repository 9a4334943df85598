import type { ResourceDefinition } from '../resource.js';
import { EVENTS, NAMESPACES, NODES } from './core.js';
import { type MetricsSource, metricsResources } from './metrics.js';
import { PODS } from './pods.js';
import { CUSTOM_RESOURCE_DEFINITIONS, DEPLOYMENTS } from './read-only.js';
import { STRESS_CHAOS } from './stress-chaos.js';

export interface ResourceVariants {
  /** With Chaos Mesh's webhooks, where they run. */
  readonly stressChaos?: ResourceDefinition;
  /** With its kubelet's refusals, where it runs. */
  readonly pods?: ResourceDefinition;
  /** Absent: a cluster without metrics-server. */
  readonly metrics?: MetricsSource;
}

/** Every resource that is served. */
export function allResources(variants: ResourceVariants = {}): ResourceDefinition[] {
  const { stressChaos = STRESS_CHAOS, pods = PODS, metrics } = variants;
  const measured = metrics === undefined ? [] : metricsResources(metrics);
  return [
    EVENTS,
    NAMESPACES,
    NODES,
    pods,
    DEPLOYMENTS,
    CUSTOM_RESOURCE_DEFINITIONS,
    ...measured,
    stressChaos,
  ];
}
