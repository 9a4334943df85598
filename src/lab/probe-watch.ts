import type { BackoffOptions } from '../cluster/backoff.js';
import { asNumber, asRecord, asString, type JsonRecord } from '../cluster/decode.js';
import type { Transport } from '../cluster/transport.js';
import { Collection } from './collection.js';
import type { HistoryMark } from './types.js';

export interface ProbeWatchOptions {
  readonly transport: Transport;
  readonly signal: AbortSignal;
  readonly namespaces: readonly string[];
  readonly backoff: BackoffOptions;
  /** A probe of the container (`namespace/pod/container`) failed. */
  readonly onFailure: (key: string, mark: HistoryMark) => void;
  /** Whether failures are told from now on. */
  readonly onTelling: (tells: boolean) => void;
}

/** One event of a failing probe, as the kubelet counts it up. */
interface ProbeEvent {
  readonly uid: string;
  readonly key: string;
  readonly message: string;
  readonly count: number;
  /** ms since 1970 */
  readonly time: number;
}

/** The field path of a container in its Pod (k8s.io/kubernetes/pkg/kubelet/container, GenerateContainerRef). */
const FIELD_PATH = /^spec\.(?:initContainers|containers)\{(.+)\}$/;
/** A message is a line of a chart, not a document. */
const MAX_MESSAGE = 200;

/** The failures of probes, from the kubelet's `Unhealthy` events. Without the right to read events there are none. */
export class ProbeWatch {
  readonly #options: ProbeWatchOptions;
  readonly #collection: Collection<ProbeEvent>;
  /** How often each event was counted when it was last told, by uid. */
  #told = new Map<string, number>();

  constructor(options: ProbeWatchOptions) {
    this.#options = options;
    const { transport, signal, namespaces, backoff } = options;
    this.#collection = new Collection<ProbeEvent>({
      transport,
      signal,
      backoff,
      namespaces,
      everywhere: '/api/v1/events',
      within: (namespace) => `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`,
      query: { fieldSelector: 'reason=Unhealthy' },
      project: projectProbeEvent,
      onItems: () => this.#tell(),
      onState: () => {
        const { phase, refused } = this.#collection.state;
        options.onTelling(phase === 'live' && refused.length === 0);
      },
    });
  }

  reconnect(): void {
    this.#collection.reconnect();
  }

  /** Runs until the signal aborts; never rejects. */
  run(): Promise<void> {
    return this.#collection.run();
  }

  #tell(): void {
    const told = new Map<string, number>();
    for (const [, { uid, key, message, count, time }] of this.#collection.items()) {
      const fresh = count - (this.#told.get(uid) ?? 0);
      told.set(uid, count);
      if (fresh > 0) this.#options.onFailure(key, { time, kind: 'probe', detail: message, count: fresh });
    }
    this.#told = told;
  }
}

function projectProbeEvent(object: JsonRecord): ProbeEvent | null {
  const involved = asRecord(object['involvedObject']);
  const container = FIELD_PATH.exec(asString(involved?.['fieldPath']) ?? '')?.[1];
  const uid = asString(asRecord(object['metadata'])?.['uid']);
  const time = Date.parse(asString(object['lastTimestamp']) ?? asString(object['eventTime']) ?? '');
  if (container === undefined || uid === null || Number.isNaN(time)) return null;
  const namespace = asString(involved?.['namespace']) ?? '';
  const pod = asString(involved?.['name']) ?? '';
  return {
    uid,
    key: `${namespace}/${pod}/${container}`,
    message: (asString(object['message']) ?? '').slice(0, MAX_MESSAGE),
    count: asNumber(object['count']) ?? 1,
    time,
  };
}
