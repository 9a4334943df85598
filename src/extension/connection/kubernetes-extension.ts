import * as vscode from 'vscode';

const ID = 'ms-kubernetes-tools.vscode-kubernetes-tools';

/** The Kubernetes extension's kubeconfig; `unsupported` says in its own words what is wrong with it. */
export type FollowedKubeconfig =
  | { readonly kind: 'host'; readonly path: string }
  | { readonly kind: 'wsl' }
  | { readonly kind: 'unsupported'; readonly reason: string };

/** A Pod of the Kubernetes extension's tree. */
export interface ExplorerPod {
  /** Null: the context's. */
  readonly namespace: string | null;
  readonly name: string;
  /** Null where the tree does not know it. */
  readonly uid: string | null;
}

/** The parts of the extension's public API (package vscode-kubernetes-tools-api) that are used here. */
interface Broker {
  get(component: string, version: string): unknown;
}

/** Its `configuration` API, version v1_1. */
export interface KubernetesConfiguration {
  kubeconfig(): FollowedKubeconfig;
  readonly onDidChangeKubeconfigPath: vscode.Event<unknown>;
  /** The new context's name; null: none. Told late or not at all where something else changed it. */
  readonly onDidChangeContext: vscode.Event<string | null>;
}

export function isKubernetesExtensionInstalled(): boolean {
  return vscode.extensions.getExtension(ID) !== undefined;
}

/** Starts the Kubernetes extension if need be; null where it is not installed. Throws an Error that says what failed. */
export async function kubernetesConfiguration(): Promise<KubernetesConfiguration | null> {
  const api = await component('configuration', 'v1_1');
  if (api === null) return null;
  const { getKubeconfigPath, onDidChangeKubeconfigPath, onDidChangeContext } = api;
  if (
    typeof getKubeconfigPath !== 'function' ||
    typeof onDidChangeKubeconfigPath !== 'function' ||
    typeof onDidChangeContext !== 'function'
  ) {
    throw new Error('its configuration API v1_1 lacks what it promises');
  }
  return {
    kubeconfig: () => readPath(getKubeconfigPath.call(api)),
    onDidChangeKubeconfigPath: onDidChangeKubeconfigPath.bind(api),
    onDidChangeContext: (listener, ...rest) =>
      onDidChangeContext.call(
        api,
        (name: unknown) => listener(typeof name === 'string' ? name : null),
        ...rest,
      ),
  };
}

/** The Pod that a command's argument stands for when it comes from the Kubernetes extension's tree; null otherwise. */
export async function explorerPod(target: unknown): Promise<ExplorerPod | null> {
  // Its tree has nodes only where it runs already: no other command's argument shall start it.
  if (!isRecord(target) || vscode.extensions.getExtension(ID)?.isActive !== true) return null;
  const api = await component('clusterexplorer', 'v1');
  const resolve = api?.['resolveCommandTarget'];
  const node: unknown = typeof resolve === 'function' ? resolve.call(api, target) : null;
  if (!isRecord(node) || node['nodeType'] !== 'resource' || typeof node['name'] !== 'string') return null;
  const kind = isRecord(node['resourceKind']) ? node['resourceKind']['manifestKind'] : null;
  if (kind !== 'Pod') return null;
  const uid = isRecord(node['metadata']) ? node['metadata']['uid'] : null;
  return { namespace: textOrNull(node['namespace']), name: node['name'], uid: textOrNull(uid) };
}

async function component(name: string, version: string): Promise<Record<string, unknown> | null> {
  const extension = vscode.extensions.getExtension<unknown>(ID);
  if (extension === undefined) return null;
  const exported = extension.isActive ? extension.exports : await extension.activate();
  if (!isBroker(exported)) throw new Error('it exports no API');
  const answer = exported.get(name, version);
  if (!isRecord(answer) || answer['available'] !== true || !isRecord(answer['api'])) {
    throw new Error(`it does not offer ${name} ${version}: a newer version of it does`);
  }
  return answer['api'];
}

function readPath(path: unknown): FollowedKubeconfig {
  if (isRecord(path) && path['pathType'] === 'host' && typeof path['hostPath'] === 'string') {
    return { kind: 'host', path: path['hostPath'] };
  }
  if (isRecord(path) && path['pathType'] === 'wsl') return { kind: 'wsl' };
  return { kind: 'unsupported', reason: 'it gave a kubeconfig path of an unknown type' };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function isBroker(value: unknown): value is Broker {
  return isRecord(value) && typeof value['get'] === 'function';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
