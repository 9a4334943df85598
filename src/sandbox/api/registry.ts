import { randomUUID } from 'node:crypto';
import { UnknownField } from './apply/field-set.js';
import { type Applier, applyConfiguration, noteUpdate } from './apply/server-side-apply.js';
import { decodeObject, type FieldValidation } from './decode-object.js';
import {
  clone,
  deepFreeze,
  equalJson,
  isObject,
  type JsonObject,
  numberAt,
  objectAt,
  stringAt,
} from './json.js';
import { asKubeObject, type Draft, type KubeObject, kubeTime, namespaceOf } from './kube-object.js';
import { nameCauses, randomSuffix } from './names.js';
import { apiVersionOf, hasStatus, type ResourceDefinition } from './resource.js';
import { validateAgainst } from './schema/validate.js';
import {
  ApiError,
  alreadyExists,
  badRequest,
  type Cause,
  conflict,
  forbidden,
  invalid,
  notFound,
  notImplemented,
  preconditionFailed,
} from './status.js';
import type { ObjectStore, StoreEvent } from './store.js';

export interface WriteOptions {
  /** Goes through all checks and answers as if it had written. */
  readonly dryRun?: boolean;
  readonly fieldValidation?: FieldValidation;
  /** Told of each unknown field that was dropped. */
  readonly warn?: (text: string) => void;
  /** Whose request it is, for webhooks that ask; absent: a part of the cluster. */
  readonly user?: string;
}

export interface UpdateOptions extends WriteOptions {
  /** Who writes, for objects whose fields have managers; absent: a part of the cluster, which is not noted. */
  readonly manager?: string;
  /** Empty: the object itself. */
  readonly subresource?: string;
}

export interface ApplyOptions extends WriteOptions {
  readonly manager: string;
  /** Takes over the fields that others own. */
  readonly force: boolean;
}

export interface DeleteOptions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly graceSeconds?: number | undefined;
  readonly propagation?: 'Foreground' | 'Background' | 'Orphan' | undefined;
  readonly dryRun?: boolean | undefined;
}

export interface DeleteResult {
  readonly object: KubeObject;
  /** False while finalizers or the grace period keep it. */
  readonly gone: boolean;
}

/**
 * The verbs over the store, the same for HTTP clients, the kubelet and the controllers: decoding, defaults, admission,
 * validation, preconditions, finalizers, graceful deletion. Every method throws ApiError in the API server's words.
 */
export class Registry {
  readonly store: ObjectStore;
  readonly definitions: readonly ResourceDefinition[];
  readonly #now: () => Date;

  constructor(
    store: ObjectStore,
    definitions: readonly ResourceDefinition[],
    now: () => Date = () => new Date(),
  ) {
    this.store = store;
    this.definitions = definitions;
    this.#now = now;
  }

  /** The definition of a resource by its plural and group. Throws Error: a programming mistake. */
  definition(plural: string, group = ''): ResourceDefinition {
    const found = this.definitions.find((one) => one.plural === plural && one.group === group);
    if (found === undefined) throw new Error(`no resource ${plural} in group "${group}"`);
    return found;
  }

  get(definition: ResourceDefinition, namespace: string, name: string): KubeObject {
    const found = this.find(definition, namespace, name);
    if (found === undefined) throw notFound(definition, name);
    return found;
  }

  find(definition: ResourceDefinition, namespace: string, name: string): KubeObject | undefined {
    return this.store.get(collectionOf(definition), namespace, name);
  }

  /** All objects of a resource; of one namespace where one is given. */
  list(definition: ResourceDefinition, namespace = ''): KubeObject[] {
    const objects = this.store.list(collectionOf(definition));
    return namespace === '' ? objects : objects.filter((object) => namespaceOf(object) === namespace);
  }

  /** Calls the listener after each write to the resource until the returned function is called. */
  subscribe(definition: ResourceDefinition, listener: (event: StoreEvent) => void): () => void {
    const collection = collectionOf(definition);
    return this.store.subscribe((event) => {
      if (event.collection === collection) listener(event);
    });
  }

