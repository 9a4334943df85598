import { createHash } from 'node:crypto';
import { EventRecorder } from '../api/events.js';
import {
  arrayAt,
  clone,
  ensureObject,
  equalJson,
  isObject,
  type JsonObject,
  numberAt,
  objectAt,
  stringAt,
  stringMapAt,
} from '../api/json.js';
import { type KubeObject, namespaceOf } from '../api/kube-object.js';
import { randomSuffix } from '../api/names.js';
import type { Registry } from '../api/registry.js';
import type { ResourceDefinition } from '../api/resource.js';
import { ApiError } from '../api/status.js';
import { isReady } from '../readiness.js';
import { isStandIn } from '../stand-in.js';

/** The label by which a Pod says of which template it is. */
const HASH_LABEL = 'controller-revision-hash';

/** Stands in for the DaemonSet controller. */
export class DaemonSetController {
  readonly #registry: Registry;
  readonly #sets: ResourceDefinition;
  readonly #pods: ResourceDefinition;
  readonly #nodes: ResourceDefinition;
  readonly #events: EventRecorder;
  #unsubscribe: (() => void)[] = [];
  #stopped = false;

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#sets = registry.definition('daemonsets', 'apps');
    this.#pods = registry.definition('pods');
    this.#nodes = registry.definition('nodes');
    this.#events = new EventRecorder(registry, { component: 'daemonset-controller' });
  }

  start(): void {
    const everywhere = (): void => this.#syncAll('');
    this.#unsubscribe = [
      this.#registry.subscribe(this.#sets, ({ last }) => this.#later(() => this.#syncAll(namespaceOf(last)))),
      this.#registry.subscribe(this.#pods, ({ last }) => this.#later(() => this.#syncAll(namespaceOf(last)))),
      this.#registry.subscribe(this.#nodes, () => this.#later(everywhere)),
    ];
    everywhere();
  }

  stop(): void {
    this.#stopped = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  /** After the write that told of it is through: what follows writes, too. */
  #later(act: () => void): void {
    queueMicrotask(() => {
      if (!this.#stopped) act();
    });
  }

  #syncAll(namespace: string): void {
    for (const set of this.#registry.list(this.#sets, namespace)) {
      try {
        this.#sync(set);
      } catch (error) {
        // A namespace that is being emptied takes no Pods, and what was deleted meanwhile needs none.
        if (!(error instanceof ApiError)) throw error;
      }
    }
  }

  #sync(seen: KubeObject): void {
    const namespace = namespaceOf(seen);
    const { name } = seen.metadata;
    const set = this.#registry.find(this.#sets, namespace, name);
    if (set === undefined || set.metadata['deletionTimestamp'] !== undefined || isStandIn(set)) return;
    this.#adopt(set);
    const hash = templateHash(set);
    const nodes = this.#registry.list(this.#nodes).filter((node) => runsOn(set, node));
    for (const node of nodes) this.#place(set, node.metadata.name, hash);
    const wanted = new Set(nodes.map((node) => node.metadata.name));
    const strays = this.#podsOf(set).filter((pod) => !wanted.has(nodeOf(pod)));
    for (const pod of strays) this.#remove(set, pod);
    this.#report(set, nodes.length, hash);
  }

  /** One Pod on a node: made where there is none, replaced where it is of an older template or has ended. */
  #place(set: KubeObject, node: string, hash: string): void {
    const here = this.#podsOf(set).filter((pod) => nodeOf(pod) === node);
    const [kept, ...more] = here;
    if (kept === undefined) {
      this.#create(set, node, hash);
      return;
    }
    for (const pod of more) this.#remove(set, pod);
    const phase = stringAt(kept, 'status', 'phase');
    const replaces = stringAt(set, 'spec', 'updateStrategy', 'type') !== 'OnDelete';
    if (phase === 'Failed' || phase === 'Succeeded' || (replaces && hashOf(kept) !== hash)) {
      this.#remove(set, kept);
    }
  }

  #create(set: KubeObject, node: string, hash: string): void {
    const namespace = namespaceOf(set);
    const name = `${set.metadata.name}-${randomSuffix()}`;
    const template = clone(objectAt(set, 'spec', 'template') ?? {});
    const { labels = {}, annotations = {} } = objectAt(template, 'metadata') ?? {};
    const generation = String(numberAt(set.metadata, 'generation') ?? 1);
    const marks = { [HASH_LABEL]: hash, 'pod-template-generation': generation };
    const metadata: JsonObject = {
      name,
      labels: { ...(isObject(labels) ? labels : {}), ...marks },
      annotations,
      ownerReferences: [ownerReference(set)],
    };
    const spec = ensureObject(template, 'spec');
    spec['affinity'] = nodeAffinity(node);
    // The scheduler of a real cluster would read the affinity.
    spec['nodeName'] = node;
    try {
      this.#registry.create(this.#pods, namespace, { apiVersion: 'v1', kind: 'Pod', metadata, spec });
      this.#record(set, 'Normal', 'SuccessfulCreate', `Created pod: ${name}`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Said, counted as missing in the status, and tried again when anything changes.
      if (error.reason !== 'Forbidden') {
        this.#record(set, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
      }
    }
  }

  #remove(set: KubeObject, pod: KubeObject): void {
    if (pod.metadata['deletionTimestamp'] !== undefined) return;
    const { name, uid } = pod.metadata;
    this.#registry.delete(this.#pods, namespaceOf(pod), name, { uid });
    this.#record(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
  }

  /** Matching Pods that nobody controls become the DaemonSet's. */
  #adopt(set: KubeObject): void {
    const labels = Object.entries(stringMapAt(set, 'spec', 'selector', 'matchLabels'));
    for (const pod of this.#registry.list(this.#pods, namespaceOf(set))) {
      const own = stringMapAt(pod, 'metadata', 'labels');
      const matches = labels.every(([key, value]) => own[key] === value);
      if (!matches || controllerOf(pod) !== undefined || pod.metadata['deletionTimestamp'] !== undefined)
        continue;
      this.#registry.patch(this.#pods, namespaceOf(pod), pod.metadata.name, (current) => {
        const copy = clone(current);
        const metadata = ensureObject(copy, 'metadata');
        metadata['ownerReferences'] = [...arrayAt(metadata, 'ownerReferences'), ownerReference(set)];
        return copy;
      });
    }
  }

  #podsOf(set: KubeObject): KubeObject[] {
    return this.#registry
      .list(this.#pods, namespaceOf(set))
      .filter((pod) => controllerOf(pod) === set.metadata.uid);
  }

  #report(set: KubeObject, desired: number, hash: string): void {
    const pods = this.#podsOf(set);
    const ready = pods.filter(isReady).length;
    const status: JsonObject = {
      currentNumberScheduled: pods.length,
      numberMisscheduled: 0,
      desiredNumberScheduled: desired,
      numberReady: ready,
      observedGeneration: numberAt(set.metadata, 'generation') ?? 1,
      updatedNumberScheduled: pods.filter((pod) => hashOf(pod) === hash).length,
      ...(ready > 0 ? { numberAvailable: ready } : {}),
      ...(desired > ready ? { numberUnavailable: desired - ready } : {}),
    };
    if (equalJson(objectAt(set, 'status'), status)) return;
    const { name } = set.metadata;
    const change = (current: JsonObject): JsonObject => ({ ...current, status });
    this.#registry.patch(this.#sets, namespaceOf(set), name, change, { subresource: 'status' });
  }

  #record(set: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#events.record(set, { type, reason, message });
  }
}

