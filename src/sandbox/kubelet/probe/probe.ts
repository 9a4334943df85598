import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { Container, Probe } from '../../../core/kubernetes/objects.js';

export type ProbeResult = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** How a probe reaches its container. */
export interface ProbeTarget {
  readonly ip: string;
  /** Throws Error. */
  connect(port: number): Promise<Socket>;
  /** Runs a command in the container; rejects with AbortError when the signal ends it. */
  exec(command: readonly string[], signal: AbortSignal): Promise<{ exitCode: number; output: string }>;
}

/** Runs one probe once. Never throws: a probe that cannot be made has failed. */
export async function runProbe(
  probe: Probe,
  container: Container,
  target: ProbeTarget,
): Promise<ProbeResult> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    if (probe.httpGet !== undefined) return await httpGet(probe.httpGet, container, target, signal);
    if (probe.tcpSocket !== undefined)
      return await tcpSocket(probe.tcpSocket.port, container, target, signal);
    if (probe.exec !== undefined) return await execute(probe.exec.command, target, signal, timeoutMs);
    return { ok: false, message: 'no handler that the sandbox knows' };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

/** The number of a port that may be given by its name in the container's ports. Throws Error. */
export function resolvePort(port: number | string, container: Container): number {
  const named = container.ports?.find((one) => one.name === port)?.containerPort;
  const number = named ?? Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    throw new Error(`couldn't find port: ${JSON.stringify(port)}`);
  }
  return number;
}

async function httpGet(
  action: NonNullable<Probe['httpGet']>,
  container: Container,
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const port = resolvePort(action.port, container);
  const path = action.path ?? '/';
  const url = `http://${target.ip}:${port}${path.startsWith('/') ? '' : '/'}${path}`;
  try {
    const status = await getStatus(action, url, port, target, signal);
    if (status >= 200 && status < 400) return { ok: true };
    return { ok: false, message: `HTTP probe failed with statuscode: ${status}` };
  } catch (error) {
    return { ok: false, message: `Get ${JSON.stringify(url)}: ${reason(error, signal, target.ip, port)}` };
  }
}

async function getStatus(
  action: NonNullable<Probe['httpGet']>,
  url: string,
  port: number,
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<number> {
  const socket = await abortable(target.connect(port), signal);
  const headers: Record<string, string> = {
    Host: `${target.ip}:${port}`,
    'User-Agent': 'kube-probe/1.36',
    Accept: '*/*',
    Connection: 'close',
  };
  for (const { name, value } of action.httpHeaders ?? []) headers[name] = value;
  return new Promise((resolve, reject) => {
    const sent = request(url, { createConnection: () => socket, headers, signal }, (response) => {
      response.resume();
      response.on('error', reject);
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.on('socket', () => socket.resume());
    sent.end();
  }).finally(() => socket.destroy()) as Promise<number>;
}

async function tcpSocket(
  given: number | string,
  container: Container,
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const port = resolvePort(given, container);
  try {
    const socket = await abortable(target.connect(port), signal);
    socket.destroy();
    return { ok: true };
  } catch (error) {
    return { ok: false, message: reason(error, signal, target.ip, port) };
  }
}

async function execute(
  command: readonly string[],
  target: ProbeTarget,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<ProbeResult> {
  try {
    const { exitCode, output } = await target.exec(command, signal);
    return exitCode === 0 ? { ok: true } : { ok: false, message: output };
  } catch (error) {
    if (!signal.aborted) throw error;
    return {
      ok: false,
      message: `command timed out: ${JSON.stringify(command.join(' '))} timed out after ${timeoutMs / 1000}s`,
    };
  }
}

/** The failure of a connection as Go's dialer words it. */
function reason(error: unknown, signal: AbortSignal, ip: string, port: number): string {
  const message = error instanceof Error ? error.message : String(error);
  if (signal.aborted) return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  if (message.includes('ECONNREFUSED')) return `dial tcp ${ip}:${port}: connect: connection refused`;
  if (message.includes('socket hang up')) return 'EOF';
  return message;
}

/** The socket, or a rejection as soon as the signal ends; a socket that comes later is closed. */
function abortable(opening: Promise<Socket>, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error('timed out'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    opening.then(
      (socket) => (signal.aborted ? socket.destroy() : resolve(socket)),
      (error: unknown) => reject(error),
    );
  });
}
