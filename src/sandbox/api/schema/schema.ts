import type { Json } from '../json.js';

/** The part of a structural OpenAPI schema that the stand-in knows. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  /** The schema of a map's values. */
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** The minimum itself is too little. */
  readonly exclusiveMinimum?: boolean;
  /** Null is a value, too. */
  readonly nullable?: boolean;
  readonly default?: Json;
  /** `x-kubernetes-preserve-unknown-fields`. */
  readonly preserveUnknown?: boolean;
  /** `x-kubernetes-int-or-string`. */
  readonly intOrString?: boolean;
  /** A Kubernetes quantity: a string, or a number that is read as one. */
  readonly quantity?: boolean;
  /** `x-kubernetes-map-type: atomic`: server-side apply sets the map as a whole. */
  readonly atomic?: boolean;
  /** Name of a shared schema that stands here. */
  readonly ref?: string;
  /** `x-kubernetes-patch-merge-key`: a strategic merge patch joins this list's objects by it. */
  readonly mergeKey?: string;
  /** A strategic merge patch joins this list of plain values. */
  readonly mergeValues?: boolean;
}

/** A resource's schema with the shared ones that it refers to. */
export interface ObjectSchema {
  readonly root: Schema;
  readonly shared: Readonly<Record<string, Schema>>;
}

/** The schema itself, or the shared one it refers to. Throws Error for a name that does not exist. */
export function resolve(schema: Schema, shared: ObjectSchema['shared']): Schema {
  if (schema.ref === undefined) return schema;
  const target = shared[schema.ref];
  if (target === undefined) throw new Error(`the schema refers to ${schema.ref}, which does not exist`);
  return target;
}
