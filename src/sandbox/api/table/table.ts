import type { Json, JsonObject } from '../json.js';
import type { NamedObject } from '../kube-object.js';
import type { ResourceDefinition } from '../resource.js';

/** What a row carries of its object (`includeObject`). */
export type IncludeObject = 'Metadata' | 'Object' | 'None';

export interface TableOptions {
  readonly includeObject: IncludeObject;
  readonly now: Date;
  /** A watch sends the columns with its first table only. */
  readonly withColumns: boolean;
}

/** A meta.k8s.io/v1 Table of the objects: server-side printing. */
export function tableOf(
  definition: ResourceDefinition,
  objects: readonly NamedObject[],
  metadata: JsonObject,
  options: TableOptions,
): JsonObject {
  const columns: Json = definition.columns.map(({ name, type, format = '', description, priority }) => ({
    name,
    type,
    format,
    description,
    priority,
  }));
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: options.withColumns ? columns : null,
    rows: objects.map((object) => ({
      cells: definition.columns.map((column) => column.cell(object, options.now)),
      object: rowObject(object, options.includeObject),
    })),
  };
}

function rowObject(object: NamedObject, include: IncludeObject): Json {
  if (include === 'None') return null;
  return include === 'Object' ? object : partialMetadata(object);
}

export function partialMetadata(object: NamedObject): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}
