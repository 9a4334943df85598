import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { KillEntry, NodeInfo, ProcessInfo } from '../../protocol/agent/types.js';
import type { CgroupRegistry } from '../cgroup/registry.js';
import type { EntryRing } from '../ledger/ring.js';
import { initOf, pidsByNamespace } from '../node/proc.js';
import { readProcess } from '../node/processes.js';
import type { KernelReports } from '../reports/kernel-reports.js';
import type { Sampler } from '../sampler.js';
import { readPlan } from '../stress/plan.js';
import type { StressRunner } from '../stress/runner.js';
import { readJson } from './body.js';
import { refuseBrowsers } from './guard.js';
import { endWithProblem, HttpProblem, refuseMalformed, sendJson, sendProblem, sendText } from './problem.js';
import { containerIds, flag, interval, isContainerId, refuseUnknown, sequence } from './query.js';
import { streamKills, streamSamples } from './streams.js';

/** What the API is about. */
export interface AgentParts {
  readonly registry: CgroupRegistry;
  readonly ring: EntryRing;
  readonly reports: KernelReports;
  readonly sampler: Sampler;
  /** Null without --allow-stress. */
  readonly stress: StressRunner | null;
  node(): NodeInfo;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  readonly parameter: string;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
}

type Handler = (parts: AgentParts, exchange: Exchange) => void | Promise<void>;

interface Route {
  readonly name: string;
  readonly path: RegExp;
  /** Names in the query. */
  readonly parameters?: readonly string[];
  readonly methods: Readonly<Partial<Record<'GET' | 'POST' | 'DELETE', Handler>>>;
}

const ROUTES: readonly Route[] = [
  {
    name: '/healthz',
    path: /^\/healthz$/,
    methods: { GET: (_, { response }) => sendJson(response, 200, { status: 'ok' }) },
  },
  {
    name: '/v1/node',
    path: /^\/v1\/node$/,
    methods: { GET: (parts, { response }) => sendJson(response, 200, parts.node()) },
  },
  { name: '/v1/kills', path: /^\/v1\/kills$/, parameters: ['since', 'follow'], methods: { GET: kills } },
  { name: '/v1/kills/SEQ/report', path: /^\/v1\/kills\/([^/]+)\/report$/, methods: { GET: killReport } },
  {
    name: '/v1/memory',
    path: /^\/v1\/memory$/,
    parameters: ['interval', 'containers'],
    methods: { GET: memory },
  },
  {
    name: '/v1/containers/ID/processes',
    path: /^\/v1\/containers\/([^/]+)\/processes$/,
    methods: { GET: processes },
  },
  { name: '/v1/stress', path: /^\/v1\/stress$/, methods: { GET: listStress, POST: startStress } },
  {
    name: '/v1/stress/ID',
    path: /^\/v1\/stress\/([^/]+)$/,
    methods: { GET: showStress, DELETE: stopStress },
  },
];

function kills({ ring }: AgentParts, { response, query, signal }: Exchange): Promise<void> {
  const request = { since: sequence(query, 'since', 0), follow: flag(query, 'follow') };
  return streamKills(response, ring, request, signal);
}

function killReport({ ring, reports }: AgentParts, { response, parameter }: Exchange): void {
  if (!/^\d{1,15}$/.test(parameter))
    throw new HttpProblem(400, 'A kill is named by its seq, a whole number.');
  const seq = Number(parameter);
  const stored = ring.after(seq - 1, 1).find((entry) => entry.seq === seq);
  const kill = stored && (JSON.parse(stored.line) as Partial<KillEntry>);
  if (kill?.type !== 'kill') throw new HttpProblem(404, `No kill ${seq} is kept any more.`);
  const { bootSeconds, victim } = kill;
  const text = bootSeconds == null || victim == null ? null : reports.text(bootSeconds, victim.pid);
  if (text === null) throw new HttpProblem(404, `The kernel's report of kill ${seq} is not kept.`);
  sendText(response, 200, text);
}

