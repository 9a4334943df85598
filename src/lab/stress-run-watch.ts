import type { AgentClient } from '../cluster/agent/client.js';
import type { StressRun } from '../protocol/agent/types.js';
import { AgentExperiment, type AgentTarget, TargetState } from './agent-experiment.js';
import { mayStress } from './engine-choice.js';
import type { ExperimentBook } from './experiment-book.js';
import { Poller } from './poller.js';
import { noteOf, type RunName, readRunId } from './stress-runs.js';
import type { AgentView, ExperimentView, PodView, Store } from './types.js';

export interface StressRunWatchOptions {
  readonly agents: Store<readonly AgentView[]>;
  readonly pods: Store<readonly PodView[]>;
  /** What talks to the agent of that node; null where none answers. */
  readonly agentOf: (nodeName: string) => AgentClient | null;
  readonly book: ExperimentBook;
  readonly signal: AbortSignal;
}

/** How often an agent is asked that has an experiment, and one that may get one from somebody else, ms. */
const BUSY_MS = 2000;
const IDLE_MS = 10_000;
/** An agent that does not know the path, or refuses it, is left alone for so long, ms. */
const REFUSED_MS = 60_000;
const TICK_MS = 1000;
/** A node without an agent for so long has none, ms. */
const ABSENT_MS = 4000;
/** Experiments that are over are shown until so many newer ones are. */
const KEPT = 50;

/** The experiments that agents carry out, whoever started them: what their runs tell, grouped by their names. */
export class StressRunWatch {
  /** By key. */
  readonly experiments = new Map<string, AgentExperiment>();
  readonly #options: StressRunWatchOptions;
  readonly #busy: Poller;
  readonly #idle: Poller;
  /** When experiments were taken off the list, by uid, on the monotonic clock, ms: lists of before still name them. */
  readonly #dropped = new Map<string, number>();
  /** Since when a node has had no agent, on the monotonic clock, ms. */
  readonly #absent = new Map<string, number>();

