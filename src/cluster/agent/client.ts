import http from 'node:http';
import type { Duplex } from 'node:stream';
import {
  AGENT_API_VERSION,
  AGENT_PORT,
  type KillStreamLine,
  type NodeInfo,
  type ProcessInfo,
  type SampleLine,
  type StressPlan,
  type StressRun,
} from '../../protocol/agent/types.js';
import { asRecord, asString } from '../decode.js';
import { aborted, ClusterError, networkError, statusError } from '../errors.js';
import { lineBatches, parseLine } from '../ndjson.js';
import { decodeKillLine, decodeNodeInfo, decodeProcesses, decodeSampleLine } from './decode.js';
import { decodeStressRun, decodeStressRuns } from './decode-stress.js';

/** Opens a fresh byte stream to the agent's port. */
export type OpenTunnel = (signal: AbortSignal) => Promise<Duplex>;

const ANSWER_MS = 15_000;
const MAX_BODY_BYTES = 8 << 20;
const MAX_LINE_BYTES = 8 << 20;
/** The agent sends a heartbeat every five seconds: a stream silent for so long is dead, ms. */
const SILENCE_MS = 20_000;

/** The agent's HTTP API over a tunnel per request. Every answer is checked field by field before it goes on. */
export class AgentClient {
  readonly #open: OpenTunnel;

  constructor(open: OpenTunnel) {
    this.#open = open;
  }

  /** Throws ClusterError, as every method here does. */
  async node(signal: AbortSignal): Promise<NodeInfo> {
    return decodeNodeInfo(await this.#json('/node', signal));
  }

  async processes(containerId: string, signal: AbortSignal): Promise<readonly ProcessInfo[]> {
    return decodeProcesses(
      await this.#json(`/containers/${encodeURIComponent(containerId)}/processes`, signal),
    );
  }

  /** The raw kernel report of this kill; null where the agent has none, or is too old to keep any. */
  async killReport(seq: number, signal: AbortSignal): Promise<string | null> {
    try {
      return await this.#text(`/kills/${seq}/report`, signal);
    } catch (error) {
      if (error instanceof ClusterError && error.status === 404) return null;
      throw error;
    }
  }

  /** All stress runs that it keeps, those that are over too. */
  async stressRuns(signal: AbortSignal): Promise<readonly StressRun[]> {
    return decodeStressRuns(await this.#json('/stress', signal));
  }

  /** Starts a run; the plan of one that runs already renews its lease. */
  async startStress(plan: StressPlan, signal: AbortSignal): Promise<StressRun> {
    return decodeStressRun(
      await this.#json('/stress', signal, { method: 'POST', body: JSON.stringify(plan) }),
    );
  }

  /** Ends a run and answers when nothing of it is left; null where there is none (any more). */
  async stopStress(id: string, signal: AbortSignal): Promise<StressRun | null> {
    try {
      const path = `/stress/${encodeURIComponent(id)}`;
      return decodeStressRun(await this.#json(path, signal, { method: 'DELETE', body: '' }));
    } catch (error) {
      if (error instanceof ClusterError && error.status === 404) return null;
      throw error;
    }
  }

  /** Kills, gaps and heartbeats after the sequence number, then those that come, in batches. */
  async *kills(since: number, signal: AbortSignal): AsyncGenerator<readonly KillStreamLine[]> {
    const path = `/kills?since=${since}&follow=1`;
    for await (const lines of this.#lines(path, SILENCE_MS, signal)) {
      yield lines.map((line) => decodeKillLine(parseLine(line)));
    }
  }

  /** Samples of all containers every so many ms, in batches. */
  async *memory(intervalMs: number, signal: AbortSignal): AsyncGenerator<readonly SampleLine[]> {
    const path = `/memory?interval=${intervalMs}`;
    for await (const lines of this.#lines(path, SILENCE_MS + intervalMs, signal)) {
      yield lines.map((line) => decodeSampleLine(parseLine(line)));
    }
  }

  async *#lines(path: string, silenceMs: number, signal: AbortSignal): AsyncGenerator<string[]> {
    const exchange = await this.#request(path, signal);
    const timer = setTimeout(() => exchange.fail(silent(silenceMs)), silenceMs);
    try {
      for await (const lines of lineBatches(exchange.response, MAX_LINE_BYTES)) {
        timer.refresh();
        yield lines;
      }
    } catch (error) {
      throw exchange.explain(error);
    } finally {
      clearTimeout(timer);
      exchange.close();
    }
  }

  async #json(path: string, signal: AbortSignal, ask: Ask = GET): Promise<unknown> {
    const text = await this.#text(path, signal, ask);
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new ClusterError('protocol', "the agent's answer is not JSON", { cause: error });
    }
  }

