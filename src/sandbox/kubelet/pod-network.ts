import { type ChildProcess, spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { SYSTEM_CGROUP } from './cgroup/cgroups.js';
import type { KubeletHost } from './host.js';

/** A Pod's network: where its processes run and how the kubelet reaches their ports. */
export interface PodNetwork {
  /** The network namespace to enter; null: the host's own. */
  readonly namespacePath: string | null;
  readonly ip: string;
  /**
   * Connects to 127.0.0.1:PORT in the Pod's network; the socket is paused. Throws Error, e.g.
   * `connect ECONNREFUSED 127.0.0.1:8080`.
   */
  connect(port: number): Promise<Socket>;
  close(): Promise<void>;
}

/** How long the process that holds the namespace may take to start, ms. */
const START_TIMEOUT_MS = 30_000;
/** No answer is longer than this, bytes. */
const MAX_ANSWER = 1024;

export function hostNetwork(ip: string): PodNetwork {
  return {
    namespacePath: null,
    ip,
    connect: (port) => opened(connect({ host: '127.0.0.1', port })),
    close: () => Promise.resolve(),
  };
}

/** Makes a network namespace of its own with nothing in it but a loopback that has the address. Throws Error. */
export async function createPodNetwork(host: KubeletHost, ip: string): Promise<PodNetwork> {
  const { tools, cgroups, folder, programs } = host;
  // Short: the path of a socket can have 107 bytes at most, and the temp folder may be a long one.
  const socketPath = join(folder, `${ip}.sock`);
  const program = [process.execPath, programs, 'pod-network', socketPath, tools.ip, ip];
  const args = [
    '--pdeathsig',
    'KILL',
    '--',
    tools.sh,
    '-c',
    JOIN_SCRIPT,
    'sh',
    cgroups.procsFile(SYSTEM_CGROUP),
  ];
  const child = spawn(tools.setpriv, [...args, tools.unshare, '--net', '--', ...program], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  try {
    await ready(child);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    namespacePath: `/proc/${child.pid}/ns/net`,
    ip,
    connect: async (port) => {
      const socket = await opened(connect({ path: socketPath, allowHalfOpen: true }));
      await handshake(socket, port);
      return socket;
    },
    close: () => ended(child),
  };
}

/** Joins the cgroup whose cgroup.procs file is given first, then becomes what follows. */
export const JOIN_SCRIPT = 'echo 0 > "$1" || exit 125; shift; exec "$@"';

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let errors = '';
    const timer = setTimeout(
      () => reject(new Error('the network of the Pod did not come up')),
      START_TIMEOUT_MS,
    );
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      act();
    };
    child.stderr?.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-1000);
    });
    child.once('error', (error) => settle(() => reject(error)));
    child.once('exit', (code) =>
      settle(() => reject(new Error(`the network of the Pod ended with ${code}: ${errors.trim()}`))),
    );
    child.stdout?.once('data', () => settle(resolve));
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const exit = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  return exit;
}

function opened(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.pause();
      resolve(socket);
    });
  });
}

/** Asks for the port and reads the one line of the answer; what came after it is put back. */
function handshake(socket: Socket, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    const closed = (): void => fail(new Error('the network of the Pod has gone'));
    const read = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf(10);
      if (end < 0 && head.length < MAX_ANSWER) return;
      socket.off('data', read);
      socket.off('close', closed);
      socket.off('error', fail);
      socket.pause();
      const answer = head.subarray(0, Math.max(end, 0)).toString('utf8');
      if (answer !== 'ok') {
        fail(new Error(answer.replace(/^error /, '')));
        return;
      }
      const rest = head.subarray(end + 1);
      if (rest.length > 0) socket.unshift(rest);
      resolve();
    };
    socket.on('data', read);
    socket.once('close', closed);
    socket.once('error', fail);
    socket.resume();
    socket.write(`${port}\n`);
  });
}
