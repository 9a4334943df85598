import type { ServerResponse } from 'node:http';
import type { Json } from '../json.js';
import type { KubeObject } from '../kube-object.js';
import type { ResourceDefinition } from '../resource.js';
import { type IncludeObject, partialMetadata, tableOf } from '../table/table.js';
import type { Representation } from './negotiate.js';
import { commonHeaders } from './respond.js';
import type { WatchSink } from './watch.js';

/** A reader that lets this much pile up is cut off, as the API server does with slow watchers; bytes. */
const MAX_BEHIND = 16 * 1024 * 1024;

/** Writes a watch as lines of JSON, the objects as the client wants them. `stopping` ends it with the server. */
export function watchStream(
  response: ServerResponse,
  definition: ResourceDefinition,
  { as }: Representation,
  include: IncludeObject,
  stopping: AbortSignal,
): WatchSink {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  let withColumns = true;
  const start = (): void => {
    response.writeHead(200, commonHeaders('application/json'));
    response.flushHeaders();
  };
  const line = (type: string, object: Json): void => {
    response.write(`${JSON.stringify({ type, object })}\n`);
    if (response.writableLength > MAX_BEHIND) response.destroy();
  };
  const represent = (object: KubeObject): Json => {
    if (as === 'object') return object;
    if (as === 'partial') return partialMetadata(object);
    const metadata = { resourceVersion: object.metadata.resourceVersion };
    const table = tableOf(definition, [object], metadata, {
      includeObject: include,
      now: new Date(),
      withColumns,
    });
    withColumns = false;
    return table;
  };
  return {
    start,
    event: (type, object) => line(type, represent(object)),
    raw: line,
    end: () => void response.end(),
    signal: AbortSignal.any([gone.signal, stopping]),
  };
}
