import { readFileSync } from 'node:fs';
import { cpus, hostname, release } from 'node:os';
import type { JsonObject } from '../api/json.js';
import { kubeTime } from '../api/kube-object.js';
import type { Registry } from '../api/registry.js';

/** The node's address: nothing of the sandbox listens anywhere but on loopback. */
export const NODE_IP = '127.0.0.1';

/** CAP_SYS_RESOURCE, by which a process may lower its oom_score_adj below 0. */
const CAP_SYS_RESOURCE = 24n;

/** A name that Kubernetes takes, made of the host's. */
export function nodeName(host = hostname()): string {
  const name = host
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .slice(0, 63)
    .replace(/^[.-]+|[.-]+$/g, '');
  return name === '' ? 'node' : name;
}

/** MemTotal of /proc/meminfo, bytes. */
export function memoryTotal(meminfo = readFileSync('/proc/meminfo', 'utf8')): number {
  return Number(/^MemTotal:\s+(\d+) kB$/m.exec(meminfo)?.[1] ?? 0) * 1024;
}

export function canLowerOomScoreAdj(status = readFileSync('/proc/self/status', 'utf8')): boolean {
  const effective = BigInt(`0x${/^CapEff:\s+([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return ((effective >> CAP_SYS_RESOURCE) & 1n) === 1n;
}

/** Writes the one Node of the sandbox. */
export function createNode(registry: Registry, name: string): void {
  const nodes = registry.definition('nodes');
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const labels: JsonObject = {
    'beta.kubernetes.io/arch': arch,
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': arch,
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
  };
  registry.create(nodes, '', { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: {} });
  registry.patch(nodes, '', name, (current) => ({ ...current, status: nodeStatus(name, arch) }), {
    subresource: 'status',
  });
}

function nodeStatus(name: string, architecture: string): JsonObject {
  const resources: JsonObject = {
    cpu: String(cpus().length),
    memory: `${Math.floor(memoryTotal() / 1024)}Ki`,
    pods: '110',
  };
  const now = kubeTime(new Date());
  const condition = (type: string, status: string, reason: string, message: string): JsonObject => ({
    type,
    status,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
    reason,
    message,
  });
  return {
    capacity: resources,
    allocatable: { ...resources },
    conditions: [
      condition(
        'MemoryPressure',
        'False',
        'KubeletHasSufficientMemory',
        'kubelet has sufficient memory available',
      ),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
      condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
    ],
    addresses: [
      { type: 'InternalIP', address: NODE_IP },
      { type: 'Hostname', address: name },
    ],
    nodeInfo: {
      machineID: firstLine('/etc/machine-id'),
      systemUUID: '',
      bootID: firstLine('/proc/sys/kernel/random/boot_id'),
      kernelVersion: release(),
      osImage: /^PRETTY_NAME="?(.*?)"?$/m.exec(readText('/etc/os-release'))?.[1] ?? 'Linux',
      // Nothing here is a container runtime; ids have the form of containerd's.
      containerRuntimeVersion: 'containerd://0.0.0-podstress-sandbox',
      kubeletVersion: 'v1.36.2+podstress-sandbox',
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture,
    },
  };
}

function firstLine(path: string): string {
  return readText(path).split('\n', 1)[0] ?? '';
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
