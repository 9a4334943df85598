import type { QosClass } from '../kubernetes/objects.js';
import type { ContainerRuntime, PodIdentity } from './identity.js';

/** All that the names in a cgroup path say; each part null where they say nothing. */
export interface CgroupName {
  readonly podUid: string | null;
  readonly qos: QosClass | null;
  readonly containerId: string | null;
  readonly runtime: ContainerRuntime | null;
}

const UID = '([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})';
const CGROUPFS_POD = new RegExp(`^pod${UID}$`);
const SYSTEMD_POD = new RegExp(`^(?:.*-)?kubepods(?:-(burstable|besteffort))?-pod${UID}\\.slice(?::(.*))?$`);
const QOS_LEVEL = /^(?:.*-)?kubepods-(burstable|besteffort)\.slice$/;
const CONTAINER = /^(?:(cri-containerd|crio|docker|libpod|kata)[-_:])?([0-9a-f]{64})(?:\.scope)?$/;
const CONMON = /^(crio|libpod)-conmon-[0-9a-f]{64}(?:\.scope)?$/;

const RUNTIMES: Readonly<Record<string, ContainerRuntime>> = {
  'cri-containerd': 'containerd',
  crio: 'cri-o',
  docker: 'docker',
  libpod: 'podman',
  kata: 'kata',
};

/** The runtime that a bare id's parent directory names, outside of Kubernetes. */
const RUNTIME_DIRECTORIES: Readonly<Record<string, ContainerRuntime>> = {
  docker: 'docker',
  'k8s.io': 'containerd',
};

function qosOf(word: string | undefined): QosClass {
  if (word === 'burstable') return 'Burstable';
  return word === 'besteffort' ? 'BestEffort' : 'Guaranteed';
}

interface FoundContainer {
  readonly id: string | null;
  readonly runtime: ContainerRuntime | null;
}

function findContainer(components: readonly string[]): FoundContainer | null {
  for (const [index, component] of components.entries()) {
    const conmon = CONMON.exec(component);
    if (conmon) return { id: null, runtime: RUNTIMES[conmon[1] ?? ''] ?? null };
    const match = CONTAINER.exec(component);
    if (match) {
      const named =
        match[1] === undefined ? RUNTIME_DIRECTORIES[components[index - 1] ?? ''] : RUNTIMES[match[1]];
      return { id: match[2] ?? null, runtime: named ?? null };
    }
  }
  return null;
}

interface FoundPod {
  readonly uid: string;
  readonly qos: QosClass;
  /** The components after the Pod's own. */
  readonly below: readonly string[];
}

function findPod(components: readonly string[]): FoundPod | null {
  for (const [index, component] of components.entries()) {
    const below = components.slice(index + 1);
    const cgroupfs = CGROUPFS_POD.exec(component);
    if (cgroupfs) return { uid: dashed(cgroupfs[1]), qos: qosOf(components[index - 1]), below };
    const systemd = SYSTEMD_POD.exec(component);
    if (systemd) {
      const tail = systemd[3] === undefined ? below : [systemd[3], ...below];
      return { uid: dashed(systemd[2]), qos: qosOf(systemd[1]), below: tail };
    }
  }
  return null;
}

function dashed(uid: string | undefined): string {
  return (uid ?? '').replaceAll('_', '-');
}

function qosLevel(components: readonly string[]): QosClass | null {
  const last = components.at(-1) ?? '';
  const systemd = QOS_LEVEL.exec(last);
  if (systemd) return qosOf(systemd[1]);
  const cgroupfs = components.at(-2) === 'kubepods' && (last === 'burstable' || last === 'besteffort');
  return cgroupfs ? qosOf(last) : null;
}

/**
 * Reads a cgroup path of the memory hierarchy (as /proc/PID/cgroup, kernel log or directory tree give it) by the
 * naming schemes of the kubelet's cgroupfs and systemd drivers and of containerd, CRI-O, Docker, Podman and Kata.
 * The FIRST Pod component counts, so that a node nested in a container is seen through and nothing that a
 * container names below itself can pass for another Pod. Never throws.
 */
export function readCgroupPath(path: string): CgroupName {
  const components = path
    .replace(/ \(deleted\)$/, '')
    .split('/')
    .filter((component) => component !== '');
  const pod = findPod(components);
  const container = findContainer(pod ? pod.below : components);
  return {
    podUid: pod?.uid ?? null,
    qos: pod?.qos ?? qosLevel(components),
    containerId: container?.id ?? null,
    runtime: container?.runtime ?? null,
  };
}

/** The Pod (and container) that a cgroup belongs to, or null where the path names no Pod. */
export function podOfCgroup(path: string): PodIdentity | null {
  const { podUid, qos, containerId, runtime } = readCgroupPath(path);
  return podUid === null || qos === null ? null : { uid: podUid, qos, containerId, runtime };
}

/** Whose limit was hit: a container's, its Pod's, that of all Pods (node allocatable) or a QoS class, or the node's. */
export type LimitLevel = 'container' | 'pod' | 'kubepods' | 'node';

const KUBEPODS = /^(?:.*-)?kubepods(?:-(?:burstable|besteffort))?(?:\.slice)?$/;

/**
 * The level of the cgroup that ran out, where a process of the cgroup `taskMemcg` had to die for it.
 * A limit above all Pods is the node's, as of a node that is itself a container. Null outside of Kubernetes.
 */
export function limitLevel(oomMemcg: string, taskMemcg: string | null): LimitLevel | null {
  const pod = podOfCgroup(oomMemcg);
  if (pod) return pod.containerId === null ? 'pod' : 'container';
  const components = oomMemcg.split('/');
  const last = components.at(-1) ?? '';
  if (KUBEPODS.test(last) || (components.at(-2) === 'kubepods' && qosLevel(components) !== null))
    return 'kubepods';
  return taskMemcg !== null && podOfCgroup(taskMemcg) ? 'node' : null;
}

/** Whether `path` is `ancestor` or lies below it. Both are paths of one hierarchy, starting with `/`. */
export function isWithin(path: string, ancestor: string): boolean {
  return ancestor === '/' || path === ancestor || path.startsWith(`${ancestor}/`);
}
