import { type ClientRequest, request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Problem, StressPlan, StressRun } from '../../protocol/agent/types.js';

/** Opens a connection to the node agent of a node. Throws Error where there is none. */
export type AgentConnector = (nodeName: string) => Promise<Duplex>;

/** What the controller needs of the node agents. */
export interface StressAgent {
  /** Starts a run; the same plan again is harmless. Throws Error with the agent's own words. */
  start(nodeName: string, plan: StressPlan): Promise<StressRun>;
  /** Ends a run and waits until it is gone; one that is not there (any more) is fine. Throws Error. */
  stop(nodeName: string, id: string): Promise<void>;
}

/** How long the agent may take for one answer, ms (Chaos Mesh gives its daemon a minute). */
const TIMEOUT_MS = 60_000;

/** Starts and ends stress runs through the agent of the target's node, as Chaos Mesh does through its daemon. */
export class AgentClient implements StressAgent {
  readonly #connect: AgentConnector;

  constructor(connect: AgentConnector) {
    this.#connect = connect;
  }

  async start(nodeName: string, plan: StressPlan): Promise<StressRun> {
    const answer = await this.#ask(nodeName, 'POST', '/v1/stress', plan);
    if (answer.status >= 300) throw new Error(problemText(answer));
    return JSON.parse(answer.text) as StressRun;
  }

  async stop(nodeName: string, id: string): Promise<void> {
    const answer = await this.#ask(nodeName, 'DELETE', `/v1/stress/${encodeURIComponent(id)}`, null);
    if (answer.status >= 300 && answer.status !== 404) throw new Error(problemText(answer));
  }

  async #ask(nodeName: string, method: string, path: string, body: StressPlan | null): Promise<Answer> {
    const socket = await this.#connect(nodeName);
    const text = body === null ? '' : JSON.stringify(body);
    const headers = {
      Host: 'localhost',
      Connection: 'close',
      ...(body === null
        ? {}
        : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
    };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const options = { method, path, headers, signal, createConnection: () => socket };
    try {
      return await answerOf(request(options), socket, text);
    } finally {
      socket.destroy();
    }
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function answerOf(sent: ClientRequest, socket: Duplex, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    sent.on('error', reject);
    sent.on('socket', () => socket.resume());
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => void chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    sent.end(body);
  });
}

function problemText({ status, text }: Answer): string {
  try {
    const problem = JSON.parse(text) as Partial<Problem>;
    if (typeof problem.detail === 'string') return problem.detail;
  } catch {
    // Not a problem document: its status must do.
  }
  return `the node agent answered ${status}`;
}
