import { type KubeconfigSource, kubeconfigFiles, loadKubeconfig } from '../cluster/kubeconfig/load.js';
import type { ContextList } from './types.js';

/**
 * Reads what a user can choose from; connects to nothing and runs nothing. Throws ClusterError `no-kubeconfig` or
 * `invalid-kubeconfig`, whose message is for people.
 */
export async function listContexts(source: KubeconfigSource): Promise<ContextList> {
  const { contexts, clusters, currentContext } = await loadKubeconfig(source);
  return {
    files: kubeconfigFiles(source).paths,
    current: currentContext,
    contexts: [...contexts]
      .map(([name, context]) => {
        const cluster = clusters.get(context.cluster);
        return {
          name,
          server: cluster?.server ?? null,
          namespace: context.namespace ?? 'default',
          user: context.user,
          verifiesCertificate: cluster?.insecureSkipTlsVerify !== true,
        };
      })
      .sort((a, b) => a.name.localeCompare(b.name)),
  };
}
