import { PAUSE_ANNOTATION, type StressChaos } from '../../../core/kubernetes/objects.js';
import { clone, ensureObject, type JsonObject } from '../../api/json.js';
import { type KubeObject, plain, typed } from '../../api/kube-object.js';
import { randomSuffix } from '../../api/names.js';
import { NOT_INJECTED } from '../conditions.js';
import { desired } from '../desired.js';
import type { Schedule } from './object.js';

/** By it a Schedule knows its own. */
export const MANAGED_BY = 'managed-by';

/** What is left of a name in front of a random end. */
const NAME_ROOM = 58;

/** The next experiment of a Schedule. */
export function newChild(schedule: Schedule): JsonObject {
  const { apiVersion, kind, metadata, spec } = schedule;
  const { name, namespace = '', uid = '' } = metadata;
  return {
    apiVersion,
    kind: 'StressChaos',
    metadata: {
      name: `${`${name}-`.slice(0, NAME_ROOM)}${randomSuffix()}`,
      namespace,
      labels: { [MANAGED_BY]: name },
      ownerReferences: [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }],
    },
    spec: plain(spec.stressChaos ?? {}),
  };
}

/** Whether an experiment is over, and how long its duration still lasts (ms; 0: it is over, or there is none). */
export function progress(
  child: KubeObject,
  now: number,
): { readonly finished: boolean; readonly leftMs: number } {
  const object = typed<StressChaos>(child);
  const { desiredPhase, containerRecords = [] } = object.status?.experiment ?? {};
  const leftMs = desired(object, now).remainingMs ?? 0;
  const recovered = containerRecords.every((record) => record.phase === NOT_INJECTED);
  return { finished: leftMs === 0 && desiredPhase === 'Stop' && recovered, leftMs };
}

export function isPaused({ metadata }: { readonly metadata: Schedule['metadata'] }): boolean {
  return metadata.annotations?.[PAUSE_ANNOTATION] === 'true';
}

/** The experiment as its Schedule is: paused or not. */
export function withPause(current: JsonObject, paused: boolean): JsonObject {
  const copy = clone(current);
  ensureObject(ensureObject(copy, 'metadata'), 'annotations')[PAUSE_ANNOTATION] = String(paused);
  return copy;
}
