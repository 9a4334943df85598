import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Problem } from '../../protocol/agent/types.js';

/** An answer that is not what was asked for; `detail` says what happened and what to do. */
export class HttpProblem extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.name = 'HttpProblem';
    this.status = status;
  }
}

/** Answers with application/problem+json (RFC 9457). */
export function sendProblem(response: ServerResponse, status: number, detail: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  sendJson(response, status, problemOf(status, detail), 'application/problem+json');
}

function problemOf(status: number, detail: string): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail };
}

/** The same where there is a connection but no response yet; ends the connection. */
export function endWithProblem(socket: Duplex, status: number, detail: string): void {
  const body = `${JSON.stringify(problemOf(status, detail))}\n`;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.on('error', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/** Answers what Node could not read as a request. */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else if (error.code === 'HPE_HEADER_OVERFLOW')
    endWithProblem(socket, 431, 'The request line and headers may have at most 16 KiB.');
  else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    endWithProblem(socket, 408, 'The request did not come within 30 s.');
  else endWithProblem(socket, 400, 'This is no valid HTTP request.');
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  contentType = 'application/json',
): void {
  sendText(response, status, `${JSON.stringify(body)}\n`, contentType);
}

export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  contentType = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(text);
}
