import { clone, isObject, type JsonObject, stringAt } from './json.js';
import { type KubeObject, namespaceOf } from './kube-object.js';
import type { Registry } from './registry.js';
import type { ResourceDefinition } from './resource.js';
import { ApiError } from './status.js';

/**
 * Empties namespaces that are being deleted and lets them go when nothing is left in them, as the namespace
 * controller does, which needs a moment (ms): who deletes a manifest deletes the namespace and then what is in it.
 * Returns the way to stop it.
 */
export function startNamespaceController(registry: Registry, delayMs = 0): () => void {
  const waiting = new Map<string, NodeJS.Timeout | null>();
  const namespaces = registry.definition('namespaces');
  const contained = registry.definitions.filter((one) => one.namespaced);
  const settle = (name: string): void => {
    const namespace = registry.find(namespaces, '', name);
    if (namespace?.metadata['deletionTimestamp'] === undefined) return;
    if (stringAt(namespace, 'status', 'phase') !== 'Terminating') {
      registry.patch(namespaces, '', name, terminating, { subresource: 'status' });
      return;
    }
    if (delayMs > 0 && !waiting.has(name)) {
      const empty = (): void => {
        waiting.set(name, null);
        settle(name);
      };
      waiting.set(name, setTimeout(empty, delayMs));
    }
    if (delayMs > 0 && waiting.get(name) !== null) return;
    const left = contained.flatMap((one) => remaining(registry, one, name));
    if (left.length > 0) return;
    waiting.delete(name);
    release(registry, namespaces, name);
  };
  const unsubscribe = registry.store.subscribe((event) => {
    const name = event.collection === '/namespaces' ? event.last.metadata.name : namespaceOf(event.last);
    // After the write that told of it is through: what follows writes, too.
    queueMicrotask(() => settle(name));
  });
  return () => {
    unsubscribe();
    for (const timer of waiting.values()) clearTimeout(timer ?? undefined);
  };
}

function terminating(current: JsonObject): JsonObject {
  return { ...current, status: { phase: 'Terminating' } };
}

/** Deletes what is not being deleted yet; returns all that is still there. */
function remaining(registry: Registry, definition: ResourceDefinition, namespace: string): KubeObject[] {
  for (const object of registry.list(definition, namespace)) {
    if (object.metadata['deletionTimestamp'] === undefined) {
      registry.delete(definition, namespace, object.metadata.name);
    }
  }
  return registry.list(definition, namespace);
}

function release(registry: Registry, namespaces: ResourceDefinition, name: string): void {
  registry.patch(namespaces, '', name, (current) => {
    const copy = clone(current);
    const { spec } = copy;
    if (isObject(spec)) delete spec['finalizers'];
    return copy;
  });
}

/** Makes a namespace unless it is there. */
export function ensureNamespace(registry: Registry, name: string): void {
  try {
    registry.create(registry.definition('namespaces'), '', { metadata: { name } });
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
  }
}
