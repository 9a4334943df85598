import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve as resolvePath } from 'node:path';
import { asRecord, asString } from '../decode.js';
import { ClusterError } from '../errors.js';
import {
  type Kubeconfig,
  type KubeconfigCluster,
  type KubeconfigUser,
  mergeKubeconfigs,
  parseKubeconfig,
} from './merge.js';

export interface KubeconfigSource {
  /** One file that must exist; null: the files that kubectl would read. */
  readonly path: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** All that is needed to talk to one cluster as one user. */
export interface ClusterAccess {
  readonly contextName: string;
  /** The kubeconfig file that has the context. */
  readonly contextFile: string;
  /** The name of the user's entry; empty: the context names none. */
  readonly userName: string;
  /** The context's namespace, `default` where it names none. */
  readonly namespace: string;
  readonly cluster: KubeconfigCluster;
  readonly user: KubeconfigUser;
  /** What credential plugins inherit. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface KubeconfigFiles {
  readonly paths: readonly string[];
  /** An explicit file must exist; those of KUBECONFIG and the default need not. */
  readonly mustExist: boolean;
}

/** The files that make up the kubeconfig: the explicit one, else KUBECONFIG's list, else ~/.kube/config. */
export function kubeconfigFiles(source: KubeconfigSource): KubeconfigFiles {
  const home = source.env['HOME'] || homedir();
  if (source.path !== null && source.path !== '') {
    const path = source.path.startsWith('~/') ? join(home, source.path.slice(2)) : source.path;
    return { paths: [resolvePath(path)], mustExist: true };
  }
  const list = source.env['KUBECONFIG'] ?? '';
  if (list !== '') {
    const paths = list.split(delimiter).filter((path) => path !== '');
    return { paths: [...new Set(paths.map((path) => resolvePath(path)))], mustExist: false };
  }
  return { paths: [join(home, '.kube', 'config')], mustExist: false };
}

/**
 * Reads and merges the kubeconfig. Throws ClusterError `no-kubeconfig` where no file is there and
 * `invalid-kubeconfig` where one cannot be read.
 */
export async function loadKubeconfig(source: KubeconfigSource): Promise<Kubeconfig> {
  const { paths, mustExist } = kubeconfigFiles(source);
  const configs: Kubeconfig[] = [];
  for (const path of paths) {
    const text = await readIfThere(path);
    if (text !== null) {
      const folder = dirname(path);
      const absolute = (file: string): string => (isAbsolute(file) ? file : join(folder, file));
      configs.push(parseKubeconfig({ path, text }, absolute));
    } else if (mustExist) {
      throw new ClusterError('no-kubeconfig', `${path}: no such file`);
    }
  }
  if (configs.length === 0) {
    throw new ClusterError('no-kubeconfig', `no kubeconfig found at ${paths.join(', ')}`);
  }
  return mergeKubeconfigs(configs);
}

/**
 * The cluster and user of a context; null: the current one. Throws ClusterError `no-context` where there is none
 * of that name and `invalid-kubeconfig` where it points nowhere.
 */
export function accessFor(
  config: Kubeconfig,
  context: string | null,
  env: KubeconfigSource['env'],
): ClusterAccess {
  const contextName = context ?? config.currentContext;
  if (contextName === null) {
    throw new ClusterError('no-context', 'the kubeconfig sets no current-context; choose a context');
  }
  const found = config.contexts.get(contextName);
  if (found === undefined) {
    throw new ClusterError('no-context', `the kubeconfig has no context "${contextName}"`);
  }
  const cluster = config.clusters.get(found.cluster);
  if (cluster === undefined) {
    throw new ClusterError(
      'invalid-kubeconfig',
      `the context "${contextName}" names the cluster "${found.cluster}", which is not in the kubeconfig`,
    );
  }
  if (!/^https?:\/\/[^\s]+$/.test(cluster.server) || !URL.canParse(cluster.server)) {
    throw new ClusterError(
      'invalid-kubeconfig',
      `the cluster "${found.cluster}" has no valid "server" (an https URL was expected)`,
    );
  }
  const user = found.user === '' ? { raw: {} } : config.users.get(found.user);
  if (user === undefined) {
    throw new ClusterError(
      'invalid-kubeconfig',
      `the context "${contextName}" names the user "${found.user}", which is not in the kubeconfig`,
    );
  }
  refuseRemovedProviders(user);
  return {
    contextName,
    contextFile: found.file,
    userName: found.user,
    namespace: found.namespace ?? 'default',
    cluster,
    user,
    env,
  };
}

/** kubectl 1.26 dropped every auth-provider but oidc; running what they ask for would be running a leftover. */
function refuseRemovedProviders(user: KubeconfigUser): void {
  const provider = asString(asRecord(user.raw['auth-provider'])?.['name']);
  if (provider !== null && provider !== 'oidc') {
    throw new ClusterError(
      'invalid-kubeconfig',
      `the auth-provider "${provider}" was removed from Kubernetes clients; ` +
        'get new credentials that use an exec plugin (gke-gcloud-auth-plugin, kubelogin)',
    );
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (asRecord(error)?.['code'] === 'ENOENT') {
      return null;
    }
    const text = error instanceof Error ? error.message : String(error);
    throw new ClusterError('invalid-kubeconfig', `${path}: ${text}`, { cause: error });
  }
}
