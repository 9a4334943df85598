import type { AgentClient } from '../cluster/agent/client.js';
import type { BackoffOptions } from '../cluster/backoff.js';
import type { MeasuredContainer } from '../cluster/memory-stats.js';
import { projectPod } from '../cluster/objects.js';
import type { Transport } from '../cluster/transport.js';
import type { Pod } from '../core/kubernetes/objects.js';
import { bestReading, isFresh, type MemorySource } from '../core/memory/reading.js';
import { Agents } from './agents.js';
import { Collection, type CollectionState } from './collection.js';
import type { Interests } from './interests.js';
import { KillBook } from './kills.js';
import { MemorySources, type MemorySourcesTiming, type Unmeasured } from './memory-sources.js';
import { type ContainerFacts, podView } from './pod-views.js';
import { ProcessWatch } from './process-watch.js';
import { Readings } from './readings.js';
import { Samples } from './samples.js';
import type { ValueStore } from './store.js';
import { Throttle } from './throttle.js';
import type { AgentView, KillLog, LabLog, PodView, ProcessList } from './types.js';

export interface PodWatchOptions {
  readonly transport: Transport;
  readonly signal: AbortSignal;
  /** Read one by one where the user may not read all. */
  readonly namespaces: readonly string[];
  readonly pods: ValueStore<readonly PodView[]>;
  readonly agents: ValueStore<readonly AgentView[]>;
  readonly kills: ValueStore<KillLog>;
  readonly processes: ValueStore<ReadonlyMap<string, ProcessList>>;
  readonly interests: Interests;
  readonly memoryTiming: MemorySourcesTiming;
  readonly log: LabLog;
  /** Keys of the experiments that act on a Pod now. */
  readonly experimentsOf: (podKey: string) => readonly string[];
  readonly onState: (state: CollectionState) => void;
  readonly backoff: BackoffOptions;
}

/** Views are told at most four times a second; the last state always. */
const TELL_MS = 250;
/** A kill is waited for: who watches a storm sees it as it happens. */
const TELL_KILLS_MS = 50;
/** How often it is looked at what time alone has changed, ms. */
const TICK_MS = 1_000;

interface Shown {
  readonly pod: Pod;
  readonly experiments: readonly string[];
  readonly view: PodView;
}

/** Pods with their memory and their kills: what the API, the agents' samples and the agents' kills say, joined. */
export class PodWatch {
  readonly #options: PodWatchOptions;
  readonly #collection: Collection<Pod>;
  readonly #agents: Agents;
  readonly #samples = new Samples();
  readonly #readings = new Readings();
  readonly #sources: MemorySources;
  readonly #processes: ProcessWatch;
  readonly #facts: ContainerFacts;
  readonly #book = new KillBook();
  readonly #tellPods = new Throttle(TELL_MS, () => this.#publishPods());
  readonly #tellAgents = new Throttle(TELL_MS, () => this.#options.agents.set(this.#agents.views));
  readonly #tellKills = new Throttle(TELL_KILLS_MS, () => this.#options.kills.set(this.#book.log));
  #shown = new Map<string, Shown>();
  /** Sorted by key. */
  #keys: readonly string[] = [];
  /** Ids of containers and keys of Pods of which there is news since the last telling. */
  #touched = new Set<string>();

