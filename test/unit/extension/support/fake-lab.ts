/** An in-memory stand-in for the lab: stores that a test writes, and a record of what was asked. No cluster, no cgroup. */
import type { StressChaos } from '../../../../src/core/kubernetes/objects.js';
import { NO_SURROUNDINGS } from '../../../../src/core/kubernetes/surroundings.js';
import { Baselines } from '../../../../src/lab/baselines.js';
import { HistoryBook } from '../../../../src/lab/history.js';
import type {
  AgentInstaller,
  AgentInstallStep,
  AgentLevel,
  AgentPlan,
  AgentRemoval,
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
  InstalledAgent,
  Interest,
  KillLog,
  Lab,
  LogOptions,
  MissingRights,
  NamedKill,
  NodeView,
  OutsideNumbers,
  PodRef,
  PodView,
  ProcessList,
  StopReport,
  Store,
  Surroundings,
  SurroundingsInterest,
  WantedSurroundings,
} from '../../../../src/lab/types.js';

export class FakeStore<T> implements Store<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  get(): T {
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
    for (const listener of this.#listeners) listener(value);
  }

  subscribe(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Notes what it is asked for, and does nothing. */
export class FakeInstaller implements AgentInstaller {
  readonly asked: string[] = [];
  missing: MissingRights | null = null;
  /** Thrown by the next apply that does not force. */
  refusal: Error | null = null;
  installedBy: 'ours' | 'other' | 'none' = 'none';

  plan(level: AgentLevel, manifests: string, image: string | null): AgentPlan {
    this.asked.push(`plan ${level} ${image ?? '-'}`);
    return { level, image: image ?? 'podstress-agent:0.1.0', text: manifests };
  }

  async missingRights(what: 'install' | 'remove'): Promise<MissingRights | null> {
    this.asked.push(`rights ${what}`);
    return this.missing;
  }

  async apply(plan: AgentPlan, options: { readonly force: boolean }): Promise<void> {
    this.asked.push(`apply ${plan.level} ${plan.image}${options.force ? ' force' : ''}`);
    if (this.refusal !== null && !options.force) throw this.refusal;
  }

  async ready(onStep: (step: AgentInstallStep) => void): Promise<InstalledAgent> {
    this.asked.push('ready');
    onStep({ kind: 'waiting', nodes: 1, available: 1, answering: 1 });
    return { nodes: 1, answering: 1 };
  }

  async owner(): Promise<'ours' | 'other' | 'none'> {
    return this.installedBy;
  }

  async remove(): Promise<AgentRemoval> {
    this.asked.push('remove');
    return { removed: [], kept: null };
  }
}

export class FakeLab implements Lab {
  readonly connection = new FakeStore<ConnectionState>({
    phase: 'live',
    context: 'sandbox',
    server: 'https://127.0.0.1:6443',
  });
  readonly engine = new FakeStore<EngineChoice>({
    kind: 'chaos-mesh',
    version: '2.8.3',
    installation: null,
  });
  readonly pods = new FakeStore<readonly PodView[]>([]);
  readonly agents = new FakeStore<readonly AgentView[]>([]);
  readonly nodes = new FakeStore<readonly NodeView[]>([]);
  readonly agentInstaller = new FakeInstaller();
  readonly kills = new FakeStore<KillLog>({ kills: [], gaps: [], dropped: 0 });
  readonly experiments = new FakeStore<readonly ExperimentView[]>([]);
  readonly processes = new FakeStore<ReadonlyMap<string, ProcessList>>(new Map());
  /** What each open interest looks at. */
  readonly looked = new Set<{ pods: readonly string[]; containers: readonly string[] }>();
  readonly surroundings = new FakeStore<Surroundings>(NO_SURROUNDINGS);
  /** What each open interest wants to know of the surroundings. */
  readonly wanted = new Map<symbol, WantedSurroundings>();
  readonly history = new HistoryBook();
  readonly baselines = new Baselines();
  readonly injected: {
    readonly object: StressChaos;
    readonly replace: boolean;
    readonly file: string | null;
  }[] = [];
  readonly stopped: string[] = [];
  /** `pause KEY`, `resume KEY`, `STEP KEY`, in order. */
  readonly acted: string[] = [];
  /** What `dryRun` was asked, and what it answers. */
  readonly tried: Readonly<Record<string, unknown>>[] = [];
  verdict: DryRunResult = { accepted: true, warnings: [] };
  missingRights: MissingRights | null = null;
  left: StopReport = { clean: [], left: [], unknown: [] };
  disposed = false;
  /** Thrown by the next inject or stop. */
  failure: Error | null = null;

  interest(): Interest {
    const own = { pods: [] as readonly string[], containers: [] as readonly string[] };
    this.looked.add(own);
    return {
      show: (pods, containers = []) => {
        own.pods = [...pods];
        own.containers = [...containers];
      },
      dispose: () => this.looked.delete(own),
    };
  }

  watchSurroundings(): SurroundingsInterest {
    const own = Symbol('surroundings');
    return {
      want: (wanted) => void this.wanted.set(own, wanted),
      dispose: () => void this.wanted.delete(own),
    };
  }

  async inject(object: StressChaos, options: InjectOptions = {}): Promise<InjectResult> {
    if (this.failure !== null) throw this.failure;
    this.injected.push({ object, replace: options.replace ?? false, file: options.file ?? null });
    return { key: `${object.metadata.namespace ?? 'default'}/${object.metadata.name}` };
  }

  outside: OutsideNumbers = { node: null, top: null };

  /** By the kill's id. */
  readonly reports = new Map<string, string>();

  async killReport({ id }: NamedKill): Promise<string | null> {
    return this.reports.get(id) ?? null;
  }

  async outsideNumbers(): Promise<OutsideNumbers> {
    return this.outside;
  }

  async dryRun(manifest: Readonly<Record<string, unknown>>): Promise<DryRunResult> {
    this.tried.push(manifest);
    return this.verdict;
  }

  async pause(key: string): Promise<void> {
    if (this.failure !== null) throw this.failure;
    this.acted.push(`pause ${key}`);
  }

  async resume(key: string): Promise<void> {
    if (this.failure !== null) throw this.failure;
    this.acted.push(`resume ${key}`);
  }

  async experimentYaml(key: string): Promise<string> {
    if (this.failure !== null) throw this.failure;
    return `kind: StressChaos # ${key}\n`;
  }

  async reinject(key: string): Promise<void> {
    if (this.failure !== null) throw this.failure;
    this.acted.push(`reinject ${key}`);
  }

  async force(key: string, step: ForceStep): Promise<void> {
    this.acted.push(`${step} ${key}`);
  }

  async missingExperimentRights(): Promise<MissingRights | null> {
    return this.missingRights;
  }

  async stop(key: string): Promise<StopReport> {
    if (this.failure !== null) throw this.failure;
    this.stopped.push(key);
    return this.left;
  }

  /** What `logs` gives. */
  log: (target: ContainerRef, options: LogOptions, signal: AbortSignal) => AsyncIterable<readonly string[]> =
    async function* () {};
  /** What `exec` starts. */
  shell: (request: ExecRequest) => ExecSession = () => {
    throw new Error('no shell in this test');
  };
  readonly texts = { describe: 'Name: a\n', yaml: 'kind: Pod\n' };

  logs(target: ContainerRef, options: LogOptions, signal: AbortSignal): AsyncIterable<readonly string[]> {
    return this.log(target, options, signal);
  }

  async exec(_target: ContainerRef, request: ExecRequest): Promise<ExecSession> {
    if (this.failure !== null) throw this.failure;
    return this.shell(request);
  }

  async describe(_pod: PodRef): Promise<string> {
    if (this.failure !== null) throw this.failure;
    return this.texts.describe;
  }

  async yaml(_pod: PodRef): Promise<string> {
    if (this.failure !== null) throw this.failure;
    return this.texts.yaml;
  }

  async dispose(): Promise<void> {
    this.disposed = true;
  }
}
