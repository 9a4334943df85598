import type { Lab } from '../../lab/types.js';
import type { ClusterNames } from './host.js';

/** The names that a lab's stores hold, for completion and hover. Reads the stores when asked; waits for nothing. */
export function clusterNames(lab: Pick<Lab, 'pods' | 'agents'>): ClusterNames {
  return {
    namespaces: () => [...new Set(lab.pods.get().map((pod) => pod.namespace))].sort(),
    pods: (namespace) =>
      lab.pods
        .get()
        .filter((pod) => namespace === null || pod.namespace === namespace)
        .map((view) => ({
          namespace: view.namespace,
          name: view.name,
          labels: view.pod.metadata.labels ?? {},
          annotations: view.pod.metadata.annotations ?? {},
          containers: view.pod.spec.containers.map((container) => container.name),
        })),
    nodes: () => {
      const memory = new Map(
        lab.agents.get().map((agent) => [agent.nodeName, agent.node?.memoryTotalBytes ?? null]),
      );
      const names = lab.pods.get().flatMap((view) => view.pod.spec.nodeName ?? []);
      return [...new Set([...names, ...memory.keys()])].sort().map((name) => ({
        name,
        labels: {},
        memoryBytes: memory.get(name) ?? null,
      }));
    },
  };
}
