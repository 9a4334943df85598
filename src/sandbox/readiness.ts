import { arrayAt, isObject, type JsonObject, stringAt } from './api/json.js';
import type { Registry } from './api/registry.js';
import { isSynthetic } from './synthetic/pod.js';

/** True when the Pod's Ready condition holds. */
export function isReady(pod: JsonObject): boolean {
  return arrayAt(pod, 'status', 'conditions').some(
    (one) => isObject(one) && one['type'] === 'Ready' && one['status'] === 'True',
  );
}

/** Waits until every Pod that runs or should run is ready; synthetic ones never do. Throws Error naming those that are not after the time (ms). */
export function podsReady(registry: Registry, timeoutMs: number): Promise<void> {
  const pods = registry.definition('pods');
  const unready = (): string[] =>
    registry
      .list(pods)
      .filter((pod) => !isSynthetic(pod) && !isReady(pod))
      .map((pod) => `${stringAt(pod, 'metadata', 'namespace')}/${pod.metadata.name}`);
  if (unready().length === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const stop = registry.subscribe(pods, ({ last }) => {
      if (isSynthetic(last) || unready().length > 0) return;
      clearTimeout(timer);
      stop();
      resolve();
    });
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`not ready after ${timeoutMs / 1000} s: ${unready().join(', ')}; see the log above`));
    }, timeoutMs);
  });
}
