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
import type { ExperimentEngine } from './experiment-actions.js';
import { type DeletionTiming, hangCause } from './experiment-hang.js';
import { isInjected } from './experiments.js';
import { withOrigin } from './origin.js';
import type {
  DryRunResult,
  ExperimentHang,
  ForceStep,
  InjectOptions,
  InjectResult,
  StopReport,
} from './types.js';

export interface ChaosEngineOptions {
  readonly transport: Transport;
  readonly signal: AbortSignal;
  /** What a deletion waits for, as of now. */
  readonly explain: (object: StressChaos) => Promise<ExperimentHang>;
  /** What is left in these containers of the experiment that was stopped. */
  readonly leftIn: (key: string, targets: readonly string[]) => Promise<StopReport>;
  readonly timing: DeletionTiming;
}
const FIRST_POLL_MS = 100;
const SLOWEST_POLL_MS = 2000;
/** The server's own no, about the object. */
const REFUSALS: ReadonlySet<ClusterErrorKind> = new Set(['rejected', 'forbidden', 'not-found', 'conflict']);
const CLEAN_FINALIZER = 'chaos-mesh.chaos-mesh.org/cleanFinalizer';
const RETRIED_AT = 'podstress.dev/recovery-retried-at';

/** Acts through Chaos Mesh: an experiment is an object in the cluster, and its controller does the rest. */
export class ChaosEngine implements ExperimentEngine {
  readonly #options: ChaosEngineOptions;
  /** Targets of those whose deletion hung, by key: once they are forced away nobody else can tell them. */
  readonly #hung = new Map<string, readonly string[]>();

  constructor(options: ChaosEngineOptions) {
    this.#options = options;
  }

  /**
   * Creates the experiment in its namespace, or in the context's where it names none. With `replace`, one of the
   * same name is deleted first: a StressChaos cannot be changed. Throws LabError.
   */
  async inject(experiment: StressChaos, options: InjectOptions): Promise<InjectResult> {
    const { access } = this.#options.transport;
    const namespace = experiment.metadata.namespace ?? access.namespace;
    const { name } = experiment.metadata;
    const origin = { user: access.userName === '' ? null : access.userName, file: options.file ?? null };
    const { apiVersion, kind, spec } = experiment;
    // As one would write it: what a server adds must not be sent back to it.
    const metadata = { name, namespace, ...withOrigin(experiment.metadata, origin) };
    try {
      await this.#create(namespace, { apiVersion, kind, metadata, spec }, options.replace === true);
    } catch (error) {
      throw labError(error);
    }
    return { key: `${namespace}/${name}` };
  }

  /**
   * Deletes the experiment, waits until it is gone, and has it looked for what is left; one that is gone already is
   * fine, and looked into where its deletion hung before. Throws LabError, which says what the deletion hangs on where it does.
   */
  async stop(namespace: string, name: string): Promise<StopReport> {
    try {
      const key = `${namespace}/${name}`;
      const stopped = await this.#remove(namespace, name);
      const targets = stopped === null ? this.#hung.get(key) : targetsOf(stopped);
      this.#hung.delete(key);
      return await this.#options.leftIn(key, targets ?? []);
    } catch (error) {
      throw labError(error);
    }
  }

