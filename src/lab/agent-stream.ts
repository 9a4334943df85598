import type { AgentClient } from '../cluster/agent/client.js';
import { Backoff, type BackoffOptions, sleep } from '../cluster/backoff.js';
import { networkError } from '../cluster/errors.js';
import type { GapEntry, KillEntry, NodeInfo, SampleLine } from '../protocol/agent/types.js';
import type { KillOrigin } from './kills.js';
import type { AgentView } from './types.js';

export interface AgentStreamOptions {
  readonly client: AgentClient;
  readonly podName: string;
  /** The node that the Pod was scheduled to. */
  readonly nodeName: string;
  /** Unique for this run of the agent: its sequence numbers start anew with each. */
  readonly id: string;
  readonly signal: AbortSignal;
  readonly onView: (view: AgentView) => void;
  readonly onSample: (nodeName: string, line: SampleLine) => void;
  /** `live`: it happened while we listened; false for what was before. */
  readonly onKill: (kill: KillEntry, origin: KillOrigin, live: boolean) => void;
  readonly onGap: (nodeName: string, gap: GapEntry) => void;
  readonly backoff: BackoffOptions;
}

/** How often containers are measured, ms. */
const SAMPLE_MS = 1000;

/**
 * Follows one agent for as long as its Pod is there: its kills, resumed after the last sequence number, and its
 * samples. An agent that has started over (its numbers are behind ours) is read from its beginning.
 */
export class AgentStream {
  readonly #options: AgentStreamOptions;
  readonly #backoff: Backoff;
  #attempt: AbortController | null = null;
  #node: NodeInfo | null = null;
  #seq = 0;
  /** How often the agent has started over without a new container. */
  #restarts = 0;
  /** Until the first heartbeat everything told is from before. */
  #caughtUp = false;

  constructor(options: AgentStreamOptions) {
    this.#options = options;
    this.#backoff = new Backoff({ baseMs: 500, capMs: 10_000, ...options.backoff });
  }

  /** Breaks the streams, so that they are made anew at once. */
  reconnect(): void {
    this.#attempt?.abort();
  }

  /** Runs until the signal aborts; never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    this.#show('connecting', null);
    while (!signal.aborted) {
      try {
        await this.#follow();
        this.#show('lost', 'the agent has ended its stream');
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        this.#show('lost', networkError(error, 'agent').message);
      }
      await sleep(this.#backoff.next(), signal).catch(() => undefined);
    }
  }

  async #follow(): Promise<void> {
    const { client, signal } = this.#options;
    const attempt = new AbortController();
    this.#attempt = attempt;
    const end = (): void => attempt.abort();
    signal.addEventListener('abort', end, { once: true });
    try {
      this.#node = await client.node(attempt.signal);
      this.#show('live', null);
      // Whichever of the two ends, ends both: half a picture would pass for a whole one.
      const both = [this.#readKills(this.#node, attempt.signal), this.#readSamples(attempt.signal)];
      try {
        await Promise.race(both);
      } finally {
        end();
        await Promise.allSettled(both);
      }
    } finally {
      signal.removeEventListener('abort', end);
      this.#attempt = null;
    }
  }

  async #readKills(node: NodeInfo, signal: AbortSignal): Promise<void> {
    const { client, onKill, onGap, nodeName, id } = this.#options;
    for await (const lines of client.kills(this.#seq, signal)) {
      this.#backoff.reset();
      for (const line of lines) {
        if (line.seq < this.#seq) {
          this.#seq = 0;
          this.#restarts += 1;
          return;
        }
        this.#seq = line.seq;
        if (line.type === 'kill') {
          onKill(line, { nodeName, bootId: node.bootId, stream: `${id}.${this.#restarts}` }, this.#caughtUp);
        } else if (line.type === 'gap') {
          onGap(nodeName, line);
        } else {
          this.#caughtUp = true;
        }
      }
    }
  }

  async #readSamples(signal: AbortSignal): Promise<void> {
    const { client, onSample, nodeName } = this.#options;
    for await (const lines of client.memory(SAMPLE_MS, signal)) {
      for (const line of lines) {
        onSample(nodeName, line);
      }
    }
  }

  #show(state: AgentView['state'], detail: string | null): void {
    const { podName, nodeName, onView } = this.#options;
    onView({ nodeName, podName, state, detail, node: this.#node });
  }
}
