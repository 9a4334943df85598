import type { JsonObject } from './json.js';
import type { Draft, KubeObject, NamedObject } from './kube-object.js';
import type { ObjectSchema } from './schema/schema.js';
import type { Cause } from './status.js';
import type { Column } from './table/column.js';

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

export interface SubresourceDefinition {
  /** The last part of the path, e.g. `status`. */
  readonly name: string;
  readonly kind: string;
  readonly verbs: readonly Verb[];
}

/** What an admission step sees. `old` is null on create. A mutating one may change `object`; both may throw ApiError. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE';
  readonly object: Draft;
  readonly old: KubeObject | null;
  /** Null: a part of the cluster itself. */
  readonly user: string | null;
  /** Nothing will be kept. */
  readonly dryRun: boolean;
}

/** A resource of which nothing is stored: it can only be read, and has no versions. */
export interface ComputedObjects {
  /** The plural of the core resource whose objects it tells of. */
  readonly of: string;
  /** All its objects, made at each request; their metadata has a name and, where namespaced, a namespace. */
  readonly objects: () => readonly NamedObject[];
}

/** Everything that makes one resource different from another; the verbs themselves are the same for all. */
export interface ResourceDefinition {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly Verb[];
  readonly subresources: readonly SubresourceDefinition[];
  /** Served from a CustomResourceDefinition: decoded, patched and listed a little differently. */
  readonly custom: boolean;
  readonly schema: ObjectSchema;
  readonly columns: readonly Column[];
  /** Labels of the field selectors it knows beside metadata.name and metadata.namespace. */
  readonly fieldLabels: Readonly<Record<string, (object: JsonObject) => string>>;
  /** Names are DNS-1123 labels rather than subdomains. */
  readonly labelNames?: boolean;
  /** Fills in defaults on create and update. */
  readonly defaults?: (object: Draft) => void;
  readonly validate?: (object: Draft, old: KubeObject | null) => readonly Cause[];
  /** Mutating webhooks: run before validation. */
  readonly mutate?: (request: AdmissionRequest) => void;
  /** Validating webhooks: run after validation. */
  readonly admit?: (request: AdmissionRequest) => void;
  /** `metadata.generation` counts the changes of what is desired. */
  readonly hasGeneration: boolean;
  /** Seconds of grace a delete gives when it names none; absent: gone at once. */
  readonly graceSeconds?: (object: KubeObject) => number;
  /** Absent: its objects are in the store. */
  readonly computed?: ComputedObjects;
  /** A create answers at once with what `answer` makes of the object; nothing is stored (reviews). */
  readonly review?: (object: Draft) => void;
  /** A delete answers with the object, not with a Status. */
  readonly returnsDeleted?: boolean;
}

export function apiVersionOf(definition: ResourceDefinition): string {
  return definition.group === '' ? definition.version : `${definition.group}/${definition.version}`;
}

export function listKindOf(definition: ResourceDefinition): string {
  return `${definition.kind}List`;
}

export function hasStatus(definition: ResourceDefinition): boolean {
  return definition.subresources.some((subresource) => subresource.name === 'status');
}
