import { accessFor, loadKubeconfig } from '../../src/cluster/kubeconfig/load.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Something small with sh and httpd. */
export function contractImage(env: Env): string {
  return env['PODSTRESS_CONTRACT_IMAGE'] ?? 'docker.io/library/busybox:1.36';
}

/** True where the user has said yes beforehand. */
export function isAgreed(args: readonly string[], env: Env): boolean {
  return args.includes('--yes') || env['PODSTRESS_CONTRACT'] === 'yes';
}

/**
 * What the contract's tests will do to the cluster that the kubeconfig points at, for its owner to read before. Throws
 * ClusterError where it points at none; speaks to no server.
 */
export async function contractPlan(env: Env): Promise<string> {
  const access = accessFor(await loadKubeconfig({ path: null, env }), null, env);
  return `The contract tests will use
  the cluster   ${access.cluster.server}
  the context   ${access.contextName} (${access.contextFile})
  the user      ${access.userName || '(none)'}

They will
  create the namespace podstress-contract-XXXXXX, and remove it with all that is in it when they end
  create, patch, watch and delete a handful of Pods in it; one runs ${contractImage(env)}
  (PODSTRESS_CONTRACT_IMAGE names another), with 64 MiB, as nobody, and is asked for its log, a command and a port
  create a PodDisruptionBudget and a HorizontalPodAutoscaler that match nothing, and annotate that namespace
  ask what this user may do, and read its numbers from metrics.k8s.io and the kubelet, where that is allowed
  send StressChaos and Schedule objects as dry runs only, where Chaos Mesh is installed: no experiment is ever created
They touch nothing else.`;
}
