import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { NodeInfo, ProcessInfo } from '../../protocol/agent/types.js';
import type { CgroupRegistry } from '../cgroup/registry.js';
import type { EntryRing } from '../ledger/ring.js';
import { initOf, pidsByNamespace } from '../node/proc.js';
import { readProcess } from '../node/processes.js';
import type { Sampler } from '../sampler.js';
import { readPlan } from '../stress/plan.js';
import type { StressRunner } from '../stress/runner.js';
import { readJson } from './body.js';
import { refuseBrowsers } from './guard.js';
import { HttpProblem, sendJson, sendProblem } from './problem.js';
import { containerIds, flag, interval, isContainerId, sequence } from './query.js';
import { streamKills, streamSamples } from './streams.js';

/** What the API is about. */
export interface AgentParts {
  readonly registry: CgroupRegistry;
  readonly ring: EntryRing;
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
  readonly path: RegExp;
  readonly methods: Readonly<Record<string, Handler>>;
}

const ROUTES: readonly Route[] = [
  { path: /^\/healthz$/, methods: { GET: (_, { response }) => sendJson(response, 200, { status: 'ok' }) } },
  { path: /^\/v1\/node$/, methods: { GET: (parts, { response }) => sendJson(response, 200, parts.node()) } },
  { path: /^\/v1\/kills$/, methods: { GET: kills } },
  { path: /^\/v1\/memory$/, methods: { GET: memory } },
  { path: /^\/v1\/containers\/([^/]+)\/processes$/, methods: { GET: processes } },
  { path: /^\/v1\/stress$/, methods: { GET: listStress, POST: startStress } },
  { path: /^\/v1\/stress\/([^/]+)$/, methods: { GET: showStress, DELETE: stopStress } },
];

function kills({ ring }: AgentParts, { response, query, signal }: Exchange): Promise<void> {
  const request = { since: sequence(query, 'since', 0), follow: flag(query, 'follow') };
  return streamKills(response, ring, request, signal);
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
  const target = request.url ?? '/';
  if (!URL.canParse(target, 'http://localhost'))
    throw new HttpProblem(400, 'The request target is no valid path.');
  const url = new URL(target, 'http://localhost');
  for (const { path, methods } of ROUTES) {
    const match = path.exec(url.pathname);
    if (!match) continue;
    const handler = methods[request.method ?? ''];
    if (!handler) throw new HttpProblem(405, `${url.pathname} takes ${Object.keys(methods).join(', ')}.`);
    await handler(parts, { request, response, query: url.searchParams, parameter: decode(match[1]), signal });
    return;
  }
  throw new HttpProblem(404, `There is no ${url.pathname}; the paths are described in docs/agent-api.md.`);
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
  return createServer({ keepAliveTimeout: 5000, requestTimeout: 30_000 }, (request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    answer(parts, request, response, gone.signal).catch((error: unknown) => {
      if (gone.signal.aborted) return;
      const status = error instanceof HttpProblem ? error.status : 500;
      const detail = error instanceof Error ? error.message : String(error);
      sendProblem(response, status, detail);
    });
  });
}