function memory({ sampler }: AgentParts, { response, query, signal }: Exchange): Promise<void> {
  const ids = containerIds(query, 'containers');
  const intervalMs = interval(query, 'interval');
  return streamSamples(response, () => sampler.line(ids), intervalMs, signal);
}

function processes({ registry, stress }: AgentParts, { response, parameter }: Exchange): void {
  if (!isContainerId(parameter)) throw new HttpProblem(400, 'A container id is 64 hexadecimal digits.');
  const container = registry.container(parameter);
  if (!container) throw new HttpProblem(404, `No container ${parameter} runs on this node.`);
  const owners = stress?.runByPid() ?? new Map<number, string>();
  const pids = registry.access.pids(container.path);
  const depth = pidsByNamespace(initOf(pids.filter((pid) => !owners.has(pid))) ?? process.pid).length - 1;
  const found: ProcessInfo[] = pids
    .map((pid) => readProcess(pid, depth, owners.get(pid) ?? null))
    .filter((it) => it !== null);
  sendJson(response, 200, found);
}

function stressOf(parts: AgentParts): StressRunner {
  if (parts.stress) return parts.stress;
  throw new HttpProblem(403, 'This agent only watches: it was started without --allow-stress.');
}

function listStress(parts: AgentParts, { response }: Exchange): void {
  sendJson(response, 200, stressOf(parts).list());
}

async function startStress(parts: AgentParts, { request, response }: Exchange): Promise<void> {
  const stress = stressOf(parts);
  const { run, created } = await stress.start(readPlan(await readJson(request)));
  sendJson(response, created ? 201 : 200, run);
}

function showStress(parts: AgentParts, { response, parameter }: Exchange): void {
  const run = stressOf(parts).get(parameter);
  if (!run) throw new HttpProblem(404, `There is no stress run ${parameter}.`);
  sendJson(response, 200, run);
}

async function stopStress(parts: AgentParts, { response, parameter }: Exchange): Promise<void> {
  sendJson(response, 200, await stressOf(parts).stop(parameter));
}

async function answer(
  parts: AgentParts,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  refuseBrowsers(request);
  // Read as it came: whatever a URL parser would make of dots, backslashes or another host is no path of ours.
  const target = request.url ?? '';
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1));
  for (const route of ROUTES) {
    const match = route.path.exec(path);
    if (!match) continue;
    const handler = route.methods[request.method as keyof Route['methods']];
    if (!handler) {
      const allowed = Object.keys(route.methods).join(', ');
      response.setHeader('allow', allowed);
      throw new HttpProblem(405, `${route.name} takes ${allowed}.`);
    }
    refuseUnknown(query, route.parameters ?? []);
    await handler(parts, { request, response, query, parameter: decode(match[1]), signal });
    return;
  }
  throw new HttpProblem(404, 'There is no such path; docs/agent-api.md describes those that there are.');
}

function decode(text: string | undefined): string {
  try {
    return decodeURIComponent(text ?? '');
  } catch {
    throw new HttpProblem(400, 'The request target is not valid percent-encoding.');
  }
}

/** The agent's HTTP API, not listening yet. */
export function createAgentServer(parts: AgentParts): Server {
  // A request without a Host is refused like one with a foreign Host, and not by Node, which sends no problem.
  const options = { keepAliveTimeout: 5000, requestTimeout: 30_000, requireHostHeader: false };
  const server = createServer(options, (request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    answer(parts, request, response, gone.signal).catch((error: unknown) => {
      if (gone.signal.aborted) return;
      const status = error instanceof HttpProblem ? error.status : 500;
      const detail = error instanceof Error ? error.message : String(error);
      sendProblem(response, status, detail);
    });
  });
  server.on('clientError', refuseMalformed);
  server.on('checkExpectation', (_request, response) =>
    sendProblem(response, 417, 'The agent knows no expectation but 100-continue.'),
  );
  // Without a listener Node drops a CONNECT without a word.
  server.on('connect', (_request, socket) =>
    endWithProblem(socket, 405, 'The agent is no proxy: it does not take CONNECT.'),
  );
  return server;
}
