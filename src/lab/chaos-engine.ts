import { sleep } from '../cluster/backoff.js';
import type { JsonRecord } from '../cluster/decode.js';
import { ClusterError, type ClusterErrorKind } from '../cluster/errors.js';
import {
  createStressChaos,
  deleteStressChaos,
  dryRunManifest,
  getStressChaos,
  patchStressChaos,
} from '../cluster/stresschaos.js';
import type { Transport } from '../cluster/transport.js';
import { PAUSE_ANNOTATION, type StressChaos } from '../core/kubernetes/objects.js';
import { LabError, labError } from './errors.js';
import type { DryRunResult } from './types.js';

const FIRST_POLL_MS = 100;
const SLOWEST_POLL_MS = 2000;
/** The server's own no, about the object. */
const REFUSALS: ReadonlySet<ClusterErrorKind> = new Set(['rejected', 'forbidden', 'not-found', 'conflict']);
/** Recovery takes a round trip to every node's daemon; longer than this something hangs, ms. */
const GONE_WITHIN_MS = 60_000;

/** Acts through Chaos Mesh: an experiment is an object in the cluster, and its controller does the rest. */
export class ChaosEngine {
  readonly #transport: Transport;
  readonly #signal: AbortSignal;
  readonly #goneWithinMs: number;

  constructor(transport: Transport, signal: AbortSignal, goneWithinMs = GONE_WITHIN_MS) {
    this.#transport = transport;
    this.#signal = signal;
    this.#goneWithinMs = goneWithinMs;
  }

  /**
   * Creates the experiment in its namespace, or in the context's where it names none. With `replace`, one of the
   * same name is deleted first: a StressChaos cannot be changed. Throws LabError.
   */
  async inject(experiment: StressChaos, replace: boolean): Promise<{ readonly key: string }> {
    const namespace = experiment.metadata.namespace ?? this.#transport.access.namespace;
    const { name } = experiment.metadata;
    const object = fresh(experiment, namespace);
    try {
      await this.#create(namespace, object, replace);
    } catch (error) {
      throw labError(error);
    }
    return { key: `${namespace}/${name}` };
  }

  /** Deletes the experiment and waits until it is gone; one that is gone already is fine. Throws LabError. */
  async stop(namespace: string, name: string): Promise<void> {
    try {
      await this.#remove(namespace, name);
    } catch (error) {
      throw labError(error);
    }
  }

  /** What the API server would say of the object; nothing is kept. Throws LabError where nobody answers. */
  async dryRun(manifest: JsonRecord, signal: AbortSignal): Promise<DryRunResult> {
    const until = AbortSignal.any([signal, this.#signal]);
    try {
      await dryRunManifest(this.#transport, manifest, until);
      return { accepted: true, warnings: [] };
    } catch (error) {
      if (error instanceof ClusterError && error.status !== null && REFUSALS.has(error.kind)) {
        return { accepted: false, status: error.status, message: error.message };
      }
      throw labError(error);
    }
  }

  /** Throws LabError. */
  async pause(namespace: string, name: string): Promise<void> {
    await this.#annotate(namespace, name, PAUSE_ANNOTATION, 'true');
  }

  /** Throws LabError. */
  async resume(namespace: string, name: string): Promise<void> {
    await this.#annotate(namespace, name, PAUSE_ANNOTATION, null);
  }

  async #annotate(namespace: string, name: string, key: string, value: string | null): Promise<void> {
    const patch = { metadata: { annotations: { [key]: value } } };
    try {
      await patchStressChaos(this.#transport, namespace, name, patch, this.#signal);
    } catch (error) {
      throw labError(error);
    }
  }

  async #create(namespace: string, object: StressChaos, replace: boolean): Promise<void> {
    try {
      await createStressChaos(this.#transport, namespace, object, this.#signal);
    } catch (error) {
      if (!replace || !isKind(error, 'already-exists')) {
        throw error;
      }
      await this.#remove(namespace, object.metadata.name);
      await createStressChaos(this.#transport, namespace, object, this.#signal);
    }
  }

  async #remove(namespace: string, name: string): Promise<void> {
    const before = await this.#find(namespace, name);
    if (before === null) {
      return;
    }
    try {
      await deleteStressChaos(this.#transport, namespace, name, this.#signal);
    } catch (error) {
      if (!isKind(error, 'not-found')) {
        throw error;
      }
    }
    await this.#untilGone(namespace, name, before.metadata.uid);
  }

  /** Waits until the object of that uid is no more; another of the same name is another. */
  async #untilGone(namespace: string, name: string, uid: string | undefined): Promise<void> {
    const deadline = performance.now() + this.#goneWithinMs;
    for (let wait = FIRST_POLL_MS; ; wait = Math.min(wait * 2, SLOWEST_POLL_MS)) {
      const now = await this.#find(namespace, name);
      if (now === null || now.metadata.uid !== uid) {
        return;
      }
      if (performance.now() >= deadline) {
        const finalizers = now.metadata.finalizers?.join(', ') || 'none';
        throw new LabError(
          'unreachable',
          `${namespace}/${name} is still being deleted after ${this.#goneWithinMs / 1000} s ` +
            `(finalizers: ${finalizers}); look at the events of the object and at chaos-daemon on its nodes`,
        );
      }
      await sleep(wait, this.#signal);
    }
  }

  async #find(namespace: string, name: string): Promise<StressChaos | null> {
    try {
      return await getStressChaos(this.#transport, namespace, name, this.#signal);
    } catch (error) {
      if (isKind(error, 'not-found')) {
        return null;
      }
      throw error;
    }
  }
}

/** The object as one would write it: what a server adds must not be sent back to it. */
function fresh(experiment: StressChaos, namespace: string): StressChaos {
  const { name, labels, annotations } = experiment.metadata;
  return {
    apiVersion: experiment.apiVersion,
    kind: experiment.kind,
    metadata: {
      name,
      namespace,
      ...(labels !== undefined && { labels }),
      ...(annotations !== undefined && { annotations }),
    },
    spec: experiment.spec,
  };
}

function isKind(error: unknown, kind: ClusterError['kind']): boolean {
  return error instanceof ClusterError && error.kind === kind;
}