  constructor(options: StressRunWatchOptions) {
    this.#options = options;
    this.#busy = this.#poller(BUSY_MS);
    this.#idle = this.#poller(IDLE_MS);
    options.book.join('agent', () => this.#views());
  }

  /** Runs until the signal aborts; never rejects. */
  async run(): Promise<void> {
    const { agents, signal } = this.#options;
    const stop = agents.subscribe(() => this.#assign());
    const clock = setInterval(() => this.#tick(), TICK_MS);
    this.#assign();
    if (!signal.aborted) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    }
    clearInterval(clock);
    stop();
    await Promise.all([this.#busy.ended(), this.#idle.ended()]);
  }

  add(experiment: AgentExperiment): void {
    this.experiments.set(experiment.key, experiment);
    this.changed();
  }

  /** Takes it off the list, and what older answers say of it with it. */
  drop(experiment: AgentExperiment): void {
    this.#dropped.set(experiment.uid, performance.now());
    if (this.experiments.get(experiment.key) === experiment) this.experiments.delete(experiment.key);
    this.changed();
  }

  /** Something of an experiment is other than it was told. */
  changed(): void {
    this.#assign();
    this.#options.book.changed();
  }

  /** Asks the agent of that node now. Throws ClusterError; does nothing where none answers. */
  async ask(nodeName: string, signal: AbortSignal): Promise<void> {
    const since = performance.now();
    const runs = await this.#options.agentOf(nodeName)?.stressRuns(signal);
    if (runs !== undefined && this.#learn(nodeName, runs, since)) this.changed();
  }

  #poller(periodMs: number): Poller {
    return new Poller({
      periodMs,
      refusedMs: REFUSED_MS,
      ask: (nodeName, signal) => this.ask(nodeName, signal),
      onTurn: () => undefined,
      concernsAll: () => false,
      signal: this.#options.signal,
    });
  }

  #assign(): void {
    const nodes = new Set(
      this.#options.agents
        .get()
        .filter(mayStress)
        .map(({ nodeName }) => nodeName),
    );
    const busy = [...this.experiments.values()].flatMap(({ targets }) =>
      targets
        .filter((one) => one.running && nodes.has(one.target.nodeName))
        .map((one) => one.target.nodeName),
    );
    for (const nodeName of busy) nodes.delete(nodeName);
    this.#busy.want(busy);
    this.#idle.want(nodes);
  }

  #views(): readonly ExperimentView[] {
    const now = Date.now();
    return [...this.experiments.values()].map((one) => one.view(now, (target) => this.#reason(target)));
  }

  /** Why a container is not what it was; null: nothing is known. */
  #reason({ id, containerId }: AgentTarget): string | null {
    const [namespace, name, container] = id.split('/');
    const pod = this.#options.pods.get().find((one) => one.namespace === namespace && one.name === name);
    if (pod === undefined) return 'the Pod is gone, and the stress with it';
    const now = pod.containers.find((one) => one.name === container)?.containerId ?? null;
    return now === containerId ? null : 'the container was started anew, and the stress ended with it';
  }

  /** True where there is news. */
  #learn(nodeName: string, runs: readonly StressRun[], since: number): boolean {
    let news = false;
    for (const run of runs) {
      const name = readRunId(run.plan.id);
      if (name !== null && this.#take(nodeName, run, name, since)) news = true;
    }
    const there = new Set(runs.map(({ plan }) => plan.id));
    for (const { targets } of this.experiments.values()) {
      for (const state of targets) {
        const id = state.plan?.id;
        const isHere = state.target.nodeName === nodeName && state.running && state.knownSince < since;
        if (isHere && id !== undefined && !there.has(id)) {
          state.gone(`the agent of ${nodeName} was started anew, and the stress ended with it`);
          news = true;
        }
      }
    }
    return this.#forget() || news;
  }

  #take(nodeName: string, run: StressRun, name: RunName, since: number): boolean {
    const key = `${name.namespace}/${name.name}`;
    const known = this.experiments.get(key);
    if (known?.uid === name.uid) {
      const state = known.targets.find((one) => one.plan?.id === run.plan.id);
      if (state !== undefined) return state.told(run);
    }
    // What is over is news only of what was known before; and one of the same name that lives comes first.
    const isOld = since <= (this.#dropped.get(name.uid) ?? 0);
    if (run.phase !== 'running' || isOld || (known !== undefined && known.uid !== name.uid && known.alive)) {
      return false;
    }
    const note = noteOf(run, name, this.#containerOf(run.plan.containerId));
    const target = { id: note.target, nodeName, containerId: run.plan.containerId };
    const experiment =
      known?.uid === name.uid ? known : new AgentExperiment(name.uid, note.object, [], false);
    let state = experiment.targets.find((one) => one.target.id === target.id);
    if (state === undefined) {
      state = new TargetState(target);
      experiment.targets.push(state);
    }
    state.target = target;
    state.plan = run.plan;
    state.started(run);
    experiment.paused = false;
    experiment.attempt = Math.max(experiment.attempt, name.attempt);
    this.experiments.set(key, experiment);
    return true;
  }

  #containerOf(containerId: string): string | null {
    for (const { key, containers } of this.#options.pods.get()) {
      const container = containers.find((one) => one.containerId === containerId);
      if (container !== undefined) return `${key}/${container.name}`;
    }
    return null;
  }

  /** Experiments that somebody else has stopped are gone, as an object would be; of the others the newest stay. */
  #forget(): boolean {
    const all = [...this.experiments.values()].filter((one) => !one.alive);
    const stopped = all.filter(({ targets }) =>
      targets.every(({ run, lost }) => lost === null && run?.cause === 'request'),
    );
    const over = all.filter((one) => !stopped.includes(one));
    const dropped = [...stopped, ...over.slice(0, Math.max(0, over.length - KEPT))];
    for (const one of dropped) this.experiments.delete(one.key);
    return dropped.length > 0;
  }

  /** The stress of an agent that is gone is gone as well; one that only does not answer may have it still. */
  #tick(): void {
    const now = performance.now();
    const nodes = new Set(this.#options.agents.get().map(({ nodeName }) => nodeName));
    let news = false;
    for (const { targets } of this.experiments.values()) {
      for (const state of targets) {
        const { nodeName } = state.target;
        if (nodes.has(nodeName)) this.#absent.delete(nodeName);
        else if (!this.#absent.has(nodeName)) this.#absent.set(nodeName, now);
        if (state.running && now - (this.#absent.get(nodeName) ?? now) >= ABSENT_MS) {
          state.gone(`no node agent runs on ${nodeName} any more, and the stress ended with it`);
          news = true;
        }
      }
    }
    if (news) this.changed();
  }
}
