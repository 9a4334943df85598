import type { Container, Pod } from '../../core/kubernetes/objects.js';
import { stringAt, stringMapAt } from '../api/json.js';
import { plain } from '../api/kube-object.js';
import { DEFAULT_PATH, expand } from './images.js';

/** By these a program knows that it runs in a Pod. Nothing answers there: a Pod's network is its loopback alone. */
const SERVICE = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };

/** A container's environment: a runtime's own few variables, then those of its spec, each of which may use earlier ones. */
export function containerEnvironment(
  pod: Pod,
  container: Container,
  facts: { readonly nodeName: string; readonly podIp: string; readonly hostIp: string },
  image: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const env: Record<string, string> = {
    PATH: DEFAULT_PATH,
    HOME: '/root',
    HOSTNAME: pod.metadata.name,
    ...image,
    ...SERVICE,
  };
  for (const entry of container.env ?? []) {
    const source = stringAt(plain(entry), 'valueFrom', 'fieldRef', 'fieldPath');
    env[entry.name] = source === undefined ? expand(entry.value ?? '', env) : fieldValue(pod, source, facts);
  }
  return env;
}

/** The downward API's fields; empty for one that the sandbox does not know. */
function fieldValue(
  pod: Pod,
  path: string,
  facts: { readonly nodeName: string; readonly podIp: string; readonly hostIp: string },
): string {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed !== null) return stringMapAt(plain(pod), 'metadata', keyed[1] ?? '')[keyed[2] ?? ''] ?? '';
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'metadata.uid': pod.metadata.uid,
    'spec.nodeName': facts.nodeName,
    'status.podIP': facts.podIp,
    'status.hostIP': facts.hostIp,
  };
  return Object.hasOwn(fields, path) ? (fields[path] ?? '') : '';
}
