import type { RawData, WebSocket } from 'ws';

/** More waiting for a slow side than this stops the other, bytes. */
export const HIGH_WATER = 1024 * 1024;

export function asBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

/** Sends one message of a channel: its number, then the bytes. Does nothing once the socket closes. */
export function sendOn(client: WebSocket, channel: number, bytes: Buffer, sent: () => void = () => {}): void {
  if (client.readyState !== client.OPEN) return;
  client.send(Buffer.concat([Buffer.of(channel), bytes]), sent);
}

/** The subprotocols that a client offers. */
export function offeredProtocols(header: string | undefined): string[] {
  return (header ?? '').split(',').map((one) => one.trim());
}
