import { stringify } from 'yaml';
import { podPath } from '../cluster/channel-socket.js';
import { asArray, asRecord, type JsonRecord } from '../cluster/decode.js';
import { ClusterError } from '../cluster/errors.js';
import { type ContainerRef, type ExecRequest, type ExecSession, exec } from '../cluster/exec.js';
import { type LogOptions, logLines } from '../cluster/logs.js';
import { stressChaosPath } from '../cluster/stresschaos.js';
import type { Transport } from '../cluster/transport.js';
import { describePod } from './describe/describe-pod.js';
import { labError } from './errors.js';
import type { PodRef, PodView } from './types.js';

/** More events than a Pod keeps in its hour. */
const MAX_EVENTS = 500;

/** Looks into single Pods while the session lives. */
export class PodAccess {
  readonly #transport: Transport;
  readonly #signal: AbortSignal;
  readonly #pods: () => readonly PodView[];

  constructor(transport: Transport, signal: AbortSignal, pods: () => readonly PodView[]) {
    this.#transport = transport;
    this.#signal = signal;
    this.#pods = pods;
  }

  async *logs(
    target: ContainerRef,
    options: LogOptions,
    signal: AbortSignal,
  ): AsyncGenerator<readonly string[]> {
    try {
      yield* logLines(this.#transport, target, options, this.#with(signal));
    } catch (error) {
      throw labError(error);
    }
  }

  async exec(target: ContainerRef, request: ExecRequest, signal: AbortSignal): Promise<ExecSession> {
    try {
      const session = await exec(this.#transport, target, request, this.#with(signal));
      const ended = session.ended.catch((error: unknown) => {
        throw labError(error);
      });
      // Whoever waits is told as well.
      ended.catch(() => undefined);
      return {
        ended,
        write: (bytes) => session.write(bytes),
        endInput: () => session.endInput(),
        resize: (size) => session.resize(size),
      };
    } catch (error) {
      throw labError(error);
    }
  }

  async describe(ref: PodRef, signal: AbortSignal): Promise<string> {
    try {
      const pod = await this.#object(podPath(ref.namespace, ref.pod, ''), signal);
      const uid = asRecord(pod['metadata'])?.['uid'];
      const view = this.#pods().find(
        ({ namespace, name }) => namespace === ref.namespace && name === ref.pod,
      );
      const events = await this.#events(ref, typeof uid === 'string' ? uid : '', signal);
      return describePod({ pod, events, view: view ?? null, now: Date.now() });
    } catch (error) {
      throw labError(error);
    }
  }

  async yaml(ref: PodRef, signal: AbortSignal): Promise<string> {
    return this.#yaml(podPath(ref.namespace, ref.pod, ''), signal);
  }

  /** A StressChaos as {@link yaml} gives a Pod. Throws LabError. */
  async experimentYaml(namespace: string, name: string, signal: AbortSignal): Promise<string> {
    return this.#yaml(stressChaosPath(namespace, name), signal);
  }

  async #yaml(path: string, signal: AbortSignal): Promise<string> {
    try {
      return yamlText(await this.#object(path, signal));
    } catch (error) {
      throw labError(error);
    }
  }

  /** Those of a user who may not read events are none: the rest of the description is worth having. */
  async #events(ref: PodRef, uid: string, signal: AbortSignal): Promise<readonly unknown[]> {
    const fields = { name: ref.pod, namespace: ref.namespace, uid };
    const fieldSelector = Object.entries(fields)
      .map(([key, value]) => `involvedObject.${key}=${value}`)
      .join(',');
    const path = `/api/v1/namespaces/${encodeURIComponent(ref.namespace)}/events`;
    try {
      const list = await this.#object(path, signal, { fieldSelector, limit: String(MAX_EVENTS) });
      return asArray(list['items']);
    } catch (error) {
      if (error instanceof ClusterError && error.kind === 'forbidden') {
        return [{ type: 'Warning', reason: 'Forbidden', message: error.message }];
      }
      throw error;
    }
  }

  async #object(path: string, signal: AbortSignal, query = {}): Promise<JsonRecord> {
    const object = asRecord(await this.#transport.json({ path, query, signal: this.#with(signal) }));
    if (object === null) {
      throw new ClusterError('protocol', `${path}: the answer is no object`);
    }
    return object;
  }

  #with(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([this.#signal, signal]);
  }
}

/** An object as YAML, its keys sorted, without what the API server keeps of who set which field. */
export function yamlText(object: object): string {
  const { metadata, ...rest } = object as { readonly metadata?: unknown };
  const { managedFields: _managed, ...kept } = asRecord(metadata) ?? {};
  return stringify({ ...rest, metadata: kept }, { sortMapEntries: true, lineWidth: 0 });
}
