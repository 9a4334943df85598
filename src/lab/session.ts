import type { AgentClient } from '../cluster/agent/client.js';
import type { BackoffOptions } from '../cluster/backoff.js';
import type { ClusterAccess } from '../cluster/kubeconfig/load.js';
import type { AccessRight } from '../cluster/manage.js';
import { Transport } from '../cluster/transport.js';
import type { StressChaos } from '../core/kubernetes/objects.js';
import type { Surroundings } from '../core/kubernetes/surroundings.js';
import { AgentEngine } from './agent-engine.js';
import { type AgentInstallerTiming, ClusterAgentInstaller } from './agent-installer.js';
import { isAgentPod } from './agents.js';
import { ArrivalBook } from './arrivals.js';
import { ChaosEngine } from './chaos-engine.js';
import { ConnectionTracker } from './connection.js';
import { engineChoice, type FoundChaosMesh } from './engine-choice.js';
import { labError } from './errors.js';
import { ExperimentActions, type ExperimentEngine } from './experiment-actions.js';
import { ExperimentBook } from './experiment-book.js';
import { DELETION, type DeletionTiming } from './experiment-hang.js';
import { agentRights, chaosMeshRights } from './experiment-rights.js';
import { ExperimentWatch } from './experiment-watch.js';
import { Heartbeat, type HeartbeatTiming } from './heartbeat.js';
import type { HistoryBook } from './history.js';
import type { Interests } from './interests.js';
import { Leftovers } from './leftovers.js';
import type { MemorySourcesTiming } from './memory-sources.js';
import { NodeWatch } from './node-watch.js';
import { outsideNumbers } from './outside-numbers.js';
import { PodAccess } from './pod-access.js';
import { PodWatch } from './pod-watch.js';
import { ProbeWatch } from './probe-watch.js';
import { Reinjector } from './reinjector.js';
import { missingRights } from './rights.js';
import type { ValueStore } from './store.js';
import { StressRunWatch } from './stress-run-watch.js';
import { type SurroundingsInterests, SurroundingsWatch } from './surroundings.js';
import type {
  AgentView,
  ConnectionState,
  DisconnectPolicy,
  EngineChoice,
  EngineKind,
  EnginePreference,
  ExperimentView,
  KillLog,
  LabLog,
  MemoryBaselines,
  MissingRights,
  NamedKill,
  NodeView,
  OutsideNumbers,
  PodView,
  ProcessList,
  ReinjectPolicy,
  StopReport,
} from './types.js';

/** How patient a lab is; the defaults suit people and clusters. */
export interface LabTiming {
  readonly heartbeat?: HeartbeatTiming;
  readonly memory?: MemorySourcesTiming;
  readonly agent?: AgentInstallerTiming;
  readonly backoff?: BackoffOptions;
  readonly deletion?: DeletionTiming;
  /** How often the kubeconfig's files are looked at, ms. */
  readonly kubeconfigMs?: number;
}

/** How often it is looked at what time alone makes of a stress, ms. */
const ARRIVALS_MS = 1_000;

/** What a session tells. */
export interface LabStores {
  readonly connection: ValueStore<ConnectionState>;
  readonly engine: ValueStore<EngineChoice>;
  readonly pods: ValueStore<readonly PodView[]>;
  readonly agents: ValueStore<readonly AgentView[]>;
  readonly nodes: ValueStore<readonly NodeView[]>;
  readonly kills: ValueStore<KillLog>;
  readonly experiments: ValueStore<readonly ExperimentView[]>;
  readonly processes: ValueStore<ReadonlyMap<string, ProcessList>>;
  readonly surroundings: ValueStore<Surroundings>;
  readonly history: HistoryBook;
  readonly baselines: MemoryBaselines;
}

export interface SessionOptions {
  readonly access: ClusterAccess;
  readonly stores: LabStores;
  readonly interests: Interests;
  readonly surroundingsInterests: SurroundingsInterests;
  readonly log: LabLog;
  readonly timing: LabTiming;
  /** Read beside the context's own where the user may not read all. */
  readonly namespaces: readonly string[];
  readonly engine: EnginePreference;
  readonly reinject: () => ReinjectPolicy;
  readonly onDisconnect: DisconnectPolicy;
  readonly signal: AbortSignal;
}

