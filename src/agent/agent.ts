import { chmodSync, rmSync, statSync } from 'node:fs';
import type { Server } from 'node:http';
import { createConnection } from 'node:net';
import { openCgroups } from './cgroup/open.js';
import { CgroupRegistry } from './cgroup/registry.js';
import { createAgentServer } from './http/server.js';
import { KillSource } from './kill-source.js';
import { KillLedger } from './ledger/ledger.js';
import { EntryRing } from './ledger/ring.js';
import { nodeInfo } from './node/info.js';
import { StressRunner } from './stress/runner.js';

const RING_BYTES = 16 * 1024 * 1024;

/** Where the API listens. */
export type ListenTarget =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'socket'; readonly path: string };

export interface AgentOptions {
  readonly listen: ListenTarget;
  readonly sysFsCgroup: string;
  readonly cgroupRoot: string;
  /** Null: the kernel's log is not read. */
  readonly kmsg: string | null;
  readonly allowStress: boolean;
  readonly nodeName: string | null;
  /** Told what is worth telling whoever runs the agent. */
  log(message: string): void;
}

/** A running agent. */
export interface Agent {
  /** Where it really listens: the port that was asked for as 0 is known here. */
  readonly listening: ListenTarget;
  /** Ends the stress runs and the server; resolves with what could not be ended. */
  close(): Promise<string[]>;
}

function openSource(
  options: AgentOptions,
  ledger: (hasLog: boolean) => KillLedger,
  ring: EntryRing,
): [KillLedger, KillSource | null] {
  if (options.kmsg === null) return [ledger(false), null];
  try {
    const withLog = ledger(true);
    const source = new KillSource(options.kmsg, withLog, ring, (error) =>
      options.log(
        `The kernel log cannot be read any more (${error.message}): kills are only counted from now on.`,
      ),
    );
    return [withLog, source];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    options.log(
      `${why}: kills are only counted, without details. Root and, in a container, privileged mode are needed.`,
    );
    return [ledger(false), null];
  }
}

/** Starts all parts. Throws where there is no memory controller or the address is taken. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const registry = new CgroupRegistry(openCgroups(options.sysFsCgroup, options.cgroupRoot));
  const ring = new EntryRing(RING_BYTES, 0);
  const [ledger, source] = openSource(options, (hasLog) => new KillLedger(ring, registry, hasLog), ring);
  const stress = options.allowStress ? new StressRunner(registry) : null;
  const facts = { nodeName: options.nodeName, kernelLog: source !== null, allowStress: options.allowStress };
  const server = createAgentServer({ registry, ring, stress, node: () => nodeInfo(registry, facts) });
  const close = async (): Promise<string[]> => {
    const left = (await stress?.stopAll('the agent was ended')) ?? [];
    ledger.close();
    source?.stop();
    await closeServer(server);
    if (options.listen.kind === 'socket') rmSync(options.listen.path, { force: true });
    return left;
  };
  const listening = await listen(server, options.listen);
  source?.start();
  return { listening, close };
}

async function listen(server: Server, target: ListenTarget): Promise<ListenTarget> {
  if (target.kind === 'socket') await removeDeadSocket(target.path);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    const done = (): void => resolve();
    if (target.kind === 'tcp') server.listen(target.port, target.host, done);
    else listenPrivately(server, target.path, done);
  });
  const address = server.address();
  if (target.kind === 'tcp' && address !== null && typeof address === 'object')
    return { ...target, port: address.port };
  return target;
}

/** The umask makes the socket 0600 from its first moment on; chmod alone would leave a gap. */
function listenPrivately(server: Server, path: string, done: () => void): void {
  const umask = process.umask(0o177);
  try {
    server.listen(path, () => {
      chmodSync(path, 0o600);
      done();
    });
  } finally {
    process.umask(umask);
  }
}

/** Removes a socket that nobody listens on any more; one that answers stays, and listening on it then fails. */
async function removeDeadSocket(path: string): Promise<void> {
  if (!statSync(path, { throwIfNoEntry: false })?.isSocket()) return;
  const alive = await new Promise<boolean>((resolve) => {
    const probe = createConnection(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
  if (!alive) rmSync(path, { force: true });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
