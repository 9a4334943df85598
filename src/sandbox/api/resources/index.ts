import type { ResourceDefinition } from '../resource.js';
import { EVENTS, NAMESPACES, NODES } from './core.js';
import { PODS } from './pods.js';
import { CUSTOM_RESOURCE_DEFINITIONS, DEPLOYMENTS } from './read-only.js';
import { STRESS_CHAOS } from './stress-chaos.js';

/** Every resource that is served; `stressChaos` carries Chaos Mesh's webhooks where they run. */
export function allResources(stressChaos: ResourceDefinition = STRESS_CHAOS): ResourceDefinition[] {
  return [EVENTS, NAMESPACES, NODES, PODS, DEPLOYMENTS, CUSTOM_RESOURCE_DEFINITIONS, stressChaos];
}