/** Everything that runs while one talks to one cluster as one user. */
export class Session {
  readonly chaosMesh: ChaosEngine;
  readonly experiments: ExperimentActions;
  readonly reinjector: Reinjector;
  readonly agentInstaller: ClusterAgentInstaller;
  readonly access: PodAccess;
  readonly server: string;
  readonly #transport: Transport;
  readonly #tracker: ConnectionTracker;
  readonly #stores: LabStores;
  readonly #preference: EnginePreference;
  readonly #book: ExperimentBook;
  readonly #experiments: ExperimentWatch;
  readonly #arrivals: ArrivalBook;
  readonly #runs: StressRunWatch;
  readonly #agentEngine: AgentEngine;
  readonly #pods: PodWatch;
  readonly #probes: ProbeWatch;
  readonly #nodes: NodeWatch;
  readonly #surroundings: SurroundingsWatch;
  readonly #heartbeat: Heartbeat;
  readonly #signal: AbortSignal;
  #answered = true;
  /** Undefined: not known yet. */
  #found: FoundChaosMesh | undefined = undefined;

  constructor({ access, stores, interests, log, timing, signal, ...options }: SessionOptions) {
    const namespaces = [...new Set([access.namespace, ...options.namespaces])];
    const transport = new Transport(access);
    const { backoff = {}, deletion = DELETION } = timing;
    const { server, insecureSkipTlsVerify } = access.cluster;
    log.info(`Connecting to ${server} (context ${access.contextName})`);
    if (insecureSkipTlsVerify) {
      log.warn(`${server}: its certificate is not checked (insecure-skip-tls-verify)`);
    }
    this.server = server;
    this.#signal = signal;
    this.#transport = transport;
    this.#stores = stores;
    this.#preference = options.engine;
    this.access = new PodAccess(transport, signal, () => stores.pods.get());
    this.#tracker = new ConnectionTracker(stores.connection, access);
    this.#book = new ExperimentBook({
      experiments: stores.experiments,
      onTargets: () => this.#pods.experimentsChanged(),
    });
    this.#experiments = new ExperimentWatch({
      transport,
      signal,
      backoff,
      namespaces,
      timing: deletion,
      book: this.#book,
      onFound: (found) => {
        this.#found = found;
        this.#chooseEngine();
      },
      nodeOf: (key) => stores.pods.get().find((one) => one.key === key)?.pod.spec.nodeName ?? null,
    });
    const leftIn = (key: string, targets: readonly string[]): Promise<StopReport> =>
      leftovers.look(targets, this.#book.targetsOfOthers(key));
    const agentOf = (nodeName: string): AgentClient | null => this.#pods.agentOf(nodeName);
    const leftovers = new Leftovers({ pods: stores.pods, agentOf, signal });
    this.#runs = new StressRunWatch({ ...stores, agentOf, book: this.#book, signal });
    this.#agentEngine = new AgentEngine({
      ...stores,
      agentOf,
      runs: this.#runs,
      leftIn,
      onDisconnect: options.onDisconnect,
      user: access.userName === '' ? null : access.userName,
      namespace: access.namespace,
      signal,
    });
    this.chaosMesh = new ChaosEngine({
      transport,
      signal,
      timing: deletion,
      explain: (object) => this.#experiments.explain(object),
      leftIn,
    });
    this.experiments = new ExperimentActions({
      engines: new Map<EngineKind, ExperimentEngine>([
        ['chaos-mesh', this.chaosMesh],
        ['agent', this.#agentEngine],
      ]),
      engine: stores.engine,
      book: this.#book,
      probe: () => this.#experiments.probe(),
      namespace: access.namespace,
    });
    this.reinjector = new Reinjector({
      policy: options.reinject,
      isOurs: ({ origin }) => origin !== null && origin.user === (access.userName || null),
      reinject: (key) => this.experiments.reinject(key),
      onChange: () => this.#arrivals.tick(),
      log,
    });
    this.#arrivals = new ArrivalBook({
      sources: stores,
      interest: interests.open(),
      onChange: () => this.#book.changed(),
      reinjectionOf: (key, target) => this.reinjector.of(key, target),
    });
    this.#book.arrivalsOf = (views) => this.#arrivals.take(views);
    this.#pods = new PodWatch({
      transport,
      signal,
      backoff,
      namespaces,
      pods: stores.pods,
      agents: stores.agents,
      kills: stores.kills,
      processes: stores.processes,
      interests,
      memoryTiming: timing.memory ?? {},
      log,
      experimentsOf: (key) => this.#book.experimentsOf(key),
      onState: (state) => {
        this.#tracker.pods(state);
        if (state.error !== null) {
          log.warn(`Pods: ${state.error.message}`);
          this.#heartbeat.now();
        }
      },
    });
    this.#probes = new ProbeWatch({
      transport,
      signal,
      backoff,
      namespaces,
      onFailure: (key, mark) => stores.history.mark(key, mark),
      onTelling: (tells) => {
        stores.history.tellsProbes = tells;
      },
    });
    this.agentInstaller = new ClusterAgentInstaller(transport, stores.agents, signal, timing.agent);
    this.#nodes = new NodeWatch({ transport, signal, backoff, ...stores });
    this.#surroundings = new SurroundingsWatch({
      transport,
      signal,
      interests: options.surroundingsInterests,
      surroundings: stores.surroundings,
      agentOf: (nodeName) => this.#pods.agentOf(nodeName),
    });
    this.#heartbeat = new Heartbeat({
      transport,
      signal,
      timing: timing.heartbeat ?? {},
      onBeat: (error) => {
        this.#tracker.beat(error);
        if (error === null && !this.#answered) {
          // Watches of before may hang on dead connections without knowing it.
          this.#pods.reconnect();
          this.#experiments.reconnect();
          this.#probes.reconnect();
          this.#nodes.reconnect();
        }
        this.#answered = error === null;
      },
    });
  }

  /** What people compare the container's memory with, as of now. Never rejects. */
  outsideNumbers(pod: PodView, container: string, signal: AbortSignal): Promise<OutsideNumbers> {
    const containerId = pod.containers.find(({ name }) => name === container)?.containerId ?? null;
    return outsideNumbers({
      transport: this.#transport,
      client: containerId === null ? null : this.#pods.clientOf(containerId),
      namespace: pod.namespace,
      pod: pod.name,
      container,
      signal: AbortSignal.any([signal, this.#signal]),
    });
  }

  /** What the user lacks to inject this by the engine of now; null where nothing is missing. Throws LabError. */
  async missingExperimentRights(experiment: StressChaos, signal: AbortSignal): Promise<MissingRights | null> {
    try {
      const until = AbortSignal.any([signal, this.#signal]);
      return await missingRights(
        this.#transport,
        this.#neededRights(experiment),
        'podstress-experiments',
        until,
      );
    } catch (error) {
      throw labError(error);
    }
  }

  #neededRights(experiment: StressChaos): readonly AccessRight[] {
    const { engine, pods } = this.#stores;
    const choice = engine.get();
    if (choice.kind === 'agent') {
      const agents = pods.get().filter(({ pod }) => isAgentPod(pod));
      return [...new Set(agents.map(({ namespace }) => namespace))].flatMap(agentRights);
    }
    const namespace = experiment.metadata.namespace ?? this.#transport.access.namespace;
    const checks = choice.kind === 'chaos-mesh' ? (choice.installation?.checksRights ?? null) : null;
    return chaosMeshRights(experiment, namespace, checks);
  }

  /** The kernel's raw report of this kill; null where its node's agent has none. Throws ClusterError. */
  async killReport({ nodeName, kill }: NamedKill, signal: AbortSignal): Promise<string | null> {
    const { seq, victim, bootSeconds } = kill;
    const text = await this.#pods.agentOf(nodeName)?.killReport(seq, AbortSignal.any([signal, this.#signal]));
    // An agent that was replaced numbers its kills anew: what it gives must be of this very kill.
    const line = `[${bootSeconds?.toFixed(6).padStart(12)}]`;
    const isOfKill = (one: string): boolean =>
      one.startsWith(line) && new RegExp(`[Kk]ill(?:ed)? process ${victim?.pid} \\(`).test(one);
    return text?.split('\n').some(isOfKill) ? text : null;
  }

  /** Runs until the signal aborts and everything has ended; never rejects. */
  async run(): Promise<void> {
    const stopFollowing = this.#stores.experiments.subscribe((views) => this.reinjector.take(views));
    const clock = setInterval(() => this.#arrivals.tick(), ARRIVALS_MS);
    const stop = this.#stores.agents.subscribe(() => this.#chooseEngine());
    await Promise.all([
      this.#heartbeat.run(),
      this.#pods.run(),
      this.#experiments.run(),
      this.#runs.run(),
      this.#agentEngine.run(),
      this.#probes.run(),
      this.#nodes.run(),
      this.#surroundings.run(),
    ]);
    clearInterval(clock);
    stopFollowing();
    this.reinjector.dispose();
    this.#arrivals.dispose();
    stop();
    this.#book.dispose();
    this.#tracker.dispose();
    this.#transport.dispose();
  }

  #chooseEngine(): void {
    const { engine, agents } = this.#stores;
    // Agents are often found before Chaos Mesh is, and must not act in its stead meanwhile.
    if (this.#found === undefined && this.#preference !== 'agent') return;
    const choice = engineChoice(this.#preference, this.#found ?? null, agents.get());
    if (JSON.stringify(choice) !== JSON.stringify(engine.get())) {
      engine.set(choice);
    }
  }
}
