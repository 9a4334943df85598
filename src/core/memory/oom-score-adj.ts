import type { Container, PodSpec, QosClass } from '../kubernetes/objects.js';
import { parseQuantity } from '../units/quantity.js';

/** What the kubelet gives to Guaranteed and node-critical Pods (-998 in older versions). */
export const GUARANTEED_OOM_SCORE_ADJ = -997;
export const BEST_EFFORT_OOM_SCORE_ADJ = 1000;

/**
 * The oom_score_adj (-1000..1000) that the kubelet gives to a container's processes
 * (GetContainerOOMScoreAdjust in k8s.io/kubernetes/pkg/kubelet/qos/policy.go, tie-break gate off).
 * `nodeMemoryBytes` is the node's capacity. Null where the Pod has no container of that name.
 */
export function oomScoreAdj(
  spec: PodSpec,
  qos: QosClass,
  containerName: string,
  nodeMemoryBytes: number,
): number | null {
  const sidecar = spec.initContainers?.find((one) => one.name === containerName);
  const container = spec.containers.find((one) => one.name === containerName) ?? sidecar;
  if (container === undefined) {
    return null;
  }
  if (spec.priorityClassName === 'system-node-critical' || qos === 'Guaranteed') {
    return GUARANTEED_OOM_SCORE_ADJ;
  }
  if (qos === 'BestEffort') {
    return BEST_EFFORT_OOM_SCORE_ADJ;
  }
  const own = rawAdjust(container, nodeMemoryBytes);
  const regular = spec.containers.map((one) => rawAdjust(one, nodeMemoryBytes));
  const isSidecar = sidecar === container && sidecar.restartPolicy === 'Always';
  // A sidecar must not be killed before the containers that it serves.
  const adjust = isSidecar ? Math.min(own, Math.max(...regular)) : own;
  const lowest = 1000 + GUARANTEED_OOM_SCORE_ADJ;
  return Math.min(Math.max(adjust, lowest), BEST_EFFORT_OOM_SCORE_ADJ - 1);
}

/** 1000 - 1000 * request / capacity in Go's int64 arithmetic, not yet clamped. */
function rawAdjust(container: Container, nodeMemoryBytes: number): number {
  const text = container.resources?.requests?.['memory'];
  const result = text === undefined ? null : parseQuantity(text);
  const request = result?.ok === true ? result.quantity.value : 0n;
  const capacity = BigInt(Math.max(1, Math.trunc(nodeMemoryBytes)));
  return Number(1000n - BigInt.asIntN(64, 1000n * request) / capacity);
}
