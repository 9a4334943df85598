import type { Pod } from '../../core/kubernetes/objects.js';
import { EventRecorder } from '../api/events.js';
import { stringMapAt } from '../api/json.js';
import { type KubeObject, namespaceOf, typed } from '../api/kube-object.js';
import type { Registry } from '../api/registry.js';
import type { ResourceDefinition } from '../api/resource.js';
import type { StressAgent } from './agent-client.js';
import { type Daemons, SOUND_DAEMONS } from './daemons.js';
import { Experiment } from './experiment.js';
import type { Choose, Cluster, Scope } from './selection.js';
import { type ChaosMeshSettings, DEFAULT_SETTINGS } from './settings.js';

/** What opens a namespace to Chaos Mesh where it filters them. */
const INJECT_ANNOTATION = 'chaos-mesh.org/inject';

export interface ChaosControllerOptions {
  readonly registry: Registry;
  readonly agent: StressAgent;
  /** Absent: they are always there. */
  readonly daemons?: Daemons;
  readonly settings?: ChaosMeshSettings;
  /** MemTotal of the node, bytes: what a percentage is of. */
  readonly nodeMemoryBytes: number;
  readonly log: (message: string) => void;
  /** Absent: at random. */
  readonly choose?: Choose;
  /** First wait before a failed injection is tried again, ms. */
  readonly retryMs?: number;
}

/** Stands in for Chaos Mesh's controller: acts on StressChaos objects through the node agent. */
export class ChaosController {
  readonly #options: ChaosControllerOptions;
  readonly #definition: ResourceDefinition;
  readonly #events: EventRecorder;
  readonly #experiments = new Map<string, Experiment>();
  #unsubscribe: () => void = () => {};

  constructor(options: ChaosControllerOptions) {
    this.#options = options;
    this.#definition = options.registry.definition('stresschaos', 'chaos-mesh.org');
    this.#events = new EventRecorder(options.registry, { component: 'chaos-controller-manager' });
  }

  start(): void {
    const { registry } = this.#options;
    this.#unsubscribe = registry.subscribe(this.#definition, ({ last, after }) => {
      // After the write that told of it is through: what follows writes, too.
      queueMicrotask(() => this.#see(last, after !== null));
    });
    for (const object of registry.list(this.#definition)) this.#see(object, true);
  }

  /** Acts no more. What runs is left to whoever ends the agent. */
  stop(): void {
    this.#unsubscribe();
    for (const experiment of this.#experiments.values()) experiment.close();
    this.#experiments.clear();
  }

  #see(object: KubeObject, exists: boolean): void {
    const { settings = DEFAULT_SETTINGS } = this.#options;
    // One that is scoped to a namespace sees no other.
    if (settings.targetNamespace !== null && namespaceOf(object) !== settings.targetNamespace) return;
    const { uid } = object.metadata;
    const known = this.#experiments.get(uid);
    if (!exists) {
      known?.close();
      this.#experiments.delete(uid);
      return;
    }
    const experiment = known ?? this.#experiment(object);
    this.#experiments.set(uid, experiment);
    experiment.wake();
  }

  #experiment(object: KubeObject): Experiment {
    const { registry, agent, nodeMemoryBytes, log, choose, retryMs = 1000 } = this.#options;
    const { daemons = SOUND_DAEMONS } = this.#options;
    const namespace = namespaceOf(object);
    const { name, uid } = object.metadata;
    return new Experiment({
      uid,
      agent,
      daemons,
      nodeMemoryBytes,
      retryMs,
      log,
      ...(choose === undefined ? {} : { choose }),
      read: () => {
        const found = registry.find(this.#definition, namespace, name);
        return found?.metadata.uid === uid ? found : null;
      },
      write: (change) => void registry.patch(this.#definition, namespace, name, change),
      cluster: () => this.#cluster(),
      record: (event) => this.#events.record(object, event),
    });
  }

  #cluster(): Cluster {
    const { registry } = this.#options;
    return {
      pods: registry.list(registry.definition('pods')).map((pod) => typed<Pod>(pod)),
      nodes: registry.list(registry.definition('nodes')).map((node) => ({
        name: node.metadata.name,
        labels: stringMapAt(node, 'metadata', 'labels'),
      })),
      scope: this.#scope(),
    };
  }

  #scope(): Scope {
    const { registry, settings = DEFAULT_SETTINGS } = this.#options;
    const namespaces = registry.definition('namespaces');
    return {
      targetNamespace: settings.targetNamespace,
      isOpen: (namespace) => {
        if (!settings.filterNamespaces) return true;
        const found = registry.find(namespaces, '', namespace);
        return stringMapAt(found, 'metadata', 'annotations')[INJECT_ANNOTATION] === 'enabled';
      },
    };
  }
}