  /** What the API server would say of the object; nothing is kept. Throws LabError where nobody answers. */
  async dryRun(manifest: JsonRecord, signal: AbortSignal): Promise<DryRunResult> {
    const until = AbortSignal.any([signal, this.#options.signal]);
    try {
      await dryRunManifest(this.#options.transport, manifest, until);
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
    await this.#patch(namespace, name, { annotations: { [PAUSE_ANNOTATION]: 'true' } });
  }

  /** Throws LabError. */
  async resume(namespace: string, name: string): Promise<void> {
    await this.#patch(namespace, name, { annotations: { [PAUSE_ANNOTATION]: null } });
  }

  /**
   * Chaos Mesh injects nothing into a container that was restarted: it holds it for injected. A pause makes it recover
   * all targets, and what follows inject all of them anew. Throws LabError, also where it is paused or deleted already.
   */
  async reinject(namespace: string, name: string): Promise<void> {
    const { transport, signal } = this.#options;
    try {
      const { metadata } = await getStressChaos(transport, namespace, name, signal);
      if (metadata.deletionTimestamp !== undefined || metadata.annotations?.[PAUSE_ANNOTATION] === 'true') {
        throw new LabError('rejected', `${namespace}/${name} is paused or being deleted: resume it instead.`);
      }
    } catch (error) {
      throw labError(error);
    }
    await this.pause(namespace, name);
    try {
      await this.#untilRecovered(namespace, name);
    } catch (error) {
      throw labError(error);
    } finally {
      // Whatever has failed: it was not the user who paused it.
      await this.resume(namespace, name);
    }
  }

  /** Takes one step out of a deletion that hangs. Throws LabError, also where the object is not being deleted. */
  async force(namespace: string, name: string, step: ForceStep): Promise<void> {
    const { transport, signal } = this.#options;
    try {
      const object = await getStressChaos(transport, namespace, name, signal);
      if (object.metadata.deletionTimestamp === undefined) {
        throw new LabError('rejected', `${namespace}/${name} is not being deleted: stop it first.`);
      }
    } catch (error) {
      throw labError(error);
    }
    await this.#patch(namespace, name, forcing(step));
  }

  async #patch(namespace: string, name: string, metadata: JsonRecord): Promise<void> {
    const { transport, signal } = this.#options;
    try {
      await patchStressChaos(transport, namespace, name, { metadata }, signal);
    } catch (error) {
      throw labError(error);
    }
  }

  async #create(namespace: string, object: StressChaos, replace: boolean): Promise<void> {
    const { transport, signal } = this.#options;
    try {
      await createStressChaos(transport, namespace, object, signal);
    } catch (error) {
      if (!replace || !isKind(error, 'already-exists')) {
        throw error;
      }
      await this.#remove(namespace, object.metadata.name);
      await createStressChaos(transport, namespace, object, signal);
    }
  }

  /** The object as it was last seen; null where there was none. */
  async #remove(namespace: string, name: string): Promise<StressChaos | null> {
    const before = await this.#find(namespace, name);
    if (before === null) {
      return null;
    }
    try {
      await deleteStressChaos(this.#options.transport, namespace, name, this.#options.signal);
    } catch (error) {
      if (!isKind(error, 'not-found')) {
        throw error;
      }
    }
    return this.#untilGone(namespace, name, before);
  }

  /** Waits until no target is injected any more. Throws LabError after `goneWithinMs`. */
  async #untilRecovered(namespace: string, name: string): Promise<void> {
    const { transport, signal, timing } = this.#options;
    const deadline = performance.now() + timing.goneWithinMs;
    for (let wait = FIRST_POLL_MS; ; wait = Math.min(wait * 2, SLOWEST_POLL_MS)) {
      const object = await getStressChaos(transport, namespace, name, signal);
      const { desiredPhase, containerRecords = [] } = object.status?.experiment ?? {};
      const left = containerRecords.filter(isInjected).map(({ id }) => id);
      if (desiredPhase === 'Stop' && left.length === 0) {
        return;
      }
      if (performance.now() >= deadline) {
        throw new LabError(
          'unreachable',
          `${namespace}/${name} was not recovered within ${timing.goneWithinMs / 1000} s in ${left.join(', ')}.`,
        );
      }
      await sleep(wait, signal);
    }
  }

  /** Waits until that very object is no more; another of the same name is another. */
  async #untilGone(namespace: string, name: string, before: StressChaos): Promise<StressChaos> {
    const { hangsAfterMs, goneWithinMs } = this.#options.timing;
    const from = performance.now();
    let last = before;
    for (let wait = FIRST_POLL_MS; ; wait = Math.min(wait * 2, SLOWEST_POLL_MS)) {
      const now = await this.#find(namespace, name);
      if (now === null || now.metadata.uid !== before.metadata.uid) {
        return last;
      }
      last = now;
      const waitedMs = performance.now() - from;
      if (waitedMs >= Math.min(hangsAfterMs, goneWithinMs)) {
        await this.#giveUpIfHanging(now, waitedMs);
      }
      await sleep(wait, this.#options.signal);
    }
  }

  /** Throws LabError that says what the deletion hangs on, where that is known or the time is over. */
  async #giveUpIfHanging(object: StressChaos, waitedMs: number): Promise<void> {
    const hang = await this.#options.explain(object);
    const cause = hangCause(hang);
    if (cause === null && waitedMs < this.#options.timing.goneWithinMs) {
      return;
    }
    const { namespace, name } = object.metadata;
    this.#hung.set(`${namespace}/${name}`, targetsOf(object));
    throw new LabError(
      'unreachable',
      `${namespace}/${name} is still being deleted after ${Math.round(waitedMs / 1000)} s ` +
        `(finalizers: ${hang.finalizers.join(', ') || 'none'}): ` +
        `${cause ?? 'nothing is known to be wrong; look at the events of the object'}`,
    );
  }

  async #find(namespace: string, name: string): Promise<StressChaos | null> {
    try {
      return await getStressChaos(this.#options.transport, namespace, name, this.#options.signal);
    } catch (error) {
      if (isKind(error, 'not-found')) {
        return null;
      }
      throw error;
    }
  }
}

/** `namespace/pod/container`. */
function targetsOf({ status }: StressChaos): readonly string[] {
  return (status?.experiment?.containerRecords ?? []).map(({ id }) => id);
}

/** What a step changes of the object's metadata. */
function forcing(step: ForceStep): JsonRecord {
  switch (step) {
    case 'retry-recovery':
      return { annotations: { [RETRIED_AT]: new Date().toISOString() } };
    case 'clean-finalizer':
      return { annotations: { [CLEAN_FINALIZER]: 'forced' } };
    case 'remove-finalizers':
      return { finalizers: null };
  }
}

function isKind(error: unknown, kind: ClusterError['kind']): boolean {
  return error instanceof ClusterError && error.kind === kind;
}
