import { setMaxListeners } from 'node:events';
import { networkError } from '../cluster/errors.js';
import { accessFor, type ClusterAccess, loadKubeconfig } from '../cluster/kubeconfig/load.js';
import { kubeconfigChange, kubeconfigSignature } from '../cluster/kubeconfig/watch.js';
import type { StressChaos } from '../core/kubernetes/objects.js';
import { NO_SURROUNDINGS, type Surroundings } from '../core/kubernetes/surroundings.js';
import type { ClusterAgentInstaller } from './agent-installer.js';
import { type InstallPlan, planInstall } from './agent-plan.js';
import { Baselines } from './baselines.js';
import { connectionFailure, LabError, labError } from './errors.js';
import { HistoryBook } from './history.js';
import { Interests } from './interests.js';
import { yamlText } from './pod-access.js';
import { type LabTiming, Session } from './session.js';
import { ValueStore } from './store.js';
import { SurroundingsInterests } from './surroundings.js';
import type {
  AgentInstaller,
  AgentPlan,
  AgentView,
  ConnectionState,
  ContainerRef,
  DryRunResult,
  EngineChoice,
  ExecRequest,
  ExecSession,
  ExperimentView,
  ForceStep,
  InjectOptions,
  InjectResult,
  Interest,
  KillLog,
  Lab,
  LabOptions,
  LogOptions,
  MissingRights,
  NamedKill,
  NodeView,
  OutsideNumbers,
  PodRef,
  PodView,
  ProcessList,
  StopReport,
  SurroundingsInterest,
} from './types.js';

const NO_ENGINE: EngineChoice = { kind: 'none', reason: 'chaos-mesh-missing' };
const NO_KILLS: KillLog = { kills: [], gaps: [], dropped: 0 };

