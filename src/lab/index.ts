import { ClusterLab } from './lab.js';
import type { Lab, LabOptions } from './types.js';

export { listContexts } from './contexts.js';

/**
 * Opens a connection to the cluster of the kubeconfig. Returns at once; how it goes is told by the stores.
 * This module is the one door to everything that needs the Kubernetes client: it is loaded when a cluster is
 * first needed, never before.
 */
export function connect(options: LabOptions): Lab {
  return new ClusterLab(options);
}
