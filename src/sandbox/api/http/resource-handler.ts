import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject, type JsonObject } from '../json.js';
import type { NamedObject } from '../kube-object.js';
import type { Registry } from '../registry.js';
import { apiVersionOf, listKindOf, type Verb } from '../resource.js';
import {
  ApiError,
  badRequest,
  invalid,
  methodNotAllowed,
  notImplemented,
  notWatched,
  resourceNotFound,
} from '../status.js';
import { type IncludeObject, partialMetadata, tableOf } from '../table/table.js';
import { mediaType, parseObject, readBody, readObject, unsupportedMediaType } from './body.js';
import { computedObject, computedPage } from './computed.js';
import type { ContainerAccess } from './container-access.js';
import { listPage } from './list.js';
import { isTrue, type ListOptions, listOptions } from './list-options.js';
import { negotiate, type Representation } from './negotiate.js';
import { patchChange } from './patch-request.js';
import { containerOf, servePodLog } from './pod-log.js';
import type { ResourceRequest } from './request-info.js';
import { send, sendText } from './respond.js';
import { serveWatch, type WatchTiming } from './watch.js';
import { watchStream } from './watch-stream.js';
import { deleteOptions, writeOptions } from './write-options.js';

const APPLY_PATCH = 'application/apply-patch+yaml';

export interface HandlerContext {
  readonly registry: Registry;
  readonly containers: ContainerAccess;
  readonly stopping: AbortSignal;
  readonly watchTiming: WatchTiming;
  readonly kubeletStats: KubeletStats | null;
}

/** The `/stats/summary` of the kubelet of a node; null where no kubelet answers for it. */
export type KubeletStats = (nodeName: string) => JsonObject | null;

/** One request for a resource or a collection. Throws ApiError. */
export async function handleResource(
  context: HandlerContext,
  target: ResourceRequest,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { definition, subresource, name } = target;
  const verb = verbOf(request.method ?? 'GET', name !== '', isTrue(query.get('watch')));
  if (verb === 'watch' && definition.computed !== undefined) throw notWatched(definition);
  checkVerb(target, verb);
  const call = { context, target, query, request, response };
  if (subresource === 'log') {
    const pod = context.registry.get(definition, target.namespace, name);
    return servePodLog(context.containers, pod, query, response, context.stopping);
  }
  if (subresource === 'exec') {
    containerOf(context.registry.get(definition, target.namespace, name), query.get('container') ?? '');
  }
  if (UPGRADED.includes(subresource)) throw badRequest('Upgrade request required');
  const representation = negotiate(request.headers.accept);
  switch (verb) {
    case 'get': {
      if (subresource === 'proxy') return proxyToKubelet(call);
      const found = read(context.registry, target);
      return answer(call, representation, 200, found);
    }
    case 'list':
      return list(call, representation);
    case 'watch':
      return watch(call, representation);
    case 'create':
      return create(call, representation);
    case 'update': {
      const body = await readObject(request, definition.kind);
      const warnings = new Warnings();
      const manager = managerOf(call);
      const options = { ...writeOptions(query, 'UpdateOptions'), subresource, manager, warn: warnings.add };
      const written = context.registry.update(definition, target.namespace, name, body, options);
      return answer(call, representation, 200, written, warnings);
    }
    case 'patch':
      return patch(call, representation);
    case 'delete':
      return remove(call, representation);
    case 'deletecollection':
      return removeCollection(call, representation);
  }
}

/** Subresources that are spoken to after an upgrade of the connection only. */
const UPGRADED = ['exec', 'portforward'];

