import WebSocket from 'ws';
import { aborted, ClusterError, networkError, statusError } from './errors.js';
import type { Transport } from './transport.js';

const HANDSHAKE_MS = 15_000;
/** A connection whose server does not answer a ping within this time is dead, ms. */
const PING_MS = 20_000;
const MAX_FRAME_BYTES = 16 << 20;

/**
 * Opens a websocket of the API server's channel protocols (the first byte of a frame is its channel) as the transport's
 * user, through its pool. `use` gets the open socket at once: the first frames may be here before a promise is.
 * Throws ClusterError.
 */
export async function openChannels<T>(
  transport: Transport,
  path: string,
  protocols: readonly string[],
  signal: AbortSignal,
  use: (socket: WebSocket) => T,
): Promise<T> {
  const { url, headers, agent, tls } = await transport.webSocketOptions(path, signal);
  const socket = new WebSocket(url, [...protocols], {
    ...tls,
    agent,
    // A header with several values (Impersonate-Group) goes out as several lines.
    headers: headers as Record<string, string>,
    handshakeTimeout: HANDSHAKE_MS,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  return opened(socket, transport.server, signal, use);
}

function opened<T>(
  socket: WebSocket,
  server: string,
  signal: AbortSignal,
  use: (socket: WebSocket) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let refused = false;
    const onAbort = (): void => socket.terminate();
    signal.addEventListener('abort', onAbort, { once: true });
    const fail = (error: ClusterError): void => {
      signal.removeEventListener('abort', onAbort);
      reject(error);
    };
    if (signal.aborted) {
      onAbort();
    }
    socket.once('open', () => {
      signal.removeEventListener('abort', onAbort);
      resolve(use(socket));
    });
    socket.on('error', (error) => {
      if (!refused) {
        fail(signal.aborted ? aborted() : networkError(error, server));
      }
    });
    socket.once('unexpected-response', (request, response) => {
      refused = true;
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body = (body + text).slice(0, 8192);
      });
      const done = (): void => {
        fail(statusError(response.statusCode ?? 0, body));
        request.destroy();
      };
      response.once('end', done);
      response.once('error', done);
    });
  });
}

/** Pings an open socket and tells once when no answer came; any frame counts as one. Returns the way to stop. */
export function watchPulse(socket: WebSocket, onDead: (error: ClusterError) => void): () => void {
  let alive = true;
  const hear = (): void => {
    alive = true;
  };
  socket.on('pong', hear);
  socket.on('message', hear);
  // While it is paused no answer can be heard.
  const timer = setInterval(() => {
    if (!alive && !socket.isPaused) {
      clearInterval(timer);
      onDead(new ClusterError('unreachable', 'the connection to the Pod no longer answers'));
      return;
    }
    alive = false;
    socket.ping();
  }, PING_MS);
  return () => clearInterval(timer);
}

export function toBuffer(data: WebSocket.RawData): Buffer {
  if (Buffer.isBuffer(data)) {
    return data;
  }
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

/** `/api/v1/namespaces/NS/pods/POD/SUBRESOURCE`. */
export function podPath(namespace: string, pod: string, subresource: string): string {
  return (
    `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}` +
    (subresource === '' ? '' : `/${subresource}`)
  );
}
