import type { BackoffOptions } from '../cluster/backoff.js';
import { NODES, type NodeFacts, projectNode } from '../cluster/nodes.js';
import { Reflector } from '../cluster/reflector.js';
import type { Transport } from '../cluster/transport.js';
import { isAgentPod } from './agents.js';
import type { ValueStore } from './store.js';
import { Throttle } from './throttle.js';
import type { AgentView, NodeAgent, NodeView, PodView, Store } from './types.js';

export interface NodeWatchOptions {
  readonly transport: Transport;
  readonly signal: AbortSignal;
  readonly backoff: BackoffOptions;
  readonly nodes: ValueStore<readonly NodeView[]>;
  readonly pods: Store<readonly PodView[]>;
  readonly agents: Store<readonly AgentView[]>;
}

/** Nodes change seldom, and Pods often: views are told at most once a second. */
const TELL_MS = 1000;

/** Nodes with their agents; where the user may not list nodes, those that Pods name. */
export class NodeWatch {
  readonly #options: NodeWatchOptions;
  readonly #reflector: Reflector<NodeFacts>;
  readonly #tell: Throttle;
  /** When the agent of a node came into the state it is in, by node and state. */
  readonly #since = new Map<string, { readonly state: string; readonly since: string }>();

  constructor(options: NodeWatchOptions) {
    this.#options = options;
    const { transport, signal, backoff } = options;
    this.#tell = new Throttle(TELL_MS, () => this.#publish());
    this.#reflector = new Reflector<NodeFacts>({
      transport,
      signal,
      backoff,
      path: NODES,
      project: projectNode,
      onItems: () => this.#tell.request(),
      onState: () => this.#tell.request(),
    });
  }

  reconnect(): void {
    this.#reflector.reconnect();
  }

  /** Runs until the signal aborts; never rejects. */
  async run(): Promise<void> {
    const { pods, agents } = this.#options;
    const request = (): void => this.#tell.request();
    const stops = [pods.subscribe(request), agents.subscribe(request)];
    await this.#reflector.run();
    for (const stop of stops) stop();
    this.#tell.dispose();
  }

  #publish(): void {
    const { nodes, pods, agents } = this.#options;
    const listed = this.#reflector.items;
    const agentPods = pods.get().filter(({ pod }) => isAgentPod(pod));
    const known = new Map<string, NodeFacts | null>(listed);
    if (listed.size === 0) {
      for (const { pod } of pods.get())
        if (pod.spec.nodeName !== undefined) known.set(pod.spec.nodeName, null);
    }
    const views = [...known].map(([name, facts]): NodeView => {
      const view = agents.get().find((agent) => agent.nodeName === name);
      const pod = agentPods.find((one) => one.pod.spec.nodeName === name);
      return { name, facts, agent: this.#timed(name, nodeAgent(view, pod)) };
    });
    for (const name of this.#since.keys()) if (!known.has(name)) this.#since.delete(name);
    nodes.set(views.sort((a, b) => (a.name < b.name ? -1 : 1)));
  }

  #timed(name: string, agent: Omit<NodeAgent, 'since'>): NodeAgent {
    const before = this.#since.get(name);
    if (before?.state === agent.state) return { ...agent, since: before.since };
    const since = new Date().toISOString();
    this.#since.set(name, { state: agent.state, since });
    return { ...agent, since };
  }
}

function nodeAgent(view: AgentView | undefined, pod: PodView | undefined): Omit<NodeAgent, 'since'> {
  if (view !== undefined) {
    const { state, podName, detail, node } = view;
    return { state, podName, detail, info: node };
  }
  if (pod === undefined) return { state: 'missing', podName: null, detail: null, info: null };
  const leaving = pod.pod.metadata.deletionTimestamp !== undefined;
  const trouble = pod.containers.find((container) => container.state !== 'Running')?.state ?? null;
  return { state: leaving ? 'leaving' : 'installing', podName: pod.name, detail: trouble, info: null };
}
