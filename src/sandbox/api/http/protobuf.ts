import type { Json, JsonObject } from '../json.js';
import { badRequest } from '../status.js';

/**
 * What kubectl sends in protobuf: `kubectl create namespace NAME`, of which only names, labels and annotations are read,
 * and access reviews.
 */
export const PROTOBUF = 'application/vnd.kubernetes.protobuf';

const MAGIC = Buffer.from('k8s\0');

/** Reads the envelope (runtime.Unknown) and the metadata of the object in it. Throws ApiError (400). */
export function readProtobufMetadata(body: Buffer): JsonObject {
  if (!body.subarray(0, MAGIC.length).equals(MAGIC))
    throw badRequest('the protobuf body does not start as it must');
  const envelope = fieldsOf(body.subarray(MAGIC.length));
  const type = fieldsOf(first(envelope, 1));
  const metadata = fieldsOf(first(fieldsOf(first(envelope, 2)), 1));
  const texts: JsonObject = {};
  for (const [key, number] of [
    ['name', 1],
    ['generateName', 2],
    ['namespace', 3],
  ] as const) {
    const text = first(metadata, number).toString('utf8');
    if (text !== '') texts[key] = text;
  }
  return {
    apiVersion: first(type, 1).toString('utf8'),
    kind: first(type, 2).toString('utf8'),
    metadata: { ...texts, labels: mapOf(metadata, 11), annotations: mapOf(metadata, 12) },
  };
}

/** `kubectl auth can-i` asks in protobuf, too. Throws ApiError (400). */
export function readProtobufReview(body: Buffer): JsonObject {
  if (!body.subarray(0, MAGIC.length).equals(MAGIC))
    throw badRequest('the protobuf body does not start as it must');
  const envelope = fieldsOf(body.subarray(MAGIC.length));
  const type = fieldsOf(first(envelope, 1));
  const spec = fieldsOf(first(fieldsOf(first(envelope, 2)), 2));
  return {
    apiVersion: first(type, 1).toString('utf8'),
    kind: first(type, 2).toString('utf8'),
    metadata: {},
    spec: {
      ...attributes(spec, 1, 'resourceAttributes', RESOURCE_ATTRIBUTES),
      ...attributes(spec, 2, 'nonResourceAttributes', ['path', 'verb']),
    },
  };
}

/** In the order of their numbers in k8s.io/api/authorization/v1/generated.proto. */
const RESOURCE_ATTRIBUTES = ['namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name'];

function attributes(
  spec: readonly Field[],
  number: number,
  key: string,
  names: readonly string[],
): JsonObject {
  if (!spec.some((field) => field.number === number)) return {};
  const fields = fieldsOf(first(spec, number));
  const entries = names
    .map((name, i): [string, Json] => [name, first(fields, i + 1).toString('utf8')])
    .filter(([, text]) => text !== '');
  return { [key]: Object.fromEntries(entries) };
}

interface Field {
  readonly number: number;
  readonly bytes: Buffer;
}

function first(fields: readonly Field[], number: number): Buffer {
  return fields.find((field) => field.number === number)?.bytes ?? Buffer.alloc(0);
}

function mapOf(fields: readonly Field[], number: number): JsonObject {
  const entries = fields
    .filter((field) => field.number === number)
    .map(({ bytes }): [string, Json] => {
      const entry = fieldsOf(bytes);
      return [first(entry, 1).toString('utf8'), first(entry, 2).toString('utf8')];
    });
  return Object.fromEntries(entries);
}

/** The length-delimited fields of a message, in order; numbers are skipped. */
function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = message[at];
      if (byte === undefined) break;
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw badRequest('the protobuf body ends too early');
  };
  const take = (length: number): Buffer => {
    if (at + length > message.length) throw badRequest('the protobuf body ends too early');
    const bytes = message.subarray(at, at + length);
    at += length;
    return bytes;
  };
  while (at < message.length) {
    const tag = varint();
    const kind = tag % 8;
    if (kind === 2) fields.push({ number: Math.floor(tag / 8), bytes: take(varint()) });
    else if (kind === 0) varint();
    else if (kind === 1) take(8);
    else if (kind === 5) take(4);
    else throw badRequest('the protobuf body has a field of an unknown kind');
  }
  return fields;
}