  constructor(options: PodWatchOptions) {
    this.#options = options;
    const { transport, signal, backoff } = options;
    this.#collection = new Collection<Pod>({
      transport,
      signal,
      everywhere: '/api/v1/pods',
      within: (namespace) => `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`,
      namespaces: options.namespaces,
      project: projectPod,
      backoff,
      onItems: () => this.#tellPods.request(),
      onState: () => options.onState(this.#collection.state),
    });
    this.#facts = {
      sample: (id) => this.#samples.sample(id),
      kills: (pod, name, id) => this.#samples.kills(pod, name, id),
      memory: (pod, name, id) => {
        const byAgent = id === null ? null : this.#samples.measurement(id);
        const others = this.#readings.of(pod, name);
        return bestReading(byAgent === null ? others : [byAgent, ...others], Date.now());
      },
    };
    this.#sources = new MemorySources({
      transport,
      signal,
      log: options.log,
      timing: options.memoryTiming,
      onMeasured: (source, answer) => this.#measured(source, answer),
    });
    this.#processes = new ProcessWatch({
      signal,
      processes: options.processes,
      clientOf: (id) => this.clientOf(id),
    });
    this.#agents = new Agents({
      transport,
      signal,
      backoff,
      onViews: () => this.#tellAgents.request(),
      onSample: (nodeName, line) => {
        for (const id of this.#samples.add(nodeName, line)) {
          this.#touched.add(id);
        }
        this.#tellPods.request();
      },
      onKill: (kill, origin, { at, live }) => {
        if (!this.#book.add(kill, origin, at)) {
          return;
        }
        this.#tellKills.request();
        const id = kill.pod?.containerId ?? null;
        if (live && id !== null) {
          this.#samples.tell(id);
          this.#touched.add(id);
          this.#tellPods.request();
        }
      },
      onGap: (nodeName, gap) => {
        this.#book.addGap(nodeName, gap);
        this.#tellKills.request();
      },
      onNodeGone: (nodeName) => {
        for (const id of this.#samples.forgetNode(nodeName)) {
          this.#touched.add(id);
        }
        this.#tellPods.request();
      },
    });
  }

  /** What talks to the agent of that node; null where none answers. */
  agentOf(nodeName: string): AgentClient | null {
    return this.#agents.clientOf(nodeName);
  }

  /** The agent beside the container; null where none streams. */
  clientOf(containerId: string): AgentClient | null {
    const nodeName = this.#samples.nodeOf(containerId);
    return nodeName === null ? null : this.#agents.clientOf(nodeName);
  }

  /** Experiments act on other Pods than before. */
  experimentsChanged(): void {
    this.#tellPods.request();
  }

  /** Makes every watch and stream anew. */
  reconnect(): void {
    this.#collection.reconnect();
    this.#agents.reconnect();
  }

  /** Runs until the signal aborts; never rejects. */
  async run(): Promise<void> {
    const { interests } = this.#options;
    const clock = setInterval(() => this.#tick(), TICK_MS);
    const stopListening = interests.onChange(() => this.#look());
    this.#look();
    await this.#collection.run();
    clearInterval(clock);
    stopListening();
    await Promise.all([this.#agents.ended(), this.#sources.ended(), this.#processes.ended()]);
    for (const throttle of [this.#tellPods, this.#tellAgents, this.#tellKills]) {
      throttle.dispose();
    }
  }

  #measured(source: MemorySource, answer: readonly MeasuredContainer[]): void {
    for (const key of this.#readings.add(source, answer, Date.now())) {
      this.#touched.add(key);
    }
    this.#tellPods.request();
  }

  /** Somebody looks at other Pods or containers than before. */
  #look(): void {
    this.#processes.want(this.#options.interests.containers);
    this.#assignSources();
  }

  /** Time alone makes numbers stale, kills old news, and an agent's silence long enough to ask others. */
  #tick(): void {
    const now = Date.now();
    for (const id of this.#samples.settle(now)) {
      this.#touched.add(id);
    }
    for (const [key, { view }] of this.#shown) {
      if (view.containers.some(({ memory }) => memory !== null && !memory.stale && !isFresh(memory, now))) {
        this.#touched.add(key);
      }
    }
    this.#assignSources();
    if (this.#touched.size > 0) {
      this.#tellPods.request();
    }
  }

  /** Has the Pods measured that somebody looks at and no agent measures. */
  #assignSources(): void {
    const now = Date.now();
    const unmeasured: Unmeasured[] = [];
    for (const key of this.#options.interests.pods) {
      const pod = this.#shown.get(key)?.pod;
      const nodeName = pod?.spec.nodeName;
      if (
        nodeName !== undefined &&
        pod?.status?.phase === 'Running' &&
        !this.#samples.covers(nodeName, now)
      ) {
        unmeasured.push({ namespace: pod.metadata.namespace ?? '', nodeName });
      }
    }
    this.#sources.want(unmeasured);
  }

  #publishPods(): void {
    const touched = this.#touched;
    this.#touched = new Set();
    const known = this.#shown.size;
    let met = 0;
    let changed = false;
    // In place: of ten thousand Pods a copy four times a second would cost more than all that changes.
    for (const [key, pod] of this.#collection.items()) {
      const before = this.#shown.get(key);
      if (before !== undefined) {
        met += 1;
      }
      if (before?.pod !== pod) {
        this.#book.learn(pod);
        changed = true;
      }
      const now = this.#show(key, pod, before, touched);
      if (now !== before) {
        this.#shown.set(key, now);
      }
    }
    if (met < known) {
      for (const key of this.#shown.keys()) {
        if (this.#collection.get(key) === undefined) {
          this.#shown.delete(key);
        }
      }
    }
    const sameKeys = met === known && this.#shown.size === known;
    if (!sameKeys) {
      this.#keys = [...this.#shown.keys()].sort();
      this.#samples.keepOnly(new Set([...this.#shown.values()].map(({ pod }) => pod.metadata.uid ?? '')));
      this.#readings.keepOnly(this.#shown);
    }
    if (changed || !sameKeys) {
      this.#agents.sync([...this.#shown.values()].map((one) => one.pod));
      if (this.#book.nameLate()) {
        this.#tellKills.request();
      }
      this.#assignSources();
    }
    const views: PodView[] = [];
    for (const key of this.#keys) {
      const one = this.#shown.get(key);
      if (one !== undefined) {
        views.push(one.view);
      }
    }
    this.#options.pods.set(views);
  }

  #show(key: string, pod: Pod, before: Shown | undefined, touched: ReadonlySet<string>): Shown {
    const experiments = this.#options.experimentsOf(key);
    const same =
      before?.pod === pod &&
      before.experiments === experiments &&
      !touched.has(key) &&
      !before.view.containers.some((one) => one.containerId !== null && touched.has(one.containerId));
    return same ? before : { pod, experiments, view: podView(pod, this.#facts, experiments) };
  }
}