/** Short and of the alphabet of generated names, as a ControllerRevision's. */
function templateHash(set: KubeObject): string {
  const template = JSON.stringify(objectAt(set, 'spec', 'template') ?? {});
  const digest = createHash('sha256').update(template).digest();
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  return [...digest.subarray(0, 10)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

function hashOf(pod: KubeObject): string | undefined {
  return stringMapAt(pod, 'metadata', 'labels')[HASH_LABEL];
}

function nodeOf(pod: KubeObject): string {
  return stringAt(pod, 'spec', 'nodeName') ?? '';
}

function controllerOf(pod: KubeObject): string | undefined {
  const controller = arrayAt(pod.metadata, 'ownerReferences').find(
    (owner) => isObject(owner) && owner['controller'] === true,
  );
  return stringAt(controller, 'uid');
}

function ownerReference(set: KubeObject): JsonObject {
  const { name, uid } = set.metadata;
  return { apiVersion: 'apps/v1', kind: 'DaemonSet', name, uid, controller: true, blockOwnerDeletion: true };
}

function runsOn(set: KubeObject, node: KubeObject): boolean {
  const labels = stringMapAt(node, 'metadata', 'labels');
  const wanted = stringMapAt(set, 'spec', 'template', 'spec', 'nodeSelector');
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

function nodeAffinity(node: string): JsonObject {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } };
}
