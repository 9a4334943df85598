import type { AgentClient } from '../cluster/agent/client.js';
import { Backoff, type BackoffOptions, sleep } from '../cluster/backoff.js';
import { networkError } from '../cluster/errors.js';
import type { GapEntry, KillEntry, NodeInfo, SampleLine } from '../protocol/agent/types.js';
import { AgentClock } from './agent-clock.js';
import type { KillOrigin } from './kills.js';
import type { AgentView } from './types.js';

/** How a kill was told. */
export interface KillTold {
  /** When it happened by our own clock, ms since the epoch. */
  readonly at: number;
  /** It happened while we listened; false for what was before. */
  readonly live: boolean;
}

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
  readonly onKill: (kill: KillEntry, origin: KillOrigin, told: KillTold) => void;
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
  #clock = new AgentClock();
  /** Kills that came before the agent dated a message: when they were by our clock is not known yet. */
  #undated: KillEntry[] = [];
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
    const { client, onGap, nodeName } = this.#options;
    this.#undated = [];
    for await (const lines of client.kills(this.#seq, signal)) {
      this.#backoff.reset();
      for (const line of lines) {
        if (line.seq < this.#seq) {
          this.#seq = 0;
          this.#restarts += 1;
          return;
        }
        if (line.type === 'kill') {
          this.#undated.push(line);
          if (this.#clock.isKnown) this.#tellKills(node);
          continue;
        }
        if (line.type === 'heartbeat') {
          this.#clock.hear(line.time, Date.now());
        }
        this.#tellKills(node);
        this.#seq = line.seq;
        if (line.type === 'gap') {
          onGap(nodeName, line);
        } else {
          this.#caughtUp = true;
        }
      }
    }
  }

  #tellKills(node: NodeInfo): void {
    const { onKill, nodeName, id } = this.#options;
    const now = Date.now();
    for (const kill of this.#undated.splice(0)) {
      this.#seq = kill.seq;
      const told = { at: this.#clock.ours(kill.time, now), live: this.#caughtUp };
      onKill(kill, { nodeName, bootId: node.bootId, stream: `${id}.${this.#restarts}` }, told);
    }
  }

  async #readSamples(signal: AbortSignal): Promise<void> {
    const { client, onSample, nodeName } = this.#options;
    for await (const lines of client.memory(SAMPLE_MS, signal)) {
      for (const line of lines) {
        this.#clock.hear(line.time, Date.now());
        onSample(nodeName, line);
      }
    }
  }

  #show(state: AgentView['state'], detail: string | null): void {
    const { podName, nodeName, onView } = this.#options;
    onView({ nodeName, podName, state, detail, node: this.#node });
  }
}
