import { AgentClient } from '../cluster/agent/client.js';
import type { BackoffOptions } from '../cluster/backoff.js';
import { portForward } from '../cluster/portforward.js';
import type { Transport } from '../cluster/transport.js';
import type { Pod } from '../core/kubernetes/objects.js';
import {
  AGENT_POD_LABELS,
  AGENT_PORT,
  type GapEntry,
  type KillEntry,
  type SampleLine,
} from '../protocol/agent/types.js';
import { AgentStream, type KillTold } from './agent-stream.js';
import type { KillOrigin } from './kills.js';
import type { AgentView } from './types.js';

export interface AgentsOptions {
  readonly transport: Transport;
  readonly signal: AbortSignal;
  readonly onViews: () => void;
  readonly onSample: (nodeName: string, line: SampleLine) => void;
  readonly onKill: (kill: KillEntry, origin: KillOrigin, told: KillTold) => void;
  readonly onGap: (nodeName: string, gap: GapEntry) => void;
  /** No agent runs on that node any more. */
  readonly onNodeGone: (nodeName: string) => void;
  readonly backoff: BackoffOptions;
}

interface Followed {
  readonly nodeName: string;
  readonly client: AgentClient;
  readonly stream: AgentStream;
  readonly controller: AbortController;
  readonly done: Promise<void>;
  view: AgentView | null;
}

/** Keeps a stream to every agent Pod that runs, and to no other. */
export class Agents {
  readonly #options: AgentsOptions;
  readonly #followed = new Map<string, Followed>();
  readonly #ending = new Set<Promise<void>>();

  constructor(options: AgentsOptions) {
    this.#options = options;
  }

  get views(): readonly AgentView[] {
    return [...this.#followed.values()].map((one) => one.view).filter((view) => view !== null);
  }

  /** What talks to the agent of that node; null where none answers. */
  clientOf(nodeName: string): AgentClient | null {
    const live = [...this.#followed.values()].find(
      (one) => one.nodeName === nodeName && one.view?.state === 'live',
    );
    return live?.client ?? null;
  }

  /** Follows these agents and ends the streams of all others. */
  sync(pods: Iterable<Pod>): void {
    const wanted = new Map<string, Pod>();
    for (const pod of pods) {
      if (isRunningAgent(pod)) {
        wanted.set(runId(pod), pod);
      }
    }
    for (const [id, pod] of wanted) {
      if (!this.#followed.has(id)) {
        this.#follow(id, pod);
      }
    }
    // Last, so that the node of an agent that was replaced is not taken for one without any.
    for (const [id, followed] of this.#followed) {
      if (!wanted.has(id)) {
        this.#end(id, followed);
      }
    }
  }

  reconnect(): void {
    for (const followed of this.#followed.values()) {
      followed.stream.reconnect();
    }
  }

  /** Resolves when all streams have ended; the signal ends them. */
  async ended(): Promise<void> {
    await Promise.all([...[...this.#followed.values()].map((one) => one.done), ...this.#ending]);
  }

  #follow(id: string, pod: Pod): void {
    const { transport, signal, onViews, onSample, onKill, onGap, backoff } = this.#options;
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    signal.addEventListener('abort', abort, { once: true });
    const target = { namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name, port: AGENT_PORT };
    const nodeName = pod.spec.nodeName ?? '';
    const client = new AgentClient((ends) => portForward(transport, target, ends));
    const stream = new AgentStream({
      client,
      id,
      podName: pod.metadata.name,
      nodeName,
      signal: controller.signal,
      backoff,
      onSample,
      onKill,
      onGap,
      onView: (view) => {
        const followed = this.#followed.get(id);
        if (followed !== undefined) {
          followed.view = view;
          onViews();
        }
      },
    });
    // The stream begins only once it is on the list, so that its first view has its place.
    const done = Promise.resolve()
      .then(() => stream.run())
      .finally(() => signal.removeEventListener('abort', abort));
    this.#followed.set(id, { nodeName, client, stream, controller, done, view: null });
  }

  #end(id: string, followed: Followed): void {
    this.#followed.delete(id);
    followed.controller.abort();
    this.#ending.add(followed.done);
    void followed.done.finally(() => this.#ending.delete(followed.done));
    if (![...this.#followed.values()].some((one) => one.nodeName === followed.nodeName)) {
      this.#options.onNodeGone(followed.nodeName);
    }
    this.#options.onViews();
  }
}

const LABELS = Object.entries(AGENT_POD_LABELS);

export function isAgentPod({ metadata }: Pod): boolean {
  return LABELS.every(([key, value]) => metadata.labels?.[key] === value);
}

function isRunningAgent(pod: Pod): boolean {
  return isAgentPod(pod) && pod.status?.phase === 'Running' && pod.metadata.deletionTimestamp === undefined;
}

/** A restarted agent is another one: its sequence numbers start anew. */
function runId(pod: Pod): string {
  const container = pod.status?.containerStatuses?.[0]?.containerID ?? '';
  return `${pod.metadata.uid ?? pod.metadata.name}/${container}`;
}
