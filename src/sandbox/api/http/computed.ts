import type { JsonObject } from '../json.js';
import { type NamedObject, namespaceOf } from '../kube-object.js';
import type { Registry } from '../registry.js';
import type { ComputedObjects, ResourceDefinition } from '../resource.js';
import { ApiError } from '../status.js';
import { storageKey } from '../store.js';
import type { ListOptions } from './list-options.js';

/** The objects of a resource that is computed at each request: always all of them, by namespace and name. */
export function computedPage(
  { objects }: ComputedObjects,
  { matches }: ListOptions,
): { objects: readonly NamedObject[]; metadata: JsonObject } {
  const found = objects().filter(matches);
  return { objects: found.toSorted((a, b) => (storageKey(a) < storageKey(b) ? -1 : 1)), metadata: {} };
}

/** One of them. Throws ApiError (404): there is none of what it tells of, or nothing is known of that yet. */
export function computedObject(
  registry: Registry,
  definition: ResourceDefinition & { readonly computed: ComputedObjects },
  namespace: string,
  name: string,
): NamedObject {
  const { computed, group, kind } = definition;
  const found = computed
    .objects()
    .find((one) => one.metadata.name === name && namespaceOf(one) === namespace);
  if (found !== undefined) return found;
  registry.get(registry.definition(computed.of), namespace, name);
  const full = namespace === '' ? name : `${namespace}/${name}`;
  const details: JsonObject = { name: full, group, kind: kind.toLowerCase() };
  throw new ApiError(404, 'NotFound', `${kind.toLowerCase()}.${group} "${full}" not found`, { details });
}
