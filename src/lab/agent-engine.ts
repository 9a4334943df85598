import { randomBytes } from 'node:crypto';
import type { AgentClient } from '../cluster/agent/client.js';
import { sleep } from '../cluster/backoff.js';
import type { StressChaos } from '../core/kubernetes/objects.js';
import type { StressPlan } from '../protocol/agent/types.js';
import { AgentExperiment, type AgentTarget, type TargetState } from './agent-experiment.js';
import { chooseTargets, locate } from './agent-targets.js';
import { mayStress } from './engine-choice.js';
import { LabError, labError } from './errors.js';
import type { ExperimentEngine } from './experiment-actions.js';
import { withOrigin } from './origin.js';
import { checkManifest, planFor } from './stress-plans.js';
import type { StressRunWatch } from './stress-run-watch.js';
import type {
  AgentView,
  DisconnectPolicy,
  ForceStep,
  InjectOptions,
  InjectResult,
  NodeView,
  PodView,
  StopReport,
  Store,
} from './types.js';

export interface AgentEngineOptions {
  readonly pods: Store<readonly PodView[]>;
  readonly agents: Store<readonly AgentView[]>;
  readonly nodes: Store<readonly NodeView[]>;
  readonly agentOf: (nodeName: string) => AgentClient | null;
  readonly runs: StressRunWatch;
  /** What is left in these containers of the experiment that was stopped. */
  readonly leftIn: (key: string, targets: readonly string[]) => Promise<StopReport>;
  readonly onDisconnect: DisconnectPolicy;
  /** The kubeconfig's user entry; null: none. */
  readonly user: string | null;
  /** The namespace of objects that name none. */
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** Whoever holds a lease has so long to come back after a broken connection, ms. */
const LEASE_MS = 30_000;
const RENEW_MS = 8000;
/** Most stressors that cannot start say so within this, ms. */
const CONFIRM_MS = 400;

/** Acts through the node agents: one run for each container, all of them or none. */
export class AgentEngine implements ExperimentEngine {
  readonly #options: AgentEngineOptions;

  constructor(options: AgentEngineOptions) {
    this.#options = options;
  }

  /** Renews the leases until the signal aborts; never rejects. */
  async run(): Promise<void> {
    const { runs, signal } = this.#options;
    while (!signal.aborted) {
      await sleep(RENEW_MS, signal).catch(() => undefined);
      const ours = [...runs.experiments.values()].filter((one) => one.ours && !one.stopping && !one.paused);
      const leased = ours.flatMap(({ targets }) => targets.filter((one) => one.running));
      // What cannot be renewed now may be in the next round: the lease is longer than three of them.
      await Promise.all(leased.map((state) => this.#renew(state).catch(() => undefined)));
    }
  }

  /** Throws LabError; then nothing runs, or the message says where something could not be taken back. */
  async inject(experiment: StressChaos, { replace, file }: InjectOptions): Promise<InjectResult> {
    const { runs, user, pods, nodes } = this.#options;
    const namespace = experiment.metadata.namespace ?? this.#options.namespace;
    const { name } = experiment.metadata;
    const before = runs.experiments.get(`${namespace}/${name}`);
    if (before?.alive === true) {
      if (replace !== true) {
        throw new LabError(
          'already-exists',
          `The experiment ${before.key} runs already, by the node agents.`,
        );
      }
      await this.stop(namespace, name);
    }
    checkManifest(experiment, namespace);
    const targets = chooseTargets(experiment, namespace, pods.get(), selectionNodes(nodes.get()));
    const { apiVersion, kind, spec, metadata } = experiment;
    const origin = withOrigin(metadata, { user, file: file ?? null });
    const creationTimestamp = new Date().toISOString();
    const object = { apiVersion, kind, spec, metadata: { name, namespace, creationTimestamp, ...origin } };
    const made = new AgentExperiment(randomBytes(4).toString('hex'), object, targets, true);
    await this.#start(made, () => runs.add(made)).catch((error: unknown) => {
      runs.drop(made);
      throw error;
    });
    return { key: made.key };
  }

  /** Ends its runs and keeps it. Throws LabError. */
  async pause(namespace: string, name: string): Promise<void> {
    const experiment = this.#find(namespace, name);
    const before = experiment.paused;
    experiment.paused = true;
    try {
      await this.#endAll(experiment);
    } catch (error) {
      experiment.paused = before;
      throw error;
    } finally {
      this.#options.runs.changed();
    }
  }

