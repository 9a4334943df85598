import { isObject, type Json, type JsonObject } from '../json.js';
import { jsonPatch } from '../patch/json-patch.js';
import { mergePatch } from '../patch/merge-patch.js';
import { strategicMergePatch } from '../patch/strategic-patch.js';
import type { ResourceDefinition } from '../resource.js';
import { ApiError, badRequest } from '../status.js';
import { parseJson, unsupportedMediaType } from './body.js';

/** Reads a patch; the result applies it to an object. Throws ApiError (400, 415, 501). */
export function patchChange(
  definition: ResourceDefinition,
  mediaType: string,
  text: string,
): (current: JsonObject) => JsonObject {
  const { custom } = definition;
  switch (mediaType) {
    case 'application/json-patch+json': {
      const patch = parseJson(text, 'JSON patch');
      return (current) => object(jsonPatch(current, patch));
    }
    case 'application/merge-patch+json': {
      const patch = parseJson(text, definition.kind);
      return (current) => object(mergePatch(current, patch));
    }
    case 'application/strategic-merge-patch+json': {
      if (custom) throw unsupportedPatch(custom);
      const patch = object(parseJson(text, definition.kind));
      return (current) => strategicMergePatch(current, patch, definition.schema);
    }
    default:
      throw unsupportedPatch(custom);
  }
}

/** A custom resource names the types it takes; a built-in one is answered without. */
function unsupportedPatch(custom: boolean): ApiError {
  if (custom) {
    return unsupportedMediaType([
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/apply-patch+yaml',
    ]);
  }
  return new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', { details: {} });
}

function object(value: Json): JsonObject {
  if (!isObject(value)) throw badRequest('the patched value is not an object');
  return value;
}
