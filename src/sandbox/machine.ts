import { AGENT_POD_LABELS, AGENT_PORT } from '../protocol/agent/types.js';
import type { ContainerAccess } from './api/http/container-access.js';
import type { PortOpener } from './api/http/port-forward.js';
import type { KubeletStats } from './api/http/resource-handler.js';
import { stringAt, stringMapAt } from './api/json.js';
import type { KubeObject } from './api/kube-object.js';
import type { Registry } from './api/registry.js';
import type { MetricsSource } from './api/resources/metrics.js';
import { AgentClient } from './chaos/agent-client.js';
import type { StartChaosMesh } from './chaos/chaos-mesh.js';
import { AGENT_NAMESPACE, createAgentPod, createDemoPods } from './demo.js';
import type { BackOffTiming } from './kubelet/back-off.js';
import { createCgroups } from './kubelet/cgroup/host.js';
import { agentFile } from './kubelet/images.js';
import { Kubelet } from './kubelet/kubelet.js';
import { canLowerOomScoreAdj, memoryTotal } from './kubelet/node.js';
import { summaryOf } from './kubelet/stats/summary.js';
import type { NodeStats } from './kubelet/stats/usage.js';
import { MetricsServer } from './metrics-server/metrics-server.js';
import type { Machine } from './preflight.js';
import { isReady } from './readiness.js';
import type { Undo } from './undo.js';
import { startWatchdog } from './watchdog.js';

export interface MachineOptions {
  readonly machine: Machine;
  readonly registry: Registry;
  /** The name of the sandbox, its folder and its cgroup. */
  readonly name: string;
  readonly folder: string;
  readonly programs: string;
  readonly nodeName: string;
  readonly agent?: string;
  readonly agentPod?: boolean;
  readonly demo?: boolean;
  /** Null: there is no Chaos Mesh. */
  readonly startChaosMesh: StartChaosMesh | null;
  readonly restartBackOff?: BackOffTiming;
  readonly statsTiming?: StatsTiming;
  readonly log: (message: string) => void;
  readonly undo: Undo;
}

/** How old the numbers of stats/summary and metrics.k8s.io may become, ms. Absent: as old as in a cluster. */
export interface StatsTiming {
  readonly housekeepingMs: number;
  readonly resolutionMs: number;
}

export interface RunningMachine {
  readonly openPort: PortOpener;
  readonly containers: ContainerAccess;
  readonly cgroupRoot: string;
  readonly kubeletStats: KubeletStats;
  readonly metrics: MetricsSource;
}

/** Starts what makes this machine the node of the cluster: kubelet, chaos controller, agent and demo Pods. */
export function startMachine(options: MachineOptions): RunningMachine {
  const { machine, registry, name, folder, programs, nodeName, log, undo, restartBackOff, statsTiming } =
    options;
  undo.add(startWatchdog(machine.tools, programs, name));
  const cgroups = createCgroups(machine.cgroupHost, name);
  const memoryBytes = memoryTotal();
  const kubelet = new Kubelet({
    registry,
    host: {
      tools: machine.tools,
      cgroups,
      folder,
      programs,
      images: {
        programs,
        agent:
          options.agent === undefined
            ? null
            : { script: agentFile(options.agent, folder), cgroupRoot: `/${name}` },
      },
      nodeName,
      memoryBytes,
      negativeOomScoreAdj: canLowerOomScoreAdj(),
      log,
    },
    ...(restartBackOff === undefined ? {} : { backOff: restartBackOff }),
    ...(statsTiming === undefined ? {} : { housekeepingMs: statsTiming.housekeepingMs }),
  });
  // In reverse: nothing starts any more, everything is killed, and every end has been seen.
  undo.add(() => kubelet.ended());
  undo.add(() => cgroups.remove(''));
  undo.add(() => kubelet.stop());
  kubelet.start();
  const openPort: PortOpener = (pod, port) => kubelet.openPort(pod, port);
  const agent = new AgentClient((node) => openPort(agentPod(registry, node), AGENT_PORT));
  const stopChaosMesh = options.startChaosMesh?.({ registry, agent, nodeMemoryBytes: memoryBytes, log });
  undo.add(() => stopChaosMesh?.());
  if (options.agent !== undefined && options.agentPod !== false) {
    createAgentPod(registry, { script: options.agent, cgroupRoot: `/${name}`, nodeName });
  }
  if (options.demo === true) createDemoPods(registry);
  const stats = (): NodeStats => kubelet.stats();
  const metrics = new MetricsServer({ registry, stats, log, ...statsTiming });
  metrics.start();
  undo.add(() => metrics.stop());
  return {
    openPort,
    containers: kubelet.containers,
    cgroupRoot: cgroups.root,
    kubeletStats: (node) => (node === nodeName ? summaryOf(stats()) : null),
    metrics: { podMetrics: () => metrics.podMetrics(), nodeMetrics: () => metrics.nodeMetrics() },
  };
}

/** The agent of a node. Throws Error where none is ready. */
function agentPod(registry: Registry, nodeName: string): KubeObject {
  const wanted = Object.entries(AGENT_POD_LABELS);
  const found = registry.list(registry.definition('pods'), AGENT_NAMESPACE).find((pod) => {
    const labels = stringMapAt(pod, 'metadata', 'labels');
    const ours = wanted.every(([key, value]) => labels[key] === value);
    return ours && stringAt(pod, 'spec', 'nodeName') === nodeName && isReady(pod);
  });
  if (found === undefined) throw new Error(`no node agent is ready on node ${nodeName}`);
  return found;
}
