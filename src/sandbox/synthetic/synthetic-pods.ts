import { asKubeObject, type KubeObject } from '../api/kube-object.js';
import { collectionOf, type Registry } from '../api/registry.js';
import type { ResourceDefinition } from '../api/resource.js';
import { ApiError } from '../api/status.js';
import {
  SYNTHETIC_ANNOTATION,
  type SyntheticState,
  syntheticNamespace,
  syntheticPod,
  withStatus,
} from './pod.js';

export interface SyntheticOptions {
  readonly pods: number;
  /** Absent: 200, or as many as there are Pods. */
  readonly namespaces?: number;
  /** Absent or 0: they stay as they are. */
  readonly changesPerSecond?: number;
}

const NAMESPACES = 200;
/** How often changes are made, ms: at 1,000 a second ten at a time. */
const TICK_MS = 10;

/** Pods that are objects of the API and nothing else: to see how clients do with many, and with many changes. */
export class SyntheticPods {
  readonly #registry: Registry;
  readonly #definition: ResourceDefinition;
  readonly #namespaces: number;
  readonly #now: () => number;
  readonly #states: SyntheticState[];
  readonly #names: { readonly namespace: string; readonly name: string }[] = [];
  #next = 0;
  #changes = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Writes them all. */
  constructor(registry: Registry, options: SyntheticOptions, now: () => number = Date.now) {
    this.#registry = registry;
    this.#definition = registry.definition('pods');
    this.#namespaces = Math.max(1, Math.min(options.namespaces ?? NAMESPACES, options.pods));
    this.#now = now;
    const since = now();
    this.#states = Array.from({ length: options.pods }, () => ({ restarts: 0, since }));
    for (let index = 0; index < this.#namespaces && options.pods > 0; index += 1) this.#namespace(index);
    for (const [index, state] of this.#states.entries()) {
      const pod = this.#put(syntheticPod(index, this.#namespaces, state));
      this.#names.push({ namespace: String(pod.metadata['namespace']), name: pod.metadata.name });
    }
    this.start(options.changesPerSecond ?? 0);
  }

  /** How many changes were made since the beginning. */
  get changes(): number {
    return this.#changes;
  }

  /** Changes so many a second from now on. */
  start(changesPerSecond: number): void {
    this.stop();
    if (changesPerSecond <= 0) return;
    const startedAt = performance.now();
    let made = 0;
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startedAt) / 1000) * changesPerSecond) - made;
      made += due;
      this.change(due);
    }, TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** One after the other, the next so many of them are OOM-killed and started again. */
  change(count: number): void {
    for (let i = 0; i < count; i += 1) {
      // A step that has no factor with any usual number of Pods, so that neighbours in the list do not change together.
      const index = (this.#next * 7919) % this.#states.length;
      this.#next += 1;
      const { namespace = '', name = '' } = this.#names[index] ?? {};
      const pod = this.#registry.find(this.#definition, namespace, name);
      // Whoever deletes one has the last word.
      if (pod === undefined) continue;
      const state = { restarts: (this.#states[index]?.restarts ?? 0) + 1, since: this.#now() };
      this.#states[index] = state;
      this.#put(withStatus(pod, index, state));
      this.#changes += 1;
    }
  }

  #namespace(index: number): void {
    const metadata = { name: syntheticNamespace(index), annotations: { [SYNTHETIC_ANNOTATION]: 'true' } };
    try {
      this.#registry.create(this.#registry.definition('namespaces'), '', { metadata });
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
    }
  }

  /** Past the registry, as whatever a kubelet has published was checked before. */
  #put(pod: ReturnType<typeof syntheticPod>): KubeObject {
    return this.#registry.store.put(collectionOf(this.#definition), (resourceVersion) => {
      const metadata = { ...(pod['metadata'] as KubeObject['metadata']), resourceVersion };
      return asKubeObject({ ...pod, metadata });
    });
  }
}
