import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type ApiError, forbidden, unauthorized } from '../status.js';

/** Who sends a request that carries the token. */
export const USER = 'podstress-sandbox';

export interface Guard {
  /** The refusal for a request that nobody may make; null: it may go on. */
  check(request: IncomingMessage): ApiError | null;
}

/**
 * Lets through only requests that carry the bearer token, come from no web page, and name this server as their host.
 * The last two hold whatever the token: a browser that was given it must still not be able to use it from a page
 * (Origin), and a name that resolves to this address (DNS rebinding) is not this server.
 */
export function createGuard(token: string, port: () => number): Guard {
  const expected = digest(token);
  return {
    check(request) {
      const host = (request.headers.host ?? '').toLowerCase();
      const allowed = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port()}`);
      if (!allowed.includes(host)) {
        return forbidden('this server does not answer for the host that the request names');
      }
      if (request.headers.origin !== undefined) {
        return forbidden('requests of web pages are refused: this API runs commands on this machine');
      }
      return timingSafeEqual(digest(bearerOf(request)), expected) ? null : unauthorized();
    },
  };
}

function bearerOf(request: IncomingMessage): string {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

/** Hashed so that the comparison takes the same time whatever the length. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