  create(
    definition: ResourceDefinition,
    namespace: string,
    body: Draft,
    options: WriteOptions = {},
  ): KubeObject {
    const draft = clone(body);
    decodeObject(definition, draft, options.fieldValidation ?? 'Warn', options.warn);
    const metadata = draft['metadata'];
    if (!isObject(metadata)) throw badRequest('metadata is missing');
    this.#placeInNamespace(definition, namespace, metadata);
    if (stringAt(metadata, 'name') === undefined && stringAt(metadata, 'generateName') !== undefined) {
      metadata['name'] = `${metadata['generateName']}${randomSuffix()}`;
    }
    if (metadata['resourceVersion'] !== undefined && metadata['resourceVersion'] !== '') {
      throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
    }
    metadata['uid'] = randomUUID();
    metadata['creationTimestamp'] = kubeTime(this.#now());
    delete metadata['resourceVersion'];
    delete metadata['deletionTimestamp'];
    delete metadata['deletionGracePeriodSeconds'];
    delete metadata['selfLink'];
    if (definition.hasGeneration) metadata['generation'] = 1;
    if (hasStatus(definition)) delete draft['status'];
    definition.defaults?.(draft);
    if (definition.review !== undefined) return reviewed(definition.review, draft);
    this.#check(definition, draft, null, options);
    const name = String(metadata['name']);
    if (this.find(definition, namespace, name) !== undefined) throw alreadyExists(definition, name);
    if (options.dryRun === true) return unwritten(draft);
    return this.store.put(collectionOf(definition), (version) => finished(draft, version));
  }

  update(
    definition: ResourceDefinition,
    namespace: string,
    name: string,
    body: Draft,
    options: UpdateOptions = {},
  ): KubeObject {
    const draft = clone(body);
    decodeObject(definition, draft, options.fieldValidation ?? 'Warn', options.warn);
    const old = this.get(definition, namespace, name);
    if (stringAt(draft, 'metadata', 'name') !== name) {
      const given = stringAt(draft, 'metadata', 'name') ?? '';
      throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
    }
    return this.#write(definition, old, draft, options);
  }

  /** Applies a change to the current object, then goes on as an update that cannot conflict with itself. */
  patch(
    definition: ResourceDefinition,
    namespace: string,
    name: string,
    change: (current: JsonObject) => Draft,
    options: UpdateOptions = {},
  ): KubeObject {
    const old = this.get(definition, namespace, name);
    const draft = change(clone<JsonObject>(old));
    decodeObject(definition, draft, options.fieldValidation ?? 'Warn', options.warn);
    return this.#write(definition, old, draft, options);
  }

  /** Server-side apply: creates the object, or merges into it what the manager wants and no more. */
  apply(
    definition: ResourceDefinition,
    namespace: string,
    name: string,
    configuration: Draft,
    options: ApplyOptions,
  ): { readonly object: KubeObject; readonly created: boolean } {
    const config = clone(configuration);
    const metadata = objectAt(config, 'metadata') ?? {};
    if (metadata['managedFields'] !== undefined) throw badRequest('metadata.managedFields must be nil');
    const given = stringAt(metadata, 'name') ?? name;
    if (given !== name) {
      throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
    }
    config['metadata'] = { ...metadata, name };
    if (hasStatus(definition)) delete config['status'];
    const live = this.find(definition, namespace, name) ?? null;
    const draft = this.#merged(definition, namespace, live, config, options);
    if (live === null) {
      const { resourceVersion } = metadata;
      if (resourceVersion !== undefined && resourceVersion !== '') throw notFound(definition, name);
      return { object: this.create(definition, namespace, draft, options), created: true };
    }
    decodeObject(definition, draft, options.fieldValidation ?? 'Warn', options.warn);
    return { object: this.#write(definition, live, draft, options, 'apply'), created: false };
  }

  #merged(
    definition: ResourceDefinition,
    namespace: string,
    live: KubeObject | null,
    config: JsonObject,
    { manager, force }: ApplyOptions,
  ): JsonObject {
    try {
      const applier = { ...this.#writer(definition, manager), force };
      return applyConfiguration(live, config, definition.schema, applier);
    } catch (error) {
      if (!(error instanceof UnknownField)) throw error;
      const name = stringAt(config, 'metadata', 'name') ?? '';
      const where = `${namespace}/${name}; ${apiVersionOf(definition)}, Kind=${definition.kind}`;
      throw new ApiError(500, '', `failed to create typed patch object (${where}): ${error.message}`);
    }
  }

  #writer(definition: ResourceDefinition, manager: string): Omit<Applier, 'force'> {
    const without = hasStatus(definition) ? ['status'] : [];
    return { manager, apiVersion: apiVersionOf(definition), time: kubeTime(this.#now()), without };
  }

  delete(
    definition: ResourceDefinition,
    namespace: string,
    name: string,
    options: DeleteOptions = {},
  ): DeleteResult {
    const old = this.get(definition, namespace, name);
    const { uid, resourceVersion, propagation = 'Background' } = options;
    if (definition.kind === 'DaemonSet' && propagation !== 'Background') {
      throw notImplemented(`propagationPolicy ${propagation}`);
    }
    if (uid !== undefined && uid !== old.metadata.uid) {
      throw preconditionFailed(definition, name, 'UID', uid, old.metadata.uid);
    }
    if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion) {
      const found = old.metadata.resourceVersion;
      throw preconditionFailed(definition, name, 'ResourceVersion', resourceVersion, found);
    }
    const grace = Math.max(0, options.graceSeconds ?? definition.graceSeconds?.(old) ?? 0);
    const effective = definition.graceSeconds === undefined ? 0 : grace;
    const keeps = effective > 0 || finalizersOf(old).length > 0 || holdsUntilEmpty(old);
    if (options.dryRun === true) return { object: old, gone: !keeps };
    if (!keeps) return { object: this.#remove(definition, old, effective), gone: true };
    const current = numberAt(old.metadata, 'deletionGracePeriodSeconds');
    if (old.metadata['deletionTimestamp'] !== undefined && (current ?? 0) <= effective) {
      return { object: old, gone: false };
    }
    return { object: this.#markDeleted(definition, old, effective), gone: false };
  }

  #write(
    definition: ResourceDefinition,
    old: KubeObject,
    draft: Draft,
    options: UpdateOptions,
    how: 'update' | 'apply' = 'update',
  ): KubeObject {
    const metadata = draft['metadata'];
    if (!isObject(metadata)) throw badRequest('metadata is missing');
    this.#checkVersion(definition, old, metadata);
    for (const key of ['name', 'namespace', 'uid', 'creationTimestamp', 'generation'] as const) {
      keep(metadata, old.metadata, key);
    }
    keep(metadata, old.metadata, 'deletionTimestamp');
    keep(metadata, old.metadata, 'deletionGracePeriodSeconds');
    if (how === 'update') keep(metadata, old.metadata, 'managedFields');
    const subresource = options.subresource ?? '';
    if (subresource === 'status') {
      const status = draft['status'];
      for (const key of Object.keys(draft)) if (key !== 'metadata') delete draft[key];
      Object.assign(draft, clone<JsonObject>(old));
      if (status === undefined) delete draft['status'];
      else draft['status'] = status;
    } else if (hasStatus(definition)) keep(draft, old, 'status');
    definition.defaults?.(draft);
    if (how === 'update' && subresource !== 'status' && options.manager !== undefined) {
      noteUpdate(old, draft, definition.schema, this.#writer(definition, options.manager));
    }
    const now = draft['metadata'];
    if (isObject(now) && definition.hasGeneration && desiredChanged(definition, old, draft)) {
      now['generation'] = (numberAt(old.metadata, 'generation') ?? 0) + 1;
    }
    this.#check(definition, draft, old, options);
    this.#checkFinalizers(definition, old, draft);
    const unchanged = equalJson(
      { ...draft, metadata: withoutVersion(draft) },
      { ...old, metadata: withoutVersion(old) },
    );
    if (unchanged) return old;
    if (options.dryRun === true) return finished(draft, old.metadata.resourceVersion);
    const written = this.store.put(collectionOf(definition), (version) => finished(draft, version));
    const releasable =
      written.metadata['deletionTimestamp'] !== undefined &&
      finalizersOf(written).length === 0 &&
      (numberAt(written.metadata, 'deletionGracePeriodSeconds') ?? 0) === 0;
    if (releasable && !holdsUntilEmpty(written)) this.#remove(definition, written, 0);
    return written;
  }

  #checkVersion(definition: ResourceDefinition, old: KubeObject, metadata: JsonObject): void {
    const { name, uid, resourceVersion } = old.metadata;
    const given = stringAt(metadata, 'resourceVersion') ?? '';
    if (given === '' && definition.custom) {
      const message = 'Invalid value: 0: must be specified for an update';
      const cause: Cause = { reason: 'FieldValueInvalid', message, field: 'metadata.resourceVersion' };
      throw invalid(definition.group, definition.kind, name, [cause]);
    }
    if (given !== '' && given !== resourceVersion) throw conflict(definition, name);
    const givenUid = stringAt(metadata, 'uid') ?? '';
    if (givenUid !== '' && givenUid !== uid) throw conflict(definition, name);
  }

  #checkFinalizers(definition: ResourceDefinition, old: KubeObject, draft: Draft): void {
    if (old.metadata['deletionTimestamp'] === undefined) return;
    const before = finalizersOf(old);
    const added = finalizersOf(draft).filter((one) => !before.includes(one));
    if (added.length === 0) return;
    const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((one) => JSON.stringify(one)).join(', ')}}`;
    const cause: Cause = { reason: 'FieldValueForbidden', message, field: 'metadata.finalizers' };
    throw invalid(definition.group, definition.kind, old.metadata.name, [cause]);
  }

  #check(
    definition: ResourceDefinition,
    draft: Draft,
    old: KubeObject | null,
    { user = null, dryRun = false }: { user?: string | null; dryRun?: boolean },
  ): void {
    const operation = old === null ? 'CREATE' : 'UPDATE';
    const request = { operation, object: draft, old, user, dryRun } as const;
    definition.mutate?.(request);
    const causes = [
      ...(old === null ? nameCauses(definition, draft) : []),
      ...(definition.custom ? validateAgainst(draft, definition.schema) : []),
      ...(definition.validate?.(draft, old) ?? []),
    ];
    const name = stringAt(draft, 'metadata', 'name') ?? '';
    if (causes.length > 0) throw invalid(definition.group, definition.kind, name, causes);
    definition.admit?.(request);
  }

  #placeInNamespace(definition: ResourceDefinition, namespace: string, metadata: JsonObject): void {
    if (!definition.namespaced) {
      delete metadata['namespace'];
      return;
    }
    const given = stringAt(metadata, 'namespace') ?? '';
    if (given !== '' && given !== namespace) {
      throw badRequest(
        'the namespace of the provided object does not match the namespace sent on the request',
      );
    }
    metadata['namespace'] = namespace;
    const namespaces = this.definition('namespaces');
    const home = this.get(namespaces, '', namespace);
    if (home.metadata['deletionTimestamp'] === undefined) return;
    const name = stringAt(metadata, 'name') ?? '';
    const resource = definition.group === '' ? definition.plural : `${definition.plural}.${definition.group}`;
    throw forbidden(
      `${resource} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    );
  }

  #markDeleted(definition: ResourceDefinition, old: KubeObject, grace: number): KubeObject {
    const draft = clone<JsonObject>(old);
    const metadata = draft['metadata'];
    if (isObject(metadata)) {
      metadata['deletionTimestamp'] = kubeTime(new Date(this.#now().getTime() + grace * 1000));
      metadata['deletionGracePeriodSeconds'] = grace;
      if (definition.hasGeneration) metadata['generation'] = (numberAt(metadata, 'generation') ?? 0) + 1;
    }
    return this.store.put(collectionOf(definition), (version) => finished(draft, version));
  }

  #remove(definition: ResourceDefinition, old: KubeObject, grace: number): KubeObject {
    return this.store.remove(collectionOf(definition), old, (version) => {
      const draft = clone<JsonObject>(old);
      const metadata = draft['metadata'];
      if (isObject(metadata) && definition.graceSeconds !== undefined) {
        metadata['deletionTimestamp'] ??= kubeTime(this.#now());
        metadata['deletionGracePeriodSeconds'] = grace;
      }
      return finished(draft, version);
    });
  }
}