interface Call {
  readonly context: HandlerContext;
  readonly target: ResourceRequest;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Collects `Warning` headers. */
class Warnings {
  readonly texts: string[] = [];
  readonly add = (text: string): void => void this.texts.push(text);
}

function verbOf(method: string, named: boolean, watching: boolean): Verb {
  switch (method) {
    case 'GET':
      return watching ? 'watch' : named ? 'get' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return named ? 'delete' : 'deletecollection';
    default:
      throw methodNotAllowed();
  }
}

function checkVerb({ definition, subresource, namespace, name }: ResourceRequest, verb: Verb): void {
  if (subresource !== '') {
    const known = definition.subresources.find((one) => one.name === subresource);
    if (known === undefined) throw resourceNotFound();
    if (!known.verbs.includes(verb)) throw methodNotAllowed();
    return;
  }
  const collectionVerb = ['list', 'watch', 'create', 'deletecollection'].includes(verb);
  const placed = name !== '' ? verb !== 'create' : collectionVerb;
  const everywhere = definition.namespaced && namespace === '' && verb !== 'list' && verb !== 'watch';
  if (!placed || everywhere || !definition.verbs.includes(verb)) throw methodNotAllowed();
}

/** Throws ApiError (404). */
function read(registry: Registry, { definition, namespace, name }: ResourceRequest): NamedObject {
  const { computed } = definition;
  return computed === undefined
    ? registry.get(definition, namespace, name)
    : computedObject(registry, { ...definition, computed }, namespace, name);
}

/** `nodes/NAME/proxy/...`: of the kubelet's paths only `stats/summary`. Throws ApiError (404). */
function proxyToKubelet({ context, target: { definition, name, proxied }, response }: Call): void {
  context.registry.get(definition, '', name);
  if (proxied !== 'stats/summary') {
    sendText(response, 404, '404 page not found\n');
    return;
  }
  const summary = context.kubeletStats?.(name) ?? null;
  if (summary === null)
    throw new ApiError(503, 'ServiceUnavailable', `no kubelet answers for node "${name}"`);
  send(response, 200, summary);
}

function answer(
  { target, query, response }: Call,
  representation: Representation,
  code: number,
  object: NamedObject,
  warnings = new Warnings(),
): void {
  const { format, as } = representation;
  const headers: Record<string, string> = {};
  const texts = warnings.texts.map((text) => `299 - ${JSON.stringify(text)}`);
  if (texts.length > 0) headers['Warning'] = texts.join(', ');
  const { resourceVersion } = object.metadata;
  const metadata: JsonObject = resourceVersion === undefined ? {} : { resourceVersion };
  const body: JsonObject =
    as === 'object'
      ? object
      : as === 'partial'
        ? partialMetadata(object)
        : tableOf(target.definition, [object], metadata, tableOptions(query));
  send(response, code, body, { format, headers });
}

function tableOptions(query: URLSearchParams): {
  includeObject: IncludeObject;
  now: Date;
  withColumns: true;
} {
  const wanted = query.get('includeObject');
  const includeObject = wanted === 'None' || wanted === 'Object' ? wanted : 'Metadata';
  return { includeObject, now: new Date(), withColumns: true };
}

function optionsOf({ target, query }: Call): ListOptions {
  return listOptions(query, target.definition, target);
}

function list(call: Call, representation: Representation): void {
  const { definition } = call.target;
  const { computed } = definition;
  const { objects, metadata } =
    computed === undefined
      ? listPage(call.context.registry, definition, optionsOf(call))
      : computedPage(computed, optionsOf(call));
  send(call.response, 200, listBody(call, representation, objects, metadata), {
    format: representation.format,
  });
}

function listBody(
  { target: { definition }, query }: Call,
  { as }: Representation,
  objects: readonly NamedObject[],
  metadata: JsonObject,
): JsonObject {
  if (as === 'table') return tableOf(definition, objects, metadata, tableOptions(query));
  if (as === 'partial') {
    const items = objects.map((object) => ({ metadata: object.metadata }));
    return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items };
  }
  const head = { kind: listKindOf(definition), apiVersion: apiVersionOf(definition) };
  if (definition.custom) return { ...head, metadata: { continue: '', ...metadata }, items: [...objects] };
  // The items of a built-in list do not repeat their kind and version.
  const items = objects.map(({ kind: _kind, apiVersion: _version, ...rest }): JsonObject => ({ ...rest }));
  return { ...head, metadata, items };
}

