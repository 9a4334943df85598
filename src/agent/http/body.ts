import type { IncomingMessage } from 'node:http';
import { HttpProblem } from './problem.js';

const MAX_BODY_BYTES = 65_536;

/** The JSON body of a request. Throws HttpProblem 400, 413 or 415. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new HttpProblem(415, 'The body must be JSON, with Content-Type: application/json.');
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES)
      throw new HttpProblem(413, `The body may have at most ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    throw new HttpProblem(400, 'The body is not valid JSON.');
  }
}
