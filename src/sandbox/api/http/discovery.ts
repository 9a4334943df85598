import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json, JsonObject } from '../json.js';
import type { ResourceDefinition } from '../resource.js';
import { wantsAggregatedDiscovery } from './negotiate.js';
import { send } from './respond.js';

type Definitions = readonly ResourceDefinition[];

const AGGREGATED_TYPE = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** `/api` and `/apis`: the groups, or with the right Accept everything at once. */
export function serveRoot(
  definitions: Definitions,
  root: 'api' | 'apis',
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const wanted = definitions.filter((one) => (one.group === '') === (root === 'api'));
  if (wantsAggregatedDiscovery(request.headers.accept)) {
    serveAggregated(wanted, request, response);
    return;
  }
  if (root === 'api') {
    const serverAddressByClientCIDRs = [
      { clientCIDR: '0.0.0.0/0', serverAddress: request.headers.host ?? '' },
    ];
    send(response, 200, { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs });
    return;
  }
  send(response, 200, {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groupsOf(wanted).map((group) => apiGroup(wanted, group)),
  });
}

/** `/apis/GROUP`. */
export function serveGroup(definitions: Definitions, group: string, response: ServerResponse): void {
  send(response, 200, { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(definitions, group) });
}

/** `/api/v1`, `/apis/GROUP/VERSION`. */
export function serveGroupVersion(
  definitions: Definitions,
  group: string,
  version: string,
  response: ServerResponse,
): void {
  const resources = definitions
    .filter((one) => one.group === group && one.version === version)
    .flatMap((one): JsonObject[] => [
      legacyResource(one),
      ...one.subresources.map((sub) => legacySub(one, sub)),
    ]);
  const groupVersion = group === '' ? version : `${group}/${version}`;
  send(response, 200, { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources });
}

function groupsOf(definitions: Definitions): string[] {
  return [...new Set(definitions.map((one) => one.group))];
}

/** Each group is served in one version. */
function apiGroup(definitions: Definitions, name: string): JsonObject {
  const version = definitions.find((one) => one.group === name)?.version ?? '';
  const entry: JsonObject = { groupVersion: `${name}/${version}`, version };
  return { name, versions: [entry], preferredVersion: { ...entry } };
}

function legacyResource(one: ResourceDefinition): JsonObject {
  return {
    name: one.plural,
    singularName: one.singular,
    namespaced: one.namespaced,
    kind: one.kind,
    verbs: [...one.verbs],
    ...optionalNames(one),
  };
}

function legacySub(one: ResourceDefinition, sub: ResourceDefinition['subresources'][number]): JsonObject {
  return {
    name: `${one.plural}/${sub.name}`,
    singularName: '',
    namespaced: one.namespaced,
    kind: sub.kind,
    verbs: [...sub.verbs],
  };
}

function optionalNames(one: ResourceDefinition): JsonObject {
  return {
    ...(one.shortNames.length === 0 ? {} : { shortNames: [...one.shortNames] }),
    ...(one.categories.length === 0 ? {} : { categories: [...one.categories] }),
  };
}

function serveAggregated(definitions: Definitions, request: IncomingMessage, response: ServerResponse): void {
  const items: Json[] = groupsOf(definitions).map((group) => {
    const members = definitions.filter((one) => one.group === group);
    const version = members[0]?.version ?? 'v1';
    const resources: Json[] = members.map(aggregatedResource);
    return {
      metadata: group === '' ? {} : { name: group },
      versions: [{ version, resources, freshness: 'Current' }],
    };
  });
  const body: JsonObject = {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items,
  };
  const etag = `"${createHash('sha512').update(JSON.stringify(body)).digest('hex').toUpperCase()}"`;
  const headers = { Etag: etag, Vary: 'Accept', 'Cache-Control': 'public' };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  send(response, 200, body, { headers, contentType: AGGREGATED_TYPE });
}

function aggregatedResource(one: ResourceDefinition): JsonObject {
  const subresources: Json[] = one.subresources.map((sub) => ({
    subresource: sub.name,
    responseKind: { group: '', version: '', kind: sub.kind },
    verbs: [...sub.verbs],
  }));
  return {
    resource: one.plural,
    responseKind: {
      group: one.custom ? one.group : '',
      version: one.custom ? one.version : '',
      kind: one.kind,
    },
    scope: one.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: one.singular,
    verbs: [...one.verbs],
    ...optionalNames(one),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}