  /** Starts it anew in the same containers for the time that remains. Throws LabError. */
  async resume(namespace: string, name: string): Promise<void> {
    const experiment = this.#find(namespace, name);
    if (!experiment.paused) return;
    if (experiment.remainingMs(Date.now()) === 0) {
      throw new LabError(
        'rejected',
        `The duration of ${experiment.key} is over: stop it, then inject it again.`,
      );
    }
    const { pods, runs } = this.#options;
    const all = pods.get();
    const targets = experiment.targets.map((state) => locate(all, state.target.id));
    for (const [index, state] of experiment.targets.entries()) state.target = targets[index] ?? state.target;
    await this.#start(experiment, () => {
      experiment.paused = false;
      runs.changed();
    }).catch((error: unknown) => {
      experiment.paused = true;
      runs.changed();
      throw error;
    });
  }

  /**
   * Starts new runs in the containers where none is left, as they are now, for the time that remains; what runs in others
   * goes on. Throws LabError, also where it is paused or its duration is over.
   */
  async reinject(namespace: string, name: string): Promise<void> {
    const { pods, runs } = this.#options;
    const experiment = this.#find(namespace, name);
    const { key, paused, stopping, starting } = experiment;
    if (paused || stopping || starting)
      throw new LabError('rejected', `${key} is paused or changes just now.`);
    if (experiment.remainingMs(Date.now()) === 0) {
      throw new LabError('rejected', `The duration of ${key} is over: stop it, then inject it again.`);
    }
    const all = pods.get();
    const lost = experiment.targets
      .map((state) => ({ state, target: locate(all, state.target.id) }))
      .filter(({ state, target }) => !state.running || state.target.containerId !== target.containerId);
    this.#needAgents(lost.map(({ target }) => target));
    experiment.attempt += 1;
    for (const { state, target } of lost) {
      state.target = target;
      state.begin(this.#plan(experiment, target, experiment.attempt, experiment.targets.indexOf(state)));
    }
    const states = lost.map(({ state }) => state);
    experiment.starting = true;
    runs.changed();
    try {
      const starts = await Promise.allSettled(states.map((state) => this.#startOne(state)));
      await this.#confirm(states);
      const failure = firstFailure(states, starts);
      if (failure !== null) throw labError(failure.error);
    } finally {
      experiment.starting = false;
      runs.changed();
    }
  }

  /** Ends its runs, takes it off the list, and has it looked for what is left. Throws LabError. */
  async stop(namespace: string, name: string): Promise<StopReport> {
    const { runs, agents, signal, leftIn } = this.#options;
    const key = `${namespace}/${name}`;
    if (!runs.experiments.has(key)) {
      const asked = agents
        .get()
        .filter(mayStress)
        .map(({ nodeName }) => runs.ask(nodeName, signal));
      await Promise.allSettled(asked);
    }
    const experiment = runs.experiments.get(key);
    if (experiment === undefined) return { clean: [], left: [], unknown: [] };
    experiment.stopping = true;
    runs.changed();
    try {
      await this.#endAll(experiment);
    } catch (error) {
      experiment.stopping = false;
      runs.changed();
      throw error;
    }
    runs.drop(experiment);
    return leftIn(
      key,
      experiment.targets.map(({ target }) => target.id),
    );
  }

  async force(namespace: string, name: string, step: ForceStep): Promise<void> {
    throw new LabError(
      'rejected',
      `${namespace}/${name} is no object that could hang: ${step} is of no use.`,
    );
  }

  #find(namespace: string, name: string): AgentExperiment {
    const found = this.#options.runs.experiments.get(`${namespace}/${name}`);
    if (found !== undefined) return found;
    throw new LabError('not-found', `There is no experiment ${namespace}/${name} (any more).`);
  }

  /** All targets or none. @param onBegin it will be tried. Throws LabError. */
  async #start(experiment: AgentExperiment, onBegin: () => void): Promise<void> {
    this.#needAgents(experiment.targets.map(({ target }) => target));
    const attempt = experiment.attempt + 1;
    const plans = experiment.targets.map((state, index) =>
      this.#plan(experiment, state.target, attempt, index),
    );
    experiment.attempt = attempt;
    experiment.starting = true;
    for (const [index, state] of experiment.targets.entries()) state.begin(plans[index] ?? null);
    onBegin();
    try {
      const starts = await Promise.allSettled(experiment.targets.map((state) => this.#startOne(state)));
      await this.#confirm(experiment.targets);
      const failure = firstFailure(experiment.targets, starts);
      if (failure !== null) throw await this.#rollBack(experiment, failure);
    } finally {
      experiment.starting = false;
      this.#options.runs.changed();
    }
  }

  #plan(experiment: AgentExperiment, target: AgentTarget, attempt: number, index: number): StressPlan {
    const { agents, onDisconnect } = this.#options;
    const agent = agents.get().find((one) => one.nodeName === target.nodeName);
    return planFor(experiment, target, {
      attempt,
      index,
      nodeMemoryBytes: agent?.node?.memoryTotalBytes ?? 0,
      leaseMs: onDisconnect === 'stop' ? LEASE_MS : null,
    });
  }

  /** Throws LabError with the nodes where nobody could stress. */
  #needAgents(targets: readonly AgentTarget[]): void {
    const able = new Set(
      this.#options.agents
        .get()
        .filter(mayStress)
        .map(({ nodeName }) => nodeName),
    );
    const unable = new Set(targets.map(({ nodeName }) => nodeName).filter((one) => !able.has(one)));
    if (unable.size > 0) {
      const names = [...unable].sort().join(', ');
      throw new LabError(
        'no-engine',
        `No node agent that may stress answers on ${names}: nothing was injected.`,
      );
    }
  }

  async #startOne(state: TargetState): Promise<void> {
    const { agentOf, signal } = this.#options;
    const client = agentOf(state.target.nodeName);
    if (client === null || state.plan === null) {
      throw new LabError('unreachable', `the agent of ${state.target.nodeName} does not answer any more`);
    }
    state.started(await client.startStress(state.plan, signal));
  }

  async #renew({ target, plan }: TargetState): Promise<void> {
    if (plan?.leaseMs === undefined) return;
    await this.#options.agentOf(target.nodeName)?.startStress(plan, this.#options.signal);
  }

  /** Gives what cannot run a moment to say so. */
  async #confirm(targets: readonly TargetState[]): Promise<void> {
    const { runs, signal } = this.#options;
    await sleep(CONFIRM_MS, signal).catch(() => undefined);
    const nodes = new Set(targets.map(({ target }) => target.nodeName));
    await Promise.allSettled([...nodes].map((nodeName) => runs.ask(nodeName, signal)));
  }

  /** Ends what has begun, also where it is not known whether it has; the error that says how it went. */
  async #rollBack(experiment: AgentExperiment, { state, error }: Failure): Promise<LabError> {
    const ends = await Promise.allSettled(experiment.targets.map((one) => this.#endOne(one)));
    const left = experiment.targets.filter((_, index) => ends[index]?.status === 'rejected');
    const outcome =
      left.length === 0
        ? 'nothing was injected'
        : `it could not be taken back in ${left.map(({ target }) => target.id).join(', ')}`;
    const { kind, message } = labError(error);
    return new LabError(kind, `${state.target.id}: ${message.replace(/[.]$/, '')}; ${outcome}.`, error);
  }

  /** Throws LabError that names the containers where something may run still. */
  async #endAll(experiment: AgentExperiment): Promise<void> {
    const ends = await Promise.allSettled(experiment.targets.map((one) => this.#endOne(one)));
    const left = experiment.targets.filter((_, index) => ends[index]?.status === 'rejected');
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed === undefined) return;
    const { kind, message } = labError(failed.reason);
    const names = left.map(({ target }) => target.id).join(', ');
    throw new LabError(kind, `The stress in ${names} could not be ended: ${message}`, failed.reason);
  }

  /** One whose agent is gone has ended with it. */
  async #endOne(state: TargetState): Promise<void> {
    const { agents, agentOf, signal } = this.#options;
    const { nodeName } = state.target;
    if (state.plan === null || (state.run !== null && !state.running)) return;
    const client = agentOf(nodeName);
    if (client !== null) {
      const run = await client.stopStress(state.plan.id, signal);
      if (run === null) state.gone(`the agent of ${nodeName} knows nothing of it any more`);
      else state.told(run);
    } else if (agents.get().some((one) => one.nodeName === nodeName)) {
      throw new LabError('unreachable', `the agent of ${nodeName} does not answer`);
    }
  }
}

interface Failure {
  readonly state: TargetState;
  readonly error: unknown;
}

function firstFailure(
  targets: readonly TargetState[],
  starts: readonly PromiseSettledResult<void>[],
): Failure | null {
  for (const [index, state] of targets.entries()) {
    const start = starts[index];
    if (start?.status === 'rejected') return { state, error: start.reason };
    if (state.failure !== null) return { state, error: new LabError('rejected', state.failure) };
  }
  return null;
}

/** Null where nodes may not be listed. */
function selectionNodes(nodes: readonly NodeView[]) {
  const known = nodes.flatMap(({ facts }) => (facts === null ? [] : [facts]));
  return known.length < nodes.length ? null : known;
}
