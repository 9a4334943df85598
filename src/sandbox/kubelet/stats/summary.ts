import type { JsonObject } from '../../api/json.js';
import { kubeTime } from '../../api/kube-object.js';
import type { NodeStats, PodStats, Reading } from './usage.js';

/**
 * The kubelet's `/stats/summary` (k8s.io/kubelet/pkg/apis/stats/v1alpha1 Summary): CPU and memory. Networks, file
 * systems, swap and pressure are left out, as a kubelet leaves out what it cannot measure.
 */
export function summaryOf(stats: NodeStats): JsonObject {
  const { nodeName, startTime, node, allPods, pods } = stats;
  return {
    node: {
      nodeName,
      systemContainers: [{ name: 'pods', startTime: at(startTime), ...measured(allPods, node) }],
      startTime: at(startTime),
      ...measured(node),
    },
    pods: pods.map(podSummary),
  };
}

function podSummary({ name, namespace, uid, startTime, reading, containers }: PodStats): JsonObject {
  return {
    podRef: { name, namespace, uid },
    startTime: at(startTime),
    containers: containers.map((one) => ({
      name: one.name,
      startTime: at(one.startTime),
      ...measured(one.reading),
    })),
    ...measured(reading),
  };
}

/** @param within whose limit counts where the cgroup has none */
function measured(reading: Reading, within: Reading = reading): JsonObject {
  const { time, usage, usageNanoCores } = reading;
  const { memory, pageFaults, majorPageFaults, cpuNanoseconds } = usage;
  const limit = usage.limitBytes ?? within.usage.limitBytes;
  return {
    cpu: {
      time: at(time),
      ...(usageNanoCores === null ? {} : { usageNanoCores }),
      usageCoreNanoSeconds: cpuNanoseconds,
    },
    memory: {
      time: at(time),
      ...(limit === null ? {} : { availableBytes: Math.max(0, limit - memory.workingSetBytes) }),
      usageBytes: memory.usageBytes,
      workingSetBytes: memory.workingSetBytes,
      rssBytes: memory.rssBytes,
      pageFaults,
      majorPageFaults,
    },
  };
}

function at(time: number): string {
  return kubeTime(new Date(time));
}
