import type { IncomingMessage } from 'node:http';
import { HttpProblem } from './problem.js';

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/**
 * Refuses what only a browser page would send: any Origin, and a Host other than the loopback (DNS rebinding).
 * The port may be any, since clients come through port-forwards.
 */
export function refuseBrowsers(request: IncomingMessage): void {
  if (request.headers.origin !== undefined) {
    throw new HttpProblem(
      403,
      'The agent does not answer web pages: requests with an Origin header are refused.',
    );
  }
  if (request.headers.host === undefined) throw new HttpProblem(400, 'The Host header is missing.');
  if (!LOOPBACK.test(request.headers.host)) {
    throw new HttpProblem(
      403,
      'The agent answers on the loopback only: the Host header must be localhost, 127.0.0.1 or [::1].',
    );
  }
}
