import type { Container, PodSpec, QosClass } from '../kubernetes/objects.js';
import { parseQuantity } from '../units/quantity.js';

const COUNTED = ['cpu', 'memory'] as const;

/**
 * The QoS class that Kubernetes gives to a Pod, from the resources of its containers and init containers
 * (ComputePodQOS in k8s.io/kubernetes/pkg/apis/core/v1/helper/qos). Where the API has set `status.qosClass`,
 * that is the truth: it also knows Pod-level resources.
 */
export function qosClass(spec: Pick<PodSpec, 'containers' | 'initContainers'>): QosClass {
  const requests = new Map<string, bigint>();
  const limits = new Map<string, bigint>();
  let everyLimit = true;
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
    addPositive(requests, container.resources?.requests);
    const found = addPositive(limits, container.resources?.limits);
    everyLimit &&= found === COUNTED.length;
  }
  if (requests.size === 0 && limits.size === 0) {
    return 'BestEffort';
  }
  const equal =
    requests.size === limits.size && [...requests].every(([name, amount]) => limits.get(name) === amount);
  return everyLimit && equal ? 'Guaranteed' : 'Burstable';
}

/** Adds the positive amounts of cpu and memory to the sums; returns how many there were. */
function addPositive(
  sums: Map<string, bigint>,
  amounts: NonNullable<Container['resources']>['limits'],
): number {
  let found = 0;
  for (const name of COUNTED) {
    const text = amounts?.[name];
    const result = text === undefined ? null : parseQuantity(text);
    if (result?.ok === true && result.quantity.nano > 0n) {
      sums.set(name, (sums.get(name) ?? 0n) + result.quantity.nano);
      found += 1;
    }
  }
  return found;
}
