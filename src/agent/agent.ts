import { chmodSync, closeSync, constants, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import type { Server } from 'node:http';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { openCgroups } from './cgroup/open.js';
import { CgroupRegistry } from './cgroup/registry.js';
import { createAgentServer } from './http/server.js';
import { KillSource } from './kill-source.js';
import { Journal } from './ledger/journal.js';
import { KillLedger } from './ledger/ledger.js';
import { nodeKillCount } from './ledger/printed.js';
import { EntryRing } from './ledger/ring.js';
import { bootId, nodeInfo } from './node/info.js';
import { KernelReports } from './reports/kernel-reports.js';
import { Sampler } from './sampler.js';
import { StressRunner } from './stress/runner.js';

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
  /** How much of the newest entries is kept in memory, bytes. */
  readonly historyBytes: number;
  /** Where Prometheus metrics, and nothing else, are served; null: nowhere. */
  readonly metricsListen: ListenTarget | null;
  /** Null: a restart begins anew. */
  readonly state: string | null;
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

/** The kernel log as a source of kills; null, and why is said, where it cannot be read. */
function openSource(
  options: AgentOptions,
  ledger: (hasLog: boolean) => KillLedger,
  reports: KernelReports,
): [KillLedger, KillSource | null] {
  const unreadable = options.kmsg === null ? 'it is not asked for' : whyUnreadable(options.kmsg);
  if (options.kmsg === null || unreadable !== null) {
    options.log(`The kernel log is not read (${unreadable}): kills are only counted.`);
    return [ledger(false), null];
  }
  const withLog = ledger(true);
  const failed = (error: Error): void =>
    options.log(
      `The kernel log cannot be read any more (${error.message}): kills are only counted from now on.`,
    );
  return [withLog, new KillSource(options.kmsg, withLog, reports, failed)];
}

function whyUnreadable(file: string): string | null {
  try {
    closeSync(openSync(file, constants.O_RDONLY | constants.O_NONBLOCK));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Starts all parts. Throws where there is no memory controller or the address is taken. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { access, scope } = openCgroups(options.sysFsCgroup, options.cgroupRoot);
  const registry = new CgroupRegistry(access, scope);
  const everything = scope === '/' ? registry : new CgroupRegistry(access);
  const ring = new EntryRing(options.historyBytes);
  const journal = options.state === null ? null : new Journal(options.state, bootId(), options.log);
  const reports = new KernelReports();
  const [ledger, source] = openSource(
    options,
    (hasLog) =>
      new KillLedger({ ring, registry: everything, scope, journal, hasLog, nodeKills: nodeKillCount }),
    reports,
  );
  const sampler = new Sampler(registry);
  const stress = options.allowStress ? new StressRunner(registry) : null;
  const facts = { nodeName: options.nodeName, kernelLog: source !== null, allowStress: options.allowStress };
  const server = createAgentServer({
    registry,
    ring,
    reports,
    sampler,
    stress,
    node: () => nodeInfo(registry, facts),
  });
  const listening = await listen(server, options.listen);
  const metrics = options.metricsListen === null ? null : await metricsServer(sampler, ring);
  if (metrics && options.metricsListen) await listen(metrics, options.metricsListen);
  const close = async (): Promise<string[]> => {
    const left = (await stress?.stopAll()) ?? [];
    ledger.close();
    source?.stop();
    await closeServer(server);
    if (metrics) await closeServer(metrics);
    access.close();
    if (options.listen.kind === 'socket') rmSync(options.listen.path, { force: true });
    return left;
  };
  if (source) source.start();
  else ledger.startWithoutLog();
  return { listening, close };
}

/** Its library is loaded only where metrics are asked for. */
async function metricsServer(sampler: Sampler, ring: EntryRing): Promise<Server> {
  const { AgentMetrics, createMetricsServer } = await import('./metrics.js');
  return createMetricsServer(new AgentMetrics(sampler, ring));
}

async function listen(server: Server, target: ListenTarget): Promise<ListenTarget> {
  if (target.kind === 'socket') {
    mkdirSync(dirname(target.path), { recursive: true, mode: 0o700 });
    await removeDeadSocket(target.path);
  }
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
