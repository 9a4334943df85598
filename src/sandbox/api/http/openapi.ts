import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Json, JsonObject } from '../json.js';
import { listKindOf, type ResourceDefinition, type Verb } from '../resource.js';
import type { Schema } from '../schema/schema.js';
import { send, sendText } from './respond.js';

/** OpenAPI v3 of the groups that are served: enough for kubectl's explain, apply and field validation. */
export class OpenApi {
  readonly #documents = new Map<string, { text: string; hash: string; body: JsonObject }>();

  constructor(definitions: readonly ResourceDefinition[]) {
    const paths = new Set(definitions.map(pathOf));
    for (const path of paths) {
      const body = document(definitions.filter((one) => pathOf(one) === path));
      const text = JSON.stringify(body);
      const hash = createHash('sha512').update(text).digest('hex').toUpperCase();
      this.#documents.set(path, { text, hash, body });
    }
  }

  /** Serves `/openapi/v3` (`path` empty) or `/openapi/v3/PATH`. */
  serve(path: string, response: ServerResponse): void {
    if (path === '') {
      const paths = [...this.#documents].map(([name, { hash }]): [string, Json] => [
        name,
        { serverRelativeURL: `/openapi/v3/${name}?hash=${hash}` },
      ]);
      send(response, 200, { paths: Object.fromEntries(paths) });
      return;
    }
    const found = this.#documents.get(path);
    if (found === undefined) sendText(response, 404, '404 page not found\n');
    else send(response, 200, found.body, { headers: { Etag: `"${found.hash}"`, Vary: 'Accept' } });
  }
}

function pathOf({ group, version }: ResourceDefinition): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

function document(definitions: readonly ResourceDefinition[]): JsonObject {
  const schemas: JsonObject = {};
  const paths: JsonObject = {};
  for (const one of definitions) {
    const gvk: Json[] = [{ group: one.group, kind: one.kind, version: one.version }];
    addShared(schemas, one.schema.shared, one.schema.root);
    schemas[schemaName(one)] = { ...openApiSchema(one.schema.root), 'x-kubernetes-group-version-kind': gvk };
    schemas[`${schemaName(one)}List`] = listSchema(one);
    Object.assign(paths, pathsOf(one));
  }
  const info = { title: 'Podstress sandbox', version: 'v1' };
  return { openapi: '3.0.0', info, paths, components: { schemas } };
}

function schemaName({ group, version, kind }: ResourceDefinition): string {
  const owner = group === '' ? 'io.k8s.api.core' : group.split('.').toReversed().join('.');
  return `${owner}.${version}.${kind}`;
}

const SHARED_PREFIX = 'io.k8s.shared.';

function reference(name: string): string {
  return `#/components/schemas/${SHARED_PREFIX}${name}`;
}

/** Adds the shared schemas that this one reaches. */
function addShared(target: JsonObject, shared: Readonly<Record<string, Schema>>, schema: Schema): void {
  if (schema.ref !== undefined) {
    const name = `${SHARED_PREFIX}${schema.ref}`;
    const found = shared[schema.ref];
    if (found !== undefined && target[name] === undefined) {
      target[name] = openApiSchema(found);
      addShared(target, shared, found);
    }
  }
  const children = [schema.items, schema.additionalProperties, ...Object.values(schema.properties ?? {})];
  for (const child of children) if (child !== undefined) addShared(target, shared, child);
}

/** A schema as OpenAPI v3 writes it, shared ones by reference. */
export function openApiSchema(schema: Schema): JsonObject {
  const extensions: JsonObject = {};
  if (schema.preserveUnknown === true) extensions['x-kubernetes-preserve-unknown-fields'] = true;
  if (schema.mergeKey !== undefined) {
    extensions['x-kubernetes-patch-strategy'] = 'merge';
    extensions['x-kubernetes-patch-merge-key'] = schema.mergeKey;
  }
  if (schema.mergeValues === true) extensions['x-kubernetes-patch-strategy'] = 'merge';
  if (schema.ref !== undefined) return { allOf: [{ $ref: reference(schema.ref) }], ...extensions };
  if (schema.intOrString === true) {
    return { oneOf: [{ type: 'integer' }, { type: 'string' }], format: 'int-or-string' };
  }
  if (schema.quantity === true) return { oneOf: [{ type: 'string' }, { type: 'number' }] };
  const result: JsonObject = {};
  for (const key of [
    'type',
    'description',
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'nullable',
    'default',
  ] as const) {
    const value = schema[key];
    if (value !== undefined) result[key] = value;
  }
  if (schema.enum !== undefined) result['enum'] = [...schema.enum];
  if (schema.required !== undefined) result['required'] = [...schema.required];
  if (schema.items !== undefined) result['items'] = openApiSchema(schema.items);
  if (schema.additionalProperties !== undefined) {
    result['additionalProperties'] = openApiSchema(schema.additionalProperties);
  }
  if (schema.properties !== undefined) {
    const entries = Object.entries(schema.properties).map(([key, child]): [string, Json] => [
      key,
      openApiSchema(child),
    ]);
    result['properties'] = Object.fromEntries(entries);
  }
  return { ...result, ...extensions };
}

function listSchema(one: ResourceDefinition): JsonObject {
  const items = { type: 'array', items: { $ref: `#/components/schemas/${schemaName(one)}` } };
  const properties = {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    items,
    metadata: { type: 'object' },
  };
  const gvk: Json[] = [{ group: one.group, kind: listKindOf(one), version: one.version }];
  return { type: 'object', required: ['items'], properties, 'x-kubernetes-group-version-kind': gvk };
}

function pathsOf(one: ResourceDefinition): JsonObject {
  const base = one.namespaced
    ? `/${pathOf(one)}/namespaces/{namespace}/${one.plural}`
    : `/${pathOf(one)}/${one.plural}`;
  const collection = operations(one, { get: 'list', post: 'create', delete: 'deletecollection' });
  const single = operations(one, { get: 'get', put: 'update', patch: 'patch', delete: 'delete' });
  return { [base]: collection, [`${base}/{name}`]: single };
}

function operations(one: ResourceDefinition, methods: Readonly<Record<string, Verb>>): JsonObject {
  const result: JsonObject = {};
  const gvk = { group: one.group, kind: one.kind, version: one.version };
  const schema = { $ref: `#/components/schemas/${schemaName(one)}` };
  for (const [method, verb] of Object.entries(methods)) {
    if (!one.verbs.includes(verb)) continue;
    result[method] = {
      parameters: WRITE_VERBS.includes(verb) ? [parameter('dryRun'), parameter('fieldValidation')] : [],
      responses: { '200': { description: 'OK', content: { 'application/json': { schema } } } },
      'x-kubernetes-action': verb === 'create' ? 'post' : verb === 'update' ? 'put' : verb,
      'x-kubernetes-group-version-kind': gvk,
    };
  }
  return result;
}

/** kubectl asks the server to validate fields only where these verbs name the parameter. */
const WRITE_VERBS: readonly Verb[] = ['create', 'update', 'patch'];

function parameter(name: string): JsonObject {
  return { name, in: 'query', schema: { type: 'string', uniqueItems: true } };
}
