import type { Json, JsonObject } from '../json.js';
import type { KubeObject } from '../kube-object.js';
import { collectionOf, type Registry } from '../registry.js';
import { apiVersionOf, type ResourceDefinition } from '../resource.js';
import { tooOldToWatch } from '../status.js';
import type { StoreEvent } from '../store.js';
import { type ListOptions, parseVersion } from './list-options.js';

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

/** Where the lines of a watch go. */
export interface WatchSink {
  /** Accepts the watch: from here on there is no refusal. */
  start(): void;
  /** The object is not yet in the representation that the client asked for. */
  event(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void;
  /** A bookmark's or an error's object, as it is. */
  raw(type: 'BOOKMARK' | 'ERROR', object: Json): void;
  end(): void;
  /** Aborted when the client has gone or the server stops. */
  readonly signal: AbortSignal;
}

export interface WatchTiming {
  readonly bookmarkIntervalMs: number;
  /** How long a watch lasts that names no timeout. */
  readonly defaultTimeoutMs: number;
}

export const WATCH_TIMING: WatchTiming = { bookmarkIntervalMs: 60_000, defaultTimeoutMs: 45 * 60_000 };

const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/**
 * Serves a watch until its timeout or the sink's signal: the state first where no version is named (or 0), then every
 * write. Returns when it has ended. Throws ApiError (500) for a version that is no number, before the first line.
 */
export async function serveWatch(
  registry: Registry,
  definition: ResourceDefinition,
  options: ListOptions,
  sink: WatchSink,
  timing: WatchTiming = WATCH_TIMING,
): Promise<void> {
  const asked = parseVersion(options.resourceVersion);
  const collection = collectionOf(definition);
  const { store } = registry;
  const fromState = asked === 0 || options.sendInitialEvents === true;
  const send = (event: StoreEvent): void => sendChange(event, options, sink);
  sink.start();
  if (fromState) {
    for (const object of store.list(collection).filter(options.matches)) sink.event('ADDED', object);
    if (options.allowBookmarks) {
      sink.raw('BOOKMARK', bookmark(definition, store.revision, { [INITIAL_EVENTS_END]: 'true' }));
    }
  } else {
    const missed = store.eventsSince(collection, asked);
    if (missed === undefined) {
      sink.raw('ERROR', tooOldToWatch(asked, store.oldestRevision).body);
      sink.end();
      return;
    }
    for (const event of missed) send(event);
  }
  const stop = store.subscribe((event) => {
    if (event.collection === collection && event.revision > asked) send(event);
  });
  try {
    await untilOver(options, timing, sink, () => {
      sink.raw('BOOKMARK', bookmark(definition, Math.max(store.revision, asked), undefined));
    });
  } finally {
    stop();
    sink.end();
  }
}

/** Waits for the timeout or the signal, asking for a bookmark now and then and once near the end. */
async function untilOver(
  options: ListOptions,
  timing: WatchTiming,
  sink: WatchSink,
  sendBookmark: () => void,
): Promise<void> {
  const timeoutMs = options.timeoutSeconds === null ? timing.defaultTimeoutMs : options.timeoutSeconds * 1000;
  const { signal } = sink;
  if (signal.aborted) return;
  const timers: NodeJS.Timeout[] = [];
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    timers.push(setTimeout(resolve, timeoutMs));
    if (options.allowBookmarks) {
      timers.push(setInterval(sendBookmark, timing.bookmarkIntervalMs));
      timers.push(setTimeout(sendBookmark, Math.max(0, timeoutMs - Math.min(2000, timeoutMs / 10))));
    }
  });
  for (const timer of timers) clearTimeout(timer);
}

/** A write as this watch sees it: an object that starts or stops to match is added or deleted. */
function sendChange(event: StoreEvent, options: ListOptions, sink: WatchSink): void {
  const before = event.before !== null && options.matches(event.before);
  const after = event.after !== null && options.matches(event.after);
  if (after) sink.event(before ? 'MODIFIED' : 'ADDED', event.last);
  else if (before) sink.event('DELETED', event.last);
}

function bookmark(
  definition: ResourceDefinition,
  revision: number,
  annotations: JsonObject | undefined,
): JsonObject {
  const metadata: JsonObject = {
    resourceVersion: String(revision),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { kind: definition.kind, apiVersion: apiVersionOf(definition), metadata };
}