  async #text(path: string, signal: AbortSignal, ask: Ask = GET): Promise<string> {
    const exchange = await this.#request(path, signal, ask);
    const timer = setTimeout(() => exchange.fail(silent(ANSWER_MS)), ANSWER_MS);
    try {
      return await readText(exchange.response);
    } catch (error) {
      throw exchange.explain(error);
    } finally {
      clearTimeout(timer);
      exchange.close();
    }
  }

  async #request(path: string, signal: AbortSignal, ask: Ask = GET): Promise<Exchange> {
    const tunnel = await this.#open(signal);
    const exchange = new Exchange(tunnel, signal);
    const timer = setTimeout(() => exchange.fail(silent(ANSWER_MS)), ANSWER_MS);
    try {
      await exchange.start(`/v${AGENT_API_VERSION}${path}`, ask);
      return exchange;
    } catch (error) {
      exchange.close();
      throw exchange.explain(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

interface Ask {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** JSON; empty: none. */
  readonly body: string;
}

const GET: Ask = { method: 'GET', body: '' };

/** One request and its answer on a tunnel of their own. */
class Exchange {
  readonly #tunnel: Duplex;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.fail(aborted());
  #response: http.IncomingMessage | null = null;
  #failure: ClusterError | null = null;

  constructor(tunnel: Duplex, signal: AbortSignal) {
    this.#tunnel = tunnel;
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort, { once: true });
    tunnel.on('error', (error) => {
      this.#failure ??= networkError(error, 'agent');
    });
    if (signal.aborted) {
      this.fail(aborted());
    }
  }

  get response(): http.IncomingMessage {
    if (this.#response === null) {
      throw new ClusterError('protocol', 'the agent has not answered yet');
    }
    return this.#response;
  }

  async start(path: string, { method, body }: Ask): Promise<void> {
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      // Not http.request: VS Code replaces it by one that goes by its proxy settings and ignores createConnection.
      const request = new http.ClientRequest({
        createConnection: () => this.#tunnel,
        // The agent answers only to loopback names: it must never be reachable as anything else.
        headers: {
          host: `localhost:${AGENT_PORT}`,
          accept: 'application/json, application/x-ndjson, text/plain',
          ...(body !== '' && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          }),
        },
        method,
        path,
      });
      request.once('response', resolve);
      request.on('error', reject);
      request.end(body);
    });
    this.#response = response;
    if (response.statusCode !== 200 && response.statusCode !== 201) {
      const text = await readText(response);
      throw problem(response.statusCode ?? 0, text);
    }
  }

  fail(error: ClusterError): void {
    this.#failure ??= error;
    this.#tunnel.destroy();
  }

  explain(error: unknown): ClusterError {
    if (this.#failure !== null) {
      return this.#failure;
    }
    return networkError(error, 'agent');
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#tunnel.destroy();
  }
}

/** The error of a Problem (RFC 9457) or of whatever came instead. */
function problem(status: number, body: string): ClusterError {
  const error = statusError(status, body);
  let detail: string | null = null;
  try {
    detail = asString(asRecord(JSON.parse(body))?.['detail']);
  } catch {
    // Not a Problem: the text as it came will do.
  }
  return new ClusterError(error.kind, `agent: ${detail ?? error.message}`, { status });
}

function silent(ms: number): ClusterError {
  return new ClusterError('timeout', `the agent was silent for ${ms / 1000} s`);
}

async function readText(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new ClusterError('protocol', `the agent's answer is longer than ${MAX_BODY_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
