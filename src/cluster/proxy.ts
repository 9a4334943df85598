import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { connect as connectTcp, isIPv6 } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** How long a proxy may take to open a tunnel, ms. */
const TUNNEL_MS = 15_000;

type OnSocket = (error: Error | null, socket?: Socket) => void;

interface Destination {
  readonly host: string;
  readonly port: number | string;
}

/**
 * A pool whose connections go through an HTTP(S) proxy's CONNECT tunnels (RFC 9110, 9.3.6), one tunnel a connection.
 * Built on the plain sockets: `http.request` is VS Code's own inside the editor and would go by its settings.
 *
 * @param options TLS material and what else the pool's connections need.
 */
export function tunnelAgent(proxy: URL, isTls: boolean, options: https.AgentOptions): http.Agent {
  const agent = isTls ? new https.Agent(options) : new http.Agent(options);
  const base = agent as unknown as {
    createConnection(to: Destination & { socket?: Socket }, callback?: OnSocket): Socket | undefined;
  };
  const upgrade = base.createConnection.bind(agent);
  const opening = new Set<http.ClientRequest>();
  base.createConnection = (to, callback = () => undefined) => {
    const request = openTunnel(proxy, to, (error, socket) => {
      opening.delete(request);
      callback(error, socket === undefined || !isTls ? socket : upgrade({ ...to, socket }));
    });
    opening.add(request);
    return undefined;
  };
  const destroy = agent.destroy.bind(agent);
  agent.destroy = () => {
    for (const request of opening) {
      request.destroy();
    }
    destroy();
  };
  return agent;
}

function openTunnel(proxy: URL, to: Destination, done: OnSocket): http.ClientRequest {
  const target = `${isIPv6(to.host) ? `[${to.host}]` : to.host}:${to.port}`;
  const request = new http.ClientRequest({
    method: 'CONNECT',
    path: target,
    headers: { host: target, ...authorization(proxy) },
    createConnection: () => connectTo(proxy),
    timeout: TUNNEL_MS,
  });
  let settled = false;
  const settle: OnSocket = (error, socket) => {
    if (!settled) {
      settled = true;
      done(error, socket);
    }
  };
  request.once('connect', (response, socket: Socket, head) => {
    if (response.statusCode === 200) {
      socket.setTimeout(0);
      socket.unshift(head);
      settle(null, socket);
    } else {
      socket.destroy();
      settle(
        new Error(`the proxy ${proxy.host} answered ${response.statusCode} ${response.statusMessage ?? ''}`),
      );
    }
  });
  request.once('timeout', () => request.destroy(new Error(`the proxy ${proxy.host} does not answer`)));
  request.once('error', (error) =>
    settle(new Error(`the proxy ${proxy.host}: ${error.message}`, { cause: error })),
  );
  request.once('close', () => settle(new Error(`the proxy ${proxy.host} closed the connection`)));
  request.end();
  return request;
}

function connectTo(proxy: URL): Socket {
  const host = proxy.hostname.replace(/^\[|\]$/g, '');
  if (proxy.protocol === 'https:') {
    const servername = isIPv6(host) || /^[0-9.]+$/.test(host) ? {} : { servername: host };
    return connectTls({ host, port: Number(proxy.port || 443), ...servername });
  }
  return connectTcp({ host, port: Number(proxy.port || 80) });
}

function authorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') {
    return {};
  }
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

/**
 * The same pool for who must ask for localhost: VS Code leaves the agent of such requests alone and replaces that of
 * all others. The connections lead where `server` says.
 */
export function askedAsLocalhost(agent: http.Agent, server: URL): http.Agent {
  const { addRequest } = agent as unknown as {
    addRequest(request: http.ClientRequest, options: object): void;
  };
  const to = { host: server.hostname, hostname: server.hostname, port: portOf(server) };
  const asked = new (server.protocol === 'https:' ? https : http).Agent();
  return Object.assign(asked, {
    addRequest: (request: http.ClientRequest, options: object) =>
      addRequest.call(agent, request, { ...options, ...to }),
  });
}

export function portOf(url: URL): number {
  return Number(url.port || (url.protocol === 'https:' ? 443 : 80));
}
