import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { FaultyServer } from './faults/fault.js';

/** How long to wait before a port is tried again that somebody else has taken meanwhile, ms. */
const PORT_RETRY_MS = 100;

/** The connections of a server as a whole: what a fault does to them, and how they end. */
export class Connections implements FaultyServer {
  readonly #server: Server;
  readonly #sockets = new Set<TLSSocket>();
  readonly #silent = new WeakSet<object>();
  #closing = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(server: Server) {
    this.#server = server;
    server.on('secureConnection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Nothing that comes on this connection is answered. */
  isSilent(socket: object): boolean {
    return this.#silent.has(socket);
  }

  silence(): void {
    for (const socket of this.#sockets) {
      this.#silent.add(socket);
      // It goes on reading, so that the end of the other side is noticed.
      socket.write = () => true;
    }
  }

  restart(downMs: number): void {
    if (this.#closing || !this.#server.listening) return;
    const { port } = this.#server.address() as AddressInfo;
    this.#server.close();
    this.#cut();
    this.#listenIn(downMs, port);
  }

  /** Ends every connection and frees the port. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    const closed = new Promise<void>((resolve) => void this.#server.close(() => resolve()));
    this.#cut();
    this.#server.closeAllConnections();
    await closed;
  }

  #listenIn(waitMs: number, port: number): void {
    this.#timer = setTimeout(() => {
      const taken = (): void => this.#listenIn(PORT_RETRY_MS, port);
      this.#server.once('error', taken);
      this.#server.listen(port, '127.0.0.1', () => this.#server.off('error', taken));
    }, waitMs);
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
