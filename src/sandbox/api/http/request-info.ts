import type { ResourceDefinition } from '../resource.js';

/** What a path under /api or /apis addresses. */
export interface ResourceRequest {
  readonly definition: ResourceDefinition;
  /** Empty: cluster-scoped, or all namespaces. */
  readonly namespace: string;
  /** Empty: the collection. */
  readonly name: string;
  /** Empty: the object itself. */
  readonly subresource: string;
  /** What follows `proxy` in the path, without its slash; empty otherwise. */
  readonly proxied: string;
}

/** `unknown-group` is answered in plain text, `unknown-resource` by a Status: as the API server does. */
export type PathResult =
  | { readonly kind: 'resource'; readonly request: ResourceRequest }
  | { readonly kind: 'group-version'; readonly group: string; readonly version: string }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'unknown-resource' }
  | { readonly kind: 'unknown-path' };

/** Reads a path such as `/apis/chaos-mesh.org/v1alpha1/namespaces/NS/stresschaos/NAME`. */
export function parsePath(path: string, definitions: readonly ResourceDefinition[]): PathResult {
  const segments = decodeSegments(path);
  if (segments === null) return { kind: 'unknown-path' };
  const [prefix, ...rest] = segments;
  if (prefix === 'api') return parseVersioned('', rest[0] ?? '', rest.slice(1), definitions);
  if (prefix !== 'apis') return { kind: 'unknown-path' };
  const [group = '', version, ...more] = rest;
  if (group === '' || !definitions.some((one) => one.group === group)) return { kind: 'unknown-path' };
  return version === undefined ? { kind: 'group', group } : parseVersioned(group, version, more, definitions);
}

function decodeSegments(path: string): string[] | null {
  try {
    return path
      .replace(/^\/|\/$/g, '')
      .split('/')
      .map(decodeURIComponent);
  } catch {
    return null;
  }
}

function parseVersioned(
  group: string,
  version: string,
  segments: readonly string[],
  definitions: readonly ResourceDefinition[],
): PathResult {
  const known = definitions.filter((one) => one.group === group && one.version === version);
  if (known.length === 0) return { kind: 'unknown-path' };
  if (segments.length === 0) return { kind: 'group-version', group, version };
  const find = (plural: string): ResourceDefinition | undefined => known.find((one) => one.plural === plural);
  const [first = '', second = '', third = '', ...more] = segments;
  const namespaced = first === 'namespaces' ? find(third) : undefined;
  if (namespaced?.namespaced === true) return located(namespaced, second, more);
  const definition = find(first);
  if (definition === undefined || (segments.length > 3 && third !== 'proxy'))
    return { kind: 'unknown-resource' };
  // A namespaced resource without its namespace can be listed and watched over all of them, nothing else.
  if (definition.namespaced && segments.length > 1) return { kind: 'unknown-resource' };
  return located(definition, '', segments.slice(1));
}

function located(definition: ResourceDefinition, namespace: string, rest: readonly string[]): PathResult {
  const [name = '', subresource = '', ...more] = rest;
  if (more.length > 0 && subresource !== 'proxy') return { kind: 'unknown-resource' };
  return { kind: 'resource', request: { definition, namespace, name, subresource, proxied: more.join('/') } };
}
