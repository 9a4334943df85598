import { arrayAt, stringAt } from '../api/json.js';
import { type KubeObject, namespaceOf } from '../api/kube-object.js';
import type { Registry } from '../api/registry.js';
import { ApiError } from '../api/status.js';

/** Deletes the objects of an owner that has gone (background propagation). Returns the way to stop it. */
export function startGarbageCollector(registry: Registry): () => void {
  const owned = registry.definitions.filter((one) => one.verbs.includes('delete'));
  const collect = (uid: string): void => {
    for (const definition of owned) {
      for (const object of registry.list(definition)) {
        if (object.metadata['deletionTimestamp'] !== undefined || !isOwnedBy(object, uid)) continue;
        try {
          registry.delete(definition, namespaceOf(object), object.metadata.name);
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
        }
      }
    }
  };
  return registry.store.subscribe(({ after, last }) => {
    // After the write that told of it is through: what follows writes, too.
    if (after === null) queueMicrotask(() => collect(last.metadata.uid));
  });
}

function isOwnedBy(object: KubeObject, uid: string): boolean {
  return arrayAt(object.metadata, 'ownerReferences').some((owner) => stringAt(owner, 'uid') === uid);
}
