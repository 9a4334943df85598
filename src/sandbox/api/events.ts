import { type JsonObject, numberAt } from './json.js';
import { type KubeObject, kubeTime, namespaceOf } from './kube-object.js';
import type { Registry } from './registry.js';
import { ApiError } from './status.js';

export interface EventSource {
  readonly component: string;
  readonly host?: string;
}

export interface NewEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** The part of the object it is about, e.g. `spec.containers{web}`. */
  readonly fieldPath?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A real API server forgets events after an hour; here the oldest go when there are more than these. */
const MAX_EVENTS = 2000;
/** What is kept of the object's name, so that with the time it is not too long; characters. */
const MAX_NAME = 230;
/** The longest message that an Event can have, characters. */
const MAX_MESSAGE = 1024;

/** Writes Events as client-go's recorder does: the same one again raises the count of the first. */
export class EventRecorder {
  readonly #registry: Registry;
  readonly #source: EventSource;
  readonly #now: () => Date;
  /** The Event that tells of each occurrence already, oldest first. */
  readonly #names = new Map<string, string>();
  #lastNanos = 0n;

  constructor(registry: Registry, source: EventSource, now: () => Date = () => new Date()) {
    this.#registry = registry;
    this.#source = source;
    this.#now = now;
  }

  record(about: KubeObject, event: NewEvent): void {
    const { component, host = '' } = this.#source;
    const message = event.message.slice(0, MAX_MESSAGE);
    const { uid, name, resourceVersion } = about.metadata;
    const namespace = namespaceOf(about) || 'default';
    const key = [uid, event.type, event.reason, message, event.fieldPath ?? '', component].join('\0');
    const now = kubeTime(this.#now());
    if (this.#repeat(namespace, this.#names.get(key), now)) return;
    const eventName = `${name.slice(0, MAX_NAME)}.${this.#nanos().toString(16)}`;
    this.#names.delete(key);
    this.#names.set(key, eventName);
    const [oldest] = this.#names.keys();
    if (this.#names.size > MAX_EVENTS && oldest !== undefined) this.#names.delete(oldest);
    const involvedObject: JsonObject = {
      kind: about.kind,
      ...(namespaceOf(about) === '' ? {} : { namespace }),
      name,
      uid,
      apiVersion: about.apiVersion,
      resourceVersion,
      ...(event.fieldPath === undefined ? {} : { fieldPath: event.fieldPath }),
    };
    const annotations: JsonObject =
      event.annotations === undefined ? {} : { annotations: { ...event.annotations } };
    this.#create(namespace, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName, namespace, ...annotations },
      involvedObject,
      reason: event.reason,
      message,
      source: { component, ...(host === '' ? {} : { host }) },
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      type: event.type,
      reportingComponent: component,
      reportingInstance: host,
    });
  }

  /** A time that is never given twice, so that names sort by age. */
  #nanos(): bigint {
    const nanos = BigInt(this.#now().getTime()) * 1_000_000n;
    this.#lastNanos = nanos > this.#lastNanos ? nanos : this.#lastNanos + 1n;
    return this.#lastNanos;
  }

  #repeat(namespace: string, name: string | undefined, now: string): boolean {
    const events = this.#registry.definition('events');
    if (name === undefined || this.#registry.find(events, namespace, name) === undefined) return false;
    this.#registry.patch(events, namespace, name, (current) => ({
      ...current,
      count: (numberAt(current, 'count') ?? 1) + 1,
      lastTimestamp: now,
    }));
    return true;
  }

  #create(namespace: string, event: JsonObject): void {
    const events = this.#registry.definition('events');
    try {
      this.#registry.create(events, namespace, event);
    } catch (error) {
      // Nothing can be said of an object whose namespace is going or has gone.
      if (error instanceof ApiError && (error.reason === 'Forbidden' || error.reason === 'NotFound')) return;
      throw error;
    }
    const all = this.#registry.list(events);
    if (all.length <= MAX_EVENTS) return;
    const oldest = all.reduce((a, b) => (lastSeen(a) <= lastSeen(b) ? a : b));
    this.#registry.delete(events, namespaceOf(oldest), oldest.metadata.name);
  }
}

function lastSeen(event: KubeObject): string {
  const last = event['lastTimestamp'];
  return typeof last === 'string' ? last : event.metadata.creationTimestamp;
}
