import * as vscode from 'vscode';
import type { ContextList, Lab, LabOptions, ReinjectPolicy, Store } from '../lab/types.js';
import { CannotFollow, type ConnectionChoice, type ConnectionSource } from './connection/source.js';
import { ContextKeys, Settings } from './contributions.js';
import { DisposableList } from './disposables.js';
import type { SessionState } from './present/session-state.js';
import { enginePreference, onExit, onSettingChange, reinject as reinjectSetting } from './settings.js';

/** What the code behind `import('../lab/index.js')` must offer. */
export interface LabModule {
  connect(options: LabOptions): Lab;
  /** What can be chosen from; connects to nothing. Rejects with an Error that says why it cannot be read. */
  listContexts(source: {
    readonly path: string | null;
    readonly env: LabOptions['env'];
  }): Promise<ContextList>;
}

/** How long a command waits for a connection before it gives up, ms. */
const CONNECT_PATIENCE_MS = 20_000;

/**
 * The connection's lifetime inside the extension's: opens the lab when something first needs a cluster, and ends
 * it whole when another cluster is chosen or the user reconnects.
 */
export class Session implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<SessionState>();
  readonly #load: () => Promise<LabModule>;
  readonly #log: vscode.LogOutputChannel;
  readonly #source: ConnectionSource;
  readonly #extension = new DisposableList();
  #connection = new DisposableList();
  #lab: Lab | null = null;
  #choice: ConnectionChoice | null = null;
  #state: SessionState = { phase: 'none' };
  #opening: Promise<void> | null = null;
  #ending: Promise<unknown> = Promise.resolve();
  #followers: ((lab: Lab, scope: DisposableList) => void)[] = [];

  /** Fires after each change of `state`. */
  readonly onDidChange = this.#changed.event;

  constructor(load: () => Promise<LabModule>, log: vscode.LogOutputChannel, source: ConnectionSource) {
    this.#load = load;
    this.#log = log;
    this.#source = source;
    this.#extension.add(this.#changed);
    this.#extension.add(source.onDidChange(() => this.#restartIfOpen()));
    this.#extension.add(onSettingChange(Settings.engine, () => this.#restartIfOpen()));
    this.#extension.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#restartIfOpen()));
  }

  get state(): SessionState {
    return this.#state;
  }

  /** By what the connection of now was made; null where none was. */
  get choice(): ConnectionChoice | null {
    return this.#choice;
  }

  /** The lab of the connection of now; null where none is open. */
  get lab(): Lab | null {
    return this.#lab;
  }

  /**
   * Runs for the lab of now and for each later one. The scope ends with that lab's connection.
   */
  follow(listener: (lab: Lab, scope: DisposableList) => void): vscode.Disposable {
    this.#followers.push(listener);
    if (this.#lab !== null) listener(this.#lab, this.#connection);
    return new vscode.Disposable(() => {
      this.#followers = this.#followers.filter((other) => other !== listener);
    });
  }

  /** Opens the lab unless it is open already. Never throws: what fails is told by `state`. */
  open(): Promise<void> {
    if (this.#lab !== null) return Promise.resolve();
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  /** Opens the lab and waits until it is live or has failed; gives it where it is live (or stale), else null. */
  async ready(): Promise<Lab | null> {
    await this.open();
    if (isUndecided(this.#state)) await this.#decided();
    return this.#state.phase === 'live' || this.#state.phase === 'stale' ? this.#lab : null;
  }

  /** Ends the connection and opens a new one. */
  async restart(): Promise<void> {
    await this.#opening;
    this.#close();
    await this.open();
  }

  /** The contexts that can be chosen now. Rejects with an Error that says why they cannot be read. */
  async contexts(): Promise<ContextList> {
    const { kubeconfigPath: path, env } = await this.#source.get();
    return (await this.#load()).listContexts({ path, env });
  }

  dispose(): void {
    this.#close();
    this.#extension.dispose();
  }

  /** Resolves when every connection that was closed has really ended. */
  ended(): Promise<unknown> {
    return this.#ending;
  }

  /** Has the extension's end wait for this as well; it must not reject. */
  hold(work: Promise<unknown>): void {
    this.#ending = Promise.all([this.#ending, work]);
  }

  #restartIfOpen(): void {
    if (this.#state.phase !== 'none') void this.restart();
  }

  async #connect(): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      const detail = vscode.l10n.t(
        'A kubeconfig may name programs to run, so Podstress waits for your trust.',
      );
      this.#tell({ phase: 'failed', failure: 'untrusted-workspace', detail, context: null });
      return;
    }
    const scope = this.#connection;
    this.#tell({ phase: 'loading' });
    try {
      const [choice, { connect }] = await Promise.all([this.#source.get(), this.#load()]);
      if (scope.disposed || this.#extension.disposed) return;
      this.#choice = choice;
      const { context, kubeconfigPath, env, namespaces } = choice;
      const reinject = (): ReinjectPolicy => (reinjectSetting() === 'always' ? 'always' : 'never');
      const onDisconnect = onExit() === 'stop' ? ('stop' as const) : ('keep' as const);
      const options = {
        kubeconfigPath,
        env,
        namespaces,
        engine: enginePreference(),
        reinject,
        onDisconnect,
        log: this.#log,
      };
      const lab = connect(context === null ? options : { ...options, context });
      this.#lab = lab;
      scope.defer(() => this.#end(lab));
      listen(scope, lab.connection, (state) => this.#tell(state));
      for (const follower of this.#followers) follower(lab, scope);
    } catch (error) {
      const failure = error instanceof CannotFollow ? 'cannot-follow' : 'internal';
      if (failure === 'internal') this.#log.error(error instanceof Error ? error : String(error));
      this.#tell({ phase: 'failed', failure, detail: messageOf(error), context: null });
    }
  }

  #close(): void {
    const ended = this.#connection;
    this.#connection = new DisposableList();
    this.#lab = null;
    this.#choice = null;
    ended.dispose();
    if (!this.#extension.disposed) this.#tell({ phase: 'none' });
  }

  #end(lab: Lab): void {
    const closed = lab
      .dispose()
      .catch((error: unknown) => this.#log.warn(`Closing the connection: ${messageOf(error)}`));
    this.#ending = Promise.all([this.#ending, closed]);
  }

  #tell(state: SessionState): void {
    if (this.#extension.disposed) return;
    this.#state = state;
    if (state.phase === 'failed') this.#log.warn(`${state.failure}: ${state.detail}`);
    void setContext(ContextKeys.connection, state.phase);
    void setContext(ContextKeys.failure, state.phase === 'failed' ? state.failure : '');
    this.#changed.fire(state);
  }

  #decided(): Promise<void> {
    return new Promise((resolve) => {
      const waiting = new DisposableList();
      const patience = setTimeout(() => waiting.dispose(), CONNECT_PATIENCE_MS);
      waiting.defer(resolve);
      waiting.defer(() => clearTimeout(patience));
      waiting.add(this.onDidChange((state) => isUndecided(state) || waiting.dispose()));
    });
  }
}

/** Calls the listener with the value of now and with each later one, until the scope ends. */
export function listen<T>(scope: DisposableList, store: Store<T>, listener: (value: T) => void): void {
  scope.defer(store.subscribe(listener));
  listener(store.get());
}

function isUndecided(state: SessionState): boolean {
  return state.phase === 'loading' || state.phase === 'connecting';
}

function setContext(key: string, value: string): Thenable<unknown> {
  return vscode.commands.executeCommand('setContext', key, value);
}

/** An error's own words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
