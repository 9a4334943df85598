import { tooOldToWatch } from '../../status.js';
import { commonHeaders } from '../respond.js';
import { afterLines, type Exchange, everyNth, type Fault } from './fault.js';

/** As after a compaction of etcd, or a restart of the watch cache. */
export const GONE: Fault = {
  name: 'gone-410',
  description:
    'every 2nd watch is told at once, all others after 5 events, that the version has expired (410)',
  begin: (_server, struck) => {
    const atOnce = everyNth(2);
    return {
      meet: (exchange) => {
        if (!exchange.isWatch) return false;
        const { request, response } = exchange;
        const asked = new URL(request.url ?? '/', 'https://sandbox.invalid').searchParams;
        const version = Number(asked.get('resourceVersion') ?? 0);
        const line = JSON.stringify({ type: 'ERROR', object: tooOldToWatch(version, version + 1).body });
        if (atOnce()) {
          struck();
          endWatch(exchange, line);
          return true;
        }
        afterLines(response, 5, (_next, endWith) => {
          struck();
          endWith(`${line}\n`);
        });
        return false;
      },
    };
  },
};

/** Some servers and proxies close a watch that they do not like, without a word. */
export const WATCH_ENDS: Fault = {
  name: 'watch-ends-at-once',
  description: 'two of three watches end as soon as they have begun, without an event',
  begin: (_server, struck) => {
    const passes = everyNth(3);
    return {
      meet: (exchange) => {
        if (!exchange.isWatch || passes()) return false;
        struck();
        endWatch(exchange, '');
        return true;
      },
    };
  },
};

function endWatch({ response }: Exchange, line: string): void {
  response.writeHead(200, commonHeaders('application/json'));
  response.end(line === '' ? undefined : `${line}\n`);
}
