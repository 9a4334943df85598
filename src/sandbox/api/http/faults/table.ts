import { CLOCK_SKEW, NO_NODE_PROXY, THROTTLED, TRUNCATED, UNAUTHORIZED } from './answers.js';
import { HALF_OPEN, RESTART } from './connections.js';
import type { ActiveFault, Exchange, Fault, FaultyServer } from './fault.js';
import { GONE, WATCH_ENDS } from './watches.js';

/** Every fault that the API can be told to have. */
export const FAULTS: readonly Fault[] = [
  GONE,
  THROTTLED,
  UNAUTHORIZED,
  NO_NODE_PROXY,
  HALF_OPEN,
  TRUNCATED,
  WATCH_ENDS,
  RESTART,
  CLOCK_SKEW,
];

/** The faults of those names at work; the first that ends an exchange is the last that meets it. */
export function beginFaults(
  names: readonly string[],
  server: FaultyServer,
  log: (message: string) => void,
): ActiveFault {
  const active = names.map((name) => {
    const fault = FAULTS.find((one) => one.name === name);
    if (fault === undefined) throw new Error(`there is no fault "${name}"`);
    return fault.begin(server, () => log(`fault ${name}`));
  });
  return { meet: (exchange: Exchange) => active.some((fault) => fault.meet(exchange)) };
}
