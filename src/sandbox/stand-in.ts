import { type JsonObject, stringMapAt } from './api/json.js';

/** Says of an object in words that nothing of its own is behind it, and who does its work. */
export const STAND_IN_ANNOTATION = 'podstress/stand-in';

/** A workload without Pods: no controller makes any for it. */
export function isStandIn(object: JsonObject): boolean {
  return STAND_IN_ANNOTATION in stringMapAt(object, 'metadata', 'annotations');
}