/** The store's name for a resource's objects. */
export function collectionOf(definition: ResourceDefinition): string {
  return `${definition.group}/${definition.plural}`;
}

export function finalizersOf(object: JsonObject): string[] {
  const metadata = object['metadata'];
  const list = isObject(metadata) ? metadata['finalizers'] : undefined;
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : [];
}

/** A namespace goes when its content has gone (`spec.finalizers`), not when its metadata allows it. */
function holdsUntilEmpty(object: JsonObject): boolean {
  const spec = object['spec'];
  const held = isObject(spec) ? spec['finalizers'] : undefined;
  return object['kind'] === 'Namespace' && Array.isArray(held) && held.length > 0;
}

function desiredChanged(definition: ResourceDefinition, old: KubeObject, draft: Draft): boolean {
  if (!definition.custom || hasStatus(definition)) return !equalJson(desiredOf(old), desiredOf(draft));
  const body = (object: JsonObject): JsonObject => ({ ...object, metadata: {} });
  return !equalJson(body(old), body(draft));
}

/** The spec but for the node, which the scheduler fills in without a new generation. */
function desiredOf(object: JsonObject): JsonObject {
  const { nodeName: _bound, ...desired } = objectAt(object, 'spec') ?? {};
  return desired;
}

function keep(target: JsonObject, source: JsonObject, key: string): void {
  const value = source[key];
  if (value === undefined) delete target[key];
  else target[key] = value;
}

function withoutVersion(object: JsonObject): JsonObject {
  const metadata = object['metadata'];
  return isObject(metadata) ? { ...metadata, resourceVersion: '' } : {};
}

/** A review is answered and not kept: it has no name, no uid and no version. */
function reviewed(review: (object: Draft) => void, draft: Draft): KubeObject {
  const answer = { ...draft, metadata: {} };
  review(answer);
  return deepFreeze(answer) as unknown as KubeObject;
}

/** What a dry run answers: an object that has no version, since it was never written. */
function unwritten(draft: Draft): KubeObject {
  const { metadata, ...rest } = finished(draft, '0');
  const { resourceVersion: _none, ...kept } = metadata;
  return deepFreeze({ ...rest, metadata: kept }) as KubeObject;
}

function finished(draft: Draft, resourceVersion: string): KubeObject {
  const copy = clone(draft);
  const metadata = copy['metadata'];
  if (isObject(metadata)) metadata['resourceVersion'] = resourceVersion;
  return asKubeObject(copy);
}
