import type { QosClass } from '../kubernetes/objects.js';

/** The runtimes that a cgroup's name can give away. */
export const CONTAINER_RUNTIMES = ['containerd', 'cri-o', 'docker', 'podman', 'kata'] as const;

export type ContainerRuntime = (typeof CONTAINER_RUNTIMES)[number];

/** What a cgroup path alone tells of the Pod and container it belongs to. */
export interface PodIdentity {
  /** The Pod's uid with dashes (8-4-4-4-12), or a static Pod's 32-digit config hash. */
  readonly uid: string;
  readonly qos: QosClass;
  /** Null for the Pod's own cgroup. */
  readonly containerId: string | null;
  /** Null where the path does not say (the cgroupfs driver). */
  readonly runtime: ContainerRuntime | null;
}
