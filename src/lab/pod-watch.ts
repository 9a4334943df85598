import type { BackoffOptions } from '../cluster/backoff.js';
import { projectPod } from '../cluster/objects.js';
import type { Transport } from '../cluster/transport.js';
import type { Pod } from '../core/kubernetes/objects.js';
import { Agents } from './agents.js';
import { Collection, type CollectionState } from './collection.js';
import { KillBook } from './kills.js';
import { podView } from './pod-views.js';
import { Samples } from './samples.js';
import type { ValueStore } from './store.js';
import { Throttle } from './throttle.js';
import type { AgentView, KillLog, PodView } from './types.js';

export interface PodWatchOptions {
  readonly transport: Transport;
  readonly signal: AbortSignal;
  readonly pods: ValueStore<readonly PodView[]>;
  readonly agents: ValueStore<readonly AgentView[]>;
  readonly kills: ValueStore<KillLog>;
  /** Keys of the experiments that act on a Pod now. */
  readonly experimentsOf: (podKey: string) => readonly string[];
  readonly onState: (state: CollectionState) => void;
  readonly backoff: BackoffOptions;
}

/** Views are told at most four times a second; the last state always. */
const TELL_MS = 250;

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
  readonly #book = new KillBook();
  readonly #tellPods = new Throttle(TELL_MS, () => this.#publishPods());
  readonly #tellAgents = new Throttle(TELL_MS, () => this.#options.agents.set(this.#agents.views));
  readonly #tellKills = new Throttle(TELL_MS, () => this.#options.kills.set(this.#book.log));
  #shown = new Map<string, Shown>();
  /** Containers with a new sample or kill since the last telling. */
  #touched = new Set<string>();

  constructor(options: PodWatchOptions) {
    this.#options = options;
    const { transport, signal, backoff } = options;
    this.#collection = new Collection<Pod>({
      transport,
      signal,
      everywhere: '/api/v1/pods',
      within: (namespace) => `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`,
      namespaces: [transport.access.namespace],
      project: projectPod,
      backoff,
      onItems: () => this.#tellPods.request(),
      onState: () => options.onState(this.#collection.state),
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
      onKill: (kill, origin, live) => {
        if (!this.#book.add(kill, origin)) {
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
    await this.#collection.run();
    await this.#agents.ended();
    for (const throttle of [this.#tellPods, this.#tellAgents, this.#tellKills]) {
      throttle.dispose();
    }
  }

  #publishPods(): void {
    const touched = this.#touched;
    this.#touched = new Set();
    const shown = new Map<string, Shown>();
    const uids = new Set<string>();
    let changed = false;
    for (const [key, pod] of this.#collection.items()) {
      const before = this.#shown.get(key);
      uids.add(pod.metadata.uid ?? '');
      if (before?.pod !== pod) {
        this.#book.learn(pod);
        changed = true;
      }
      shown.set(key, this.#show(key, pod, before, touched));
    }
    if (changed || shown.size !== this.#shown.size) {
      this.#samples.keepOnly(uids);
      this.#agents.sync([...shown.values()].map((one) => one.pod));
      if (this.#book.nameLate()) {
        this.#tellKills.request();
      }
    }
    this.#shown = shown;
    const views = [...shown.values()].map((one) => one.view);
    this.#options.pods.set(views.sort((a, b) => (a.key < b.key ? -1 : 1)));
  }

  #show(key: string, pod: Pod, before: Shown | undefined, touched: ReadonlySet<string>): Shown {
    const experiments = this.#options.experimentsOf(key);
    const same =
      before?.pod === pod &&
      before.experiments === experiments &&
      !before.view.containers.some((one) => one.containerId !== null && touched.has(one.containerId));
    return same ? before : { pod, experiments, view: podView(pod, this.#samples, experiments) };
  }
}
