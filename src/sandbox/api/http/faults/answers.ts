import { ApiError, unauthorized } from '../../status.js';
import { USER } from '../guard.js';
import { send, sendError } from '../respond.js';
import { afterLines, everyNth, type Fault } from './fault.js';

/** As API Priority and Fairness refuses. */
export const THROTTLED: Fault = {
  name: 'throttled-429',
  description: 'every 3rd request is refused with 429 and Retry-After: 1',
  begin: (_server, struck) => {
    const due = everyNth(3);
    return {
      meet: ({ response }) => {
        if (!due()) return false;
        struck();
        const refusal = new ApiError(429, 'TooManyRequests', 'Too many requests, please try again later.', {
          details: { retryAfterSeconds: 1 },
        });
        send(response, 429, refusal.body, { headers: { 'Retry-After': '1' } });
        return true;
      },
    };
  },
};

/** A token that expires: what runs goes on for a while, then everything is refused until somebody logs in again. */
export const UNAUTHORIZED: Fault = {
  name: 'unauthorized-401',
  description: 'every watch ends after 5 events, and the next 3 requests are refused with 401',
  begin: (_server, struck) => {
    let refusals = 0;
    return {
      meet: ({ response, isWatch }) => {
        if (refusals > 0) {
          refusals -= 1;
          struck();
          sendError(response, unauthorized());
          return true;
        }
        if (isWatch) {
          afterLines(response, 5, (_next, endWith) => {
            refusals = 3;
            struck();
            endWith('');
          });
        }
        return false;
      },
    };
  },
};

/** A user who may read Pods but no kubelet: the node proxy is a right of its own, and seldom given. */
export const NO_NODE_PROXY: Fault = {
  name: 'node-proxy-403',
  description: 'the kubelets behind the node proxy are forbidden (403)',
  begin: (_server, struck) => ({
    meet: ({ request, response }) => {
      const [, node] = /^\/api\/v1\/nodes\/([^/?]+)\/proxy(?:[/?]|$)/.exec(request.url ?? '') ?? [];
      if (node === undefined) return false;
      struck();
      const message =
        `nodes "${node}" is forbidden: User "${USER}" cannot get resource "nodes/proxy" in API group "" ` +
        'at the cluster scope';
      sendError(
        response,
        new ApiError(403, 'Forbidden', message, { details: { name: node, kind: 'nodes' } }),
      );
      return true;
    },
  }),
};

/** What a proxy makes of a long answer: framed well, but half of it. */
export const TRUNCATED: Fault = {
  name: 'truncated-json',
  description: 'every 3rd answer, and every watch after 5 events, ends in the middle of its JSON',
  begin: (_server, struck) => {
    const due = everyNth(3);
    return {
      meet: ({ response, isWatch }) => {
        if (isWatch) {
          afterLines(response, 5, (line, endWith) => {
            struck();
            endWith(line.slice(0, line.length / 2));
          });
        } else if (due()) {
          struck();
          halve(response);
        }
        return false;
      },
    };
  },
};

function halve(response: Parameters<typeof sendError>[0]): void {
  const { writeHead, end } = response;
  response.writeHead = ((code: number, headers: Record<string, string>) => {
    const { 'Content-Length': _whole, ...rest } = headers;
    return writeHead.call(response, code, rest);
  }) as typeof response.writeHead;
  response.end = ((chunk?: Buffer) => {
    const half = chunk?.subarray(0, chunk.length / 2);
    return (end as (chunk?: Buffer) => typeof response).call(response, half);
  }) as typeof response.end;
}

const SKEW_MS = 3_600_000;

export const CLOCK_SKEW: Fault = {
  name: 'clock-skew',
  description: "the server's clock is an hour fast, as its Date header tells",
  begin: (_server, struck) => ({
    meet: ({ response }) => {
      struck();
      response.setHeader('Date', new Date(Date.now() + SKEW_MS).toUTCString());
      return false;
    },
  }),
};
