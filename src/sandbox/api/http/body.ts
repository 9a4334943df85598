import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';
import { isObject, type Json, type JsonObject } from '../json.js';
import { ApiError, badRequest } from '../status.js';
import { PROTOBUF, readProtobufMetadata, readProtobufReview } from './protobuf.js';

/** What etcd would take at most, bytes. */
const MAX_BODY = 3 * 1024 * 1024;

/** The media type of the body, lower case and without parameters; empty where the request names none. */
export function mediaType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Reads the whole body as text. Throws ApiError (413). */
export async function readBody(request: IncomingMessage): Promise<string> {
  return (await readBytes(request)).toString('utf8');
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > MAX_BODY) {
      throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY}`);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Reads an object from a JSON or YAML body; `expected` names its kind in errors. Throws ApiError (400, 413, 415). */
export async function readObject(request: IncomingMessage, expected: string): Promise<JsonObject> {
  const type = mediaType(request);
  if (type === PROTOBUF && expected === 'Namespace') return readProtobufMetadata(await readBytes(request));
  if (type === PROTOBUF && expected === 'SelfSubjectAccessReview') {
    return readProtobufReview(await readBytes(request));
  }
  if (type !== 'application/json' && type !== 'application/yaml') {
    throw unsupportedMediaType(['application/json', 'application/yaml']);
  }
  const text = await readBody(request);
  const value = type === 'application/yaml' ? parseYaml(text, expected) : parseJson(text, expected);
  if (!isObject(value)) throw unrecognized(expected, 'it is not an object', text);
  return value;
}

/** Reads an object that may be JSON or YAML. Throws ApiError (400). */
export function parseObject(text: string, expected: string): JsonObject {
  const value = parseYaml(text, expected);
  if (!isObject(value)) throw unrecognized(expected, 'it is not an object', text);
  return value;
}

export function parseJson(text: string, expected: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw unrecognized(
      expected,
      `json parse error: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
      text,
    );
  }
}

function parseYaml(text: string, expected: string): Json {
  try {
    return parse(text, { maxAliasCount: 100 }) as Json;
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    throw unrecognized(expected, `yaml parse error: ${message}`, text);
  }
}

function unrecognized(expected: string, why: string, text: string): ApiError {
  return badRequest(
    `the object provided is unrecognized (must be of type ${expected}): couldn't get version/kind; ${why} (${text.slice(0, 200)})`,
  );
}

export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  return new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
}
