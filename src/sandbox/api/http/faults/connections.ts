import { everyNth, type Fault } from './fault.js';

/** A firewall that forgets, a laptop that slept, a VPN that changed its address. */
export const HALF_OPEN: Fault = {
  name: 'half-open',
  description: 'at every 12th request all connections fall silent for good, without being closed',
  begin: (server, struck) => {
    const due = everyNth(12);
    return {
      meet: () => {
        if (!due()) return false;
        struck();
        server.silence();
        return true;
      },
    };
  },
};

/** How long a restarted API server does not listen, ms. */
const DOWN_MS = 1000;

export const RESTART: Fault = {
  name: 'api-restart',
  description: 'at every 12th request the API cuts all connections and is back after 1 s, with all it knew',
  begin: (server, struck) => {
    const due = everyNth(12);
    return {
      meet: () => {
        if (!due()) return false;
        struck();
        server.restart(DOWN_MS);
        return true;
      },
    };
  },
};
