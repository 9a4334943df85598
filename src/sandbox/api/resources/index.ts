import type { ResourceDefinition } from '../resource.js';
import { EVENTS, NAMESPACES, NODES } from './core.js';
import { PODS } from './pods.js';
import { CUSTOM_RESOURCE_DEFINITIONS, DEPLOYMENTS } from './read-only.js';
import { STRESS_CHAOS } from './stress-chaos.js';

/** Every resource that is served: `stressChaos` with Chaos Mesh's webhooks, `pods` with its kubelet's refusals, where they run. */
export function allResources({ stressChaos = STRESS_CHAOS, pods = PODS } = {}): ResourceDefinition[] {
  return [EVENTS, NAMESPACES, NODES, pods, DEPLOYMENTS, CUSTOM_RESOURCE_DEFINITIONS, stressChaos];
}
