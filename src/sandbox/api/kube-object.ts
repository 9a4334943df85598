import { deepFreeze, isObject, type Json, type JsonObject } from './json.js';

/** `metadata` as the store keeps it: what the server itself sets is always there. */
export interface Metadata extends JsonObject {
  name: string;
  uid: string;
  resourceVersion: string;
  creationTimestamp: string;
}

/** An object as the store keeps it: frozen, with the metadata that the server sets. */
export interface KubeObject extends JsonObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
}

/** An object on its way out: of a computed one nothing but its name is sure. */
export interface NamedObject extends JsonObject {
  metadata: JsonObject & { name: string };
}

/** An object on its way in: nothing about it is sure yet but that it is an object. */
export type Draft = JsonObject;

/** Freezes an object that carries the server's metadata. Throws TypeError where a part of it is missing. */
export function asKubeObject(value: JsonObject): KubeObject {
  const metadata = value['metadata'];
  const complete =
    typeof value['apiVersion'] === 'string' &&
    typeof value['kind'] === 'string' &&
    isObject(metadata) &&
    ['name', 'uid', 'resourceVersion', 'creationTimestamp'].every((key) => typeof metadata[key] === 'string');
  if (!complete) throw new TypeError('an object without the metadata that the API server sets');
  return deepFreeze(value) as KubeObject;
}

export function namespaceOf(object: NamedObject): string {
  const namespace = object.metadata['namespace'];
  return typeof namespace === 'string' ? namespace : '';
}

/** Reads a stored object as one of the typed shapes of core/kubernetes: the schema has checked it on its way in. */
export function typed<T>(object: JsonObject): T {
  return object as unknown as T;
}

/** A typed object of ours as plain JSON. */
export function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

/** A time as Kubernetes writes it: RFC 3339 in whole seconds, UTC. */
export function kubeTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

export type { Json, JsonObject };
