import type { ResourceDefinition } from '../resource.js';
import { SELF_SUBJECT_ACCESS_REVIEWS } from './access-reviews.js';
import { CONFIG_MAPS, EVENTS, NAMESPACES, NODES } from './core.js';
import { DAEMON_SETS } from './daemon-sets.js';
import { type MetricsSource, metricsResources } from './metrics.js';
import { PODS } from './pods.js';
import { CUSTOM_RESOURCE_DEFINITIONS, DEPLOYMENTS, VALIDATING_WEBHOOK_CONFIGURATIONS } from './read-only.js';
import { STRESS_CHAOS } from './stress-chaos.js';
import { HORIZONTAL_POD_AUTOSCALERS, POD_DISRUPTION_BUDGETS } from './unattended.js';

export interface ResourceVariants {
  /** The kinds of chaos-mesh.org: with its webhooks where they run, none where it is not installed. */
  readonly chaosMesh?: readonly ResourceDefinition[];
  /** With its kubelet's refusals, where it runs. */
  readonly pods?: ResourceDefinition;
  /** With what the user is told to lack. */
  readonly accessReviews?: ResourceDefinition;
  /** Absent: a cluster without metrics-server. */
  readonly metrics?: MetricsSource;
}

/** Every resource that is served. */
export function allResources(variants: ResourceVariants = {}): ResourceDefinition[] {
  const { chaosMesh = [STRESS_CHAOS], pods = PODS, metrics } = variants;
  const { accessReviews = SELF_SUBJECT_ACCESS_REVIEWS } = variants;
  const measured = metrics === undefined ? [] : metricsResources(metrics);
  return [
    CONFIG_MAPS,
    EVENTS,
    NAMESPACES,
    NODES,
    pods,
    DAEMON_SETS,
    DEPLOYMENTS,
    HORIZONTAL_POD_AUTOSCALERS,
    POD_DISRUPTION_BUDGETS,
    accessReviews,
    CUSTOM_RESOURCE_DEFINITIONS,
    VALIDATING_WEBHOOK_CONFIGURATIONS,
    ...measured,
    ...chaosMesh,
  ];
}