/** One connection to one cluster, from the reading of the kubeconfig to the end of the last stream. */
export class ClusterLab implements Lab {
  readonly connection: ValueStore<ConnectionState>;
  readonly engine: ValueStore<EngineChoice>;
  readonly pods: ValueStore<readonly PodView[]>;
  readonly agents: ValueStore<readonly AgentView[]>;
  readonly nodes: ValueStore<readonly NodeView[]>;
  readonly agentInstaller: AgentInstaller;
  readonly kills: ValueStore<KillLog>;
  readonly experiments: ValueStore<readonly ExperimentView[]>;
  readonly processes: ValueStore<ReadonlyMap<string, ProcessList>>;
  readonly surroundings: ValueStore<Surroundings>;
  readonly surroundingsInterests = new SurroundingsInterests();
  readonly interests = new Interests();
  readonly history = new HistoryBook(Date.now, (key) => this.#isPaused(key));
  readonly baselines = new Baselines();
  readonly #options: LabOptions;
  readonly #timing: LabTiming;
  readonly #end = new AbortController();
  readonly #running: Promise<void>;
  #session: Session | null = null;

  constructor(options: LabOptions, timing: LabTiming = {}) {
    this.#options = options;
    this.#timing = timing;
    const report = (error: unknown): void => options.log.warn(`A view failed: ${textOf(error)}`);
    const context = options.context ?? '';
    this.connection = new ValueStore<ConnectionState>({ phase: 'connecting', context, server: '' }, report);
    this.engine = new ValueStore<EngineChoice>(NO_ENGINE, report);
    this.pods = new ValueStore<readonly PodView[]>([], report);
    this.agents = new ValueStore<readonly AgentView[]>([], report);
    this.nodes = new ValueStore<readonly NodeView[]>([], report);
    this.agentInstaller = installerOf(() => this.#connected().agentInstaller);
    this.kills = new ValueStore<KillLog>(NO_KILLS, report);
    this.experiments = new ValueStore<readonly ExperimentView[]>([], report);
    this.processes = new ValueStore<ReadonlyMap<string, ProcessList>>(new Map(), report);
    this.surroundings = new ValueStore(NO_SURROUNDINGS, report);
    this.pods.subscribe((pods) => this.history.takePods(pods));
    this.pods.subscribe((pods) => this.baselines.update(pods));
    this.kills.subscribe((kills) => this.history.takeKills(kills));
    this.#running = this.#run();
  }

  interest(): Interest {
    return this.interests.open();
  }

  watchSurroundings(): SurroundingsInterest {
    return this.surroundingsInterests.open();
  }

  async inject(experiment: StressChaos, options?: InjectOptions): Promise<InjectResult> {
    const session = this.#connected();
    const result = await session.experiments.inject(experiment, options);
    this.#options.log.info(`Injected ${result.key} into ${session.server}`);
    return result;
  }

  async dryRun(manifest: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<DryRunResult> {
    return this.#connected().chaosMesh.dryRun(manifest, signal);
  }

  async pause(key: string): Promise<void> {
    await this.#connected().experiments.pause(key);
  }

  async resume(key: string): Promise<void> {
    await this.#connected().experiments.resume(key);
  }

  async stop(key: string): Promise<StopReport> {
    const session = this.#connected();
    const report = await session.experiments.stop(key);
    this.#options.log.info(`Stopped ${key} in ${session.server}`);
    return report;
  }

  async experimentYaml(key: string, signal: AbortSignal): Promise<string> {
    const { access } = this.#connected();
    const view = this.experiments.get().find((one) => one.key === key);
    if (view?.engine === 'agent') return yamlText(view.object);
    const [namespace = '', name = ''] = key.split('/');
    return access.experimentYaml(namespace, name, signal);
  }

  async reinject(key: string): Promise<void> {
    const session = this.#connected();
    await session.reinjector.now(key);
    this.#options.log.info(`Injected ${key} again into ${session.server}`);
  }

  async force(key: string, step: ForceStep): Promise<void> {
    const session = this.#connected();
    await session.experiments.force(key, step);
    this.#options.log.warn(`Forced ${key} in ${session.server}: ${step}`);
  }

  async missingExperimentRights(experiment: StressChaos, signal: AbortSignal): Promise<MissingRights | null> {
    return this.#connected().missingExperimentRights(experiment, signal);
  }

  async outsideNumbers(pod: PodView, container: string, signal: AbortSignal): Promise<OutsideNumbers> {
    return this.#session?.outsideNumbers(pod, container, signal) ?? { node: null, top: null };
  }

  async *logs(
    target: ContainerRef,
    options: LogOptions,
    signal: AbortSignal,
  ): AsyncGenerator<readonly string[]> {
    yield* this.#connected().access.logs(target, options, signal);
  }

  async exec(target: ContainerRef, request: ExecRequest, signal: AbortSignal): Promise<ExecSession> {
    return this.#connected().access.exec(target, request, signal);
  }

  async describe(pod: PodRef, signal: AbortSignal): Promise<string> {
    return this.#connected().access.describe(pod, signal);
  }

  async yaml(pod: PodRef, signal: AbortSignal): Promise<string> {
    return this.#connected().access.yaml(pod, signal);
  }

  async killReport(kill: NamedKill, signal: AbortSignal): Promise<string | null> {
    try {
      return (await this.#session?.killReport(kill, signal)) ?? null;
    } catch (error) {
      throw labError(error);
    }
  }

  async dispose(): Promise<void> {
    this.#end.abort();
    for (const store of this.#stores()) {
      store.dispose();
    }
    await this.#running;
  }

  #stores(): readonly { dispose(): void }[] {
    return [
      this.connection,
      this.engine,
      this.pods,
      this.agents,
      this.nodes,
      this.kills,
      this.experiments,
      this.processes,
      this.surroundings,
      this.history,
    ];
  }

  /** What talks to the cluster. Throws LabError where there is no connection. */
  #isPaused(key: string): boolean {
    return this.experiments.get().some((one) => one.key === key && one.phase === 'paused');
  }

  #connected(): Session {
    const state = this.connection.get();
    const session = this.#session;
    if (
      session === null ||
      this.#end.signal.aborted ||
      state.phase === 'connecting' ||
      state.phase === 'failed'
    ) {
      throw new LabError(
        'not-connected',
        state.phase === 'failed' ? state.detail : 'There is no connection yet.',
      );
    }
    return session;
  }

  /** One session after the other: a changed kubeconfig ends one and begins the next. */
  async #run(): Promise<void> {
    const { signal } = this.#end;
    const source = { path: this.#options.kubeconfigPath, env: this.#options.env };
    let signature = await kubeconfigSignature(source);
    while (!signal.aborted) {
      const access = await this.#readAccess();
      const session = new AbortController();
      // Every request and stream of the session listens.
      setMaxListeners(0, session.signal);
      const end = (): void => session.abort();
      signal.addEventListener('abort', end, { once: true });
      const ended = access === null ? Promise.resolve() : this.#connect(access, session.signal);
      let isSame = true;
      while (isSame && !signal.aborted) {
        try {
          signature = await kubeconfigChange(source, signature, signal, this.#timing.kubeconfigMs);
          isSame = access !== null && !(await this.#differs(access));
        } catch {
          // Aborted: there is nothing to wait for any more.
        }
      }
      end();
      signal.removeEventListener('abort', end);
      await ended;
      if (!signal.aborted && access !== null) {
        this.#options.log.info('The kubeconfig has changed: connecting anew');
        this.#forget();
      }
    }
  }

  async #connect(access: ClusterAccess, signal: AbortSignal): Promise<void> {
    const session = new Session({
      access,
      stores: this,
      interests: this.interests,
      surroundingsInterests: this.surroundingsInterests,
      log: this.#options.log,
      timing: this.#timing,
      namespaces: this.#options.namespaces ?? [],
      reinject: this.#options.reinject ?? (() => 'never'),
      engine: this.#options.engine ?? 'auto',
      onDisconnect: this.#options.onDisconnect ?? 'keep',
      signal,
    });
    this.#session = session;
    await session.run();
    this.#session = null;
  }

  /** Null, with the state saying why, where the kubeconfig leads nowhere. */
  async #readAccess(): Promise<ClusterAccess | null> {
    const { kubeconfigPath, env, context } = this.#options;
    try {
      const config = await loadKubeconfig({ path: kubeconfigPath, env });
      return accessFor(config, context ?? null, env);
    } catch (error) {
      const failure = networkError(error, 'kubeconfig');
      this.connection.set({
        phase: 'failed',
        failure: connectionFailure(failure),
        detail: failure.message,
        context: context ?? null,
      });
      return null;
    }
  }

  /** Whether the files lead elsewhere now. While they are missing or half written the session goes on. */
  async #differs(access: ClusterAccess): Promise<boolean> {
    const { kubeconfigPath, env, context } = this.#options;
    try {
      const config = await loadKubeconfig({ path: kubeconfigPath, env });
      return JSON.stringify(accessFor(config, context ?? null, env)) !== JSON.stringify(access);
    } catch (error) {
      this.#options.log.warn(
        `The changed kubeconfig is not used: ${networkError(error, 'kubeconfig').message}`,
      );
      return false;
    }
  }

  /** What was known of one cluster says nothing of the next. */
  #forget(): void {
    this.engine.set(NO_ENGINE);
    this.pods.set([]);
    this.agents.set([]);
    this.nodes.set([]);
    this.kills.set(NO_KILLS);
    this.experiments.set([]);
    this.processes.set(new Map());
    this.surroundings.set(NO_SURROUNDINGS);
    this.history.clear();
  }
}

/** The installer of the connection of now, for plans that it has made itself. */
function installerOf(connected: () => ClusterAgentInstaller): AgentInstaller {
  const plans = new WeakMap<AgentPlan, InstallPlan>();
  return {
    plan: (level, manifests, image) => {
      const plan = planInstall(level, manifests, image);
      plans.set(plan, plan);
      return plan;
    },
    missingRights: async (what, signal) => connected().missingRights(what, signal),
    apply: async (given, options, signal) => {
      const plan = plans.get(given);
      if (plan === undefined) throw new LabError('rejected', 'This plan was not made here.');
      return connected().apply(plan, options, signal);
    },
    ready: async (onStep, signal) => connected().ready(onStep, signal),
    owner: async (signal) => connected().owner(signal),
    remove: async (onStep, signal) => connected().remove(onStep, signal),
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