async function watch(call: Call, representation: Representation): Promise<void> {
  const { context, target, query, response } = call;
  const { includeObject } = tableOptions(query);
  const options = optionsOf(call);
  const sink = watchStream(response, target.definition, representation, includeObject, context.stopping);
  await serveWatch(context.registry, target.definition, options, sink, context.watchTiming);
}

async function create(call: Call, representation: Representation): Promise<void> {
  const { context, target, query, request } = call;
  const body = await readObject(request, target.definition.kind);
  const warnings = new Warnings();
  const options = { ...writeOptions(query, 'CreateOptions'), warn: warnings.add };
  const made = context.registry.create(target.definition, target.namespace, body, options);
  answer(call, representation, 201, made, warnings);
}

async function patch(call: Call, representation: Representation): Promise<void> {
  const { context, target, query, request } = call;
  const text = await readBody(request);
  if (mediaType(request) === APPLY_PATCH) return apply(call, representation, text);
  const change = patchChange(target.definition, mediaType(request), text);
  const warnings = new Warnings();
  const options = {
    ...writeOptions(query, 'PatchOptions'),
    subresource: target.subresource,
    manager: managerOf(call),
    warn: warnings.add,
  };
  const written = context.registry.patch(target.definition, target.namespace, target.name, change, options);
  answer(call, representation, 200, written, warnings);
}

/** Server-side apply. */
function apply(call: Call, representation: Representation, text: string): void {
  const { context, target, query } = call;
  const { definition, namespace, name } = target;
  if (target.subresource !== '') throw notImplemented(`server-side apply to ${target.subresource}`);
  const manager = query.get('fieldManager') ?? '';
  if (manager === '') {
    const message = 'Required value: is required for apply patch';
    const cause = { reason: 'FieldValueRequired', message, field: 'fieldManager' } as const;
    throw invalid('meta.k8s.io', 'PatchOptions', '', [cause]);
  }
  const warnings = new Warnings();
  const force = isTrue(query.get('force'));
  const options = { ...writeOptions(query, 'PatchOptions'), manager, force, warn: warnings.add };
  const configuration = parseObject(text, definition.kind);
  const { object, created } = context.registry.apply(definition, namespace, name, configuration, options);
  answer(call, representation, created ? 201 : 200, object, warnings);
}

/** Who writes: `fieldManager`, else the program that the User-Agent names. */
function managerOf({ query, request }: Call): string {
  const named = query.get('fieldManager') ?? '';
  const [program = ''] = (request.headers['user-agent'] ?? '').split('/', 1);
  return named !== '' ? named : program === '' ? 'unknown' : program;
}

async function remove(call: Call, representation: Representation): Promise<void> {
  const { context, target, query, response } = call;
  const { definition, namespace, name } = target;
  const options = deleteOptions(query, await optionalObject(call.request));
  const { object, gone } = context.registry.delete(definition, namespace, name, options);
  if (!gone || definition.returnsDeleted === true) return answer(call, representation, 200, object);
  const group: JsonObject = definition.group === '' ? {} : { group: definition.group };
  const details: JsonObject = { name, ...group, kind: definition.plural, uid: object.metadata.uid };
  const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
  send(response, 200, body, { format: representation.format });
}

async function removeCollection(call: Call, representation: Representation): Promise<void> {
  const { context, target, query } = call;
  const options = deleteOptions(query, await optionalObject(call.request));
  const { objects, metadata } = listPage(context.registry, target.definition, optionsOf(call));
  for (const object of objects) {
    const { name } = object.metadata;
    context.registry.delete(target.definition, target.namespace, name, options);
  }
  send(call.response, 200, listBody(call, representation, objects, metadata), {
    format: representation.format,
  });
}

/** The body of a delete: DeleteOptions in JSON, or none. */
async function optionalObject(request: IncomingMessage): Promise<JsonObject | null> {
  const text = await readBody(request);
  if (text === '') return null;
  if (mediaType(request) !== 'application/json') throw unsupportedMediaType(['application/json']);
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value as JsonObject)) return value as JsonObject;
  } catch {
    // Falls through to the refusal: what is no JSON is no DeleteOptions either.
  }
  throw badRequest('the body of a delete must be DeleteOptions');
}
