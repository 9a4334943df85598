import type { BackoffOptions } from '../cluster/backoff.js';
import { ClusterError, networkError } from '../cluster/errors.js';
import { accessFor, loadKubeconfig } from '../cluster/kubeconfig/load.js';
import { Transport } from '../cluster/transport.js';
import type { StressChaos } from '../core/kubernetes/objects.js';
import { ChaosEngine } from './chaos-engine.js';
import { ConnectionTracker } from './connection.js';
import { connectionFailure, LabError, labError } from './errors.js';
import { ExperimentWatch } from './experiment-watch.js';
import { Heartbeat, type HeartbeatTiming } from './heartbeat.js';
import { PodWatch } from './pod-watch.js';
import { ValueStore } from './store.js';
import type {
  AgentView,
  ConnectionState,
  EngineChoice,
  ExperimentView,
  InjectResult,
  KillLog,
  Lab,
  LabOptions,
  PodView,
} from './types.js';

/** How patient a lab is; the defaults suit people and clusters. */
export interface LabTiming {
  readonly heartbeat?: HeartbeatTiming;
  readonly backoff?: BackoffOptions;
}

interface Session {
  readonly transport: Transport;
  readonly experiments: ExperimentWatch;
  readonly engine: ChaosEngine;
}

/** One connection to one cluster, from the reading of the kubeconfig to the end of the last stream. */
export class ClusterLab implements Lab {
  readonly connection: ValueStore<ConnectionState>;
  readonly engine: ValueStore<EngineChoice>;
  readonly pods: ValueStore<readonly PodView[]>;
  readonly agents: ValueStore<readonly AgentView[]>;
  readonly kills: ValueStore<KillLog>;
  readonly experiments: ValueStore<readonly ExperimentView[]>;
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
    this.engine = new ValueStore<EngineChoice>({ kind: 'none', reason: 'chaos-mesh-missing' }, report);
    this.pods = new ValueStore<readonly PodView[]>([], report);
    this.agents = new ValueStore<readonly AgentView[]>([], report);
    this.kills = new ValueStore<KillLog>({ kills: [], gaps: [], dropped: 0 }, report);
    this.experiments = new ValueStore<readonly ExperimentView[]>([], report);
    this.#running = this.#run();
  }

  async inject(experiment: StressChaos, options?: { readonly replace?: boolean }): Promise<InjectResult> {
    const session = await this.#ready();
    const result = await session.engine.inject(experiment, options?.replace === true);
    this.#options.log.info(`Injected ${result.key} into ${session.transport.server}`);
    return result;
  }

  async stop(key: string): Promise<void> {
    const session = await this.#ready();
    const [namespace = '', name = ''] = key.split('/');
    await session.engine.stop(namespace, name);
    this.#options.log.info(`Stopped ${key} in ${session.transport.server}`);
  }

  async dispose(): Promise<void> {
    this.#end.abort();
    for (const store of this.#stores()) {
      store.dispose();
    }
    await this.#running;
  }

  #stores(): readonly { dispose(): void }[] {
    return [this.connection, this.engine, this.pods, this.agents, this.kills, this.experiments];
  }

  /** What acts on the cluster, if there is a connection and an engine. Throws LabError. */
  async #ready(): Promise<Session> {
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
    if (this.engine.get().kind === 'none') {
      let choice: EngineChoice;
      try {
        choice = await session.experiments.probe();
      } catch (error) {
        throw labError(error);
      }
      if (choice.kind === 'none') {
        throw new LabError('no-engine', 'Chaos Mesh is not installed in this cluster.');
      }
    }
    return session;
  }

  async #run(): Promise<void> {
    let transport: Transport;
    try {
      transport = await this.#open();
    } catch (error) {
      const failure = error instanceof ClusterError ? error : networkError(error, 'kubeconfig');
      this.connection.set({
        phase: 'failed',
        failure: connectionFailure(failure),
        detail: failure.message,
        context: this.#options.context ?? null,
      });
      return;
    }
    await this.#live(transport);
    transport.dispose();
  }

  async #open(): Promise<Transport> {
    const { kubeconfigPath, env, context } = this.#options;
    const config = await loadKubeconfig({ path: kubeconfigPath, env });
    const access = accessFor(config, context ?? null, env);
    const { server, insecureSkipTlsVerify } = access.cluster;
    this.#options.log.info(`Connecting to ${server} (context ${access.contextName})`);
    if (insecureSkipTlsVerify) {
      this.#options.log.warn(`${server}: its certificate is not checked (insecure-skip-tls-verify)`);
    }
    return new Transport(access);
  }

  async #live(transport: Transport): Promise<void> {
    const { signal } = this.#end;
    const { backoff = {} } = this.#timing;
    const tracker = new ConnectionTracker(this.connection, transport.access);
    const experiments = new ExperimentWatch({
      transport,
      signal,
      backoff,
      engine: this.engine,
      experiments: this.experiments,
      onTargets: () => pods.experimentsChanged(),
    });
    const pods = new PodWatch({
      transport,
      signal,
      backoff,
      pods: this.pods,
      agents: this.agents,
      kills: this.kills,
      experimentsOf: (key) => experiments.experimentsOf(key),
      onState: (state) => {
        tracker.pods(state);
        if (state.error !== null) {
          this.#options.log.warn(`Pods: ${state.error.message}`);
          heartbeat.now();
        }
      },
    });
    let answered = true;
    const heartbeat = new Heartbeat({
      transport,
      signal,
      timing: this.#timing.heartbeat ?? {},
      onBeat: (error) => {
        tracker.beat(error);
        if (error === null && !answered) {
          // Watches of before may hang on dead connections without knowing it.
          pods.reconnect();
          experiments.reconnect();
        }
        answered = error === null;
      },
    });
    this.#session = { transport, experiments, engine: new ChaosEngine(transport, signal) };
    await Promise.all([heartbeat.run(), pods.run(), experiments.run()]);
    tracker.dispose();
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
