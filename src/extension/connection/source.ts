import * as vscode from 'vscode';
import type { LabOptions } from '../../lab/types.js';
import { Settings } from '../contributions.js';
import { DisposableList } from '../disposables.js';
import type { ContextOrigin } from '../present/connection-status.js';
import { followsKubernetesExtension, kubeconfigPath, namespaces, onSettingChange } from '../settings.js';
import { isKubernetesExtensionInstalled, kubernetesConfiguration } from './kubernetes-extension.js';

/** By what a connection is made. */
export interface ConnectionChoice extends Pick<LabOptions, 'kubeconfigPath' | 'env'> {
  /** Null: the kubeconfig's current one. */
  readonly context: string | null;
  readonly origin: ContextOrigin;
  /** Whether the kubeconfig is the Kubernetes extension's. */
  readonly follows: boolean;
  readonly namespaces: readonly string[];
}

/** Knows which kubeconfig and which context to use. */
export interface ConnectionSource {
  /** Fires when `get` gives another choice than before. */
  readonly onDidChange: vscode.Event<void>;
  /** Rejects with CannotFollow. */
  get(): Promise<ConnectionChoice>;
}

/** The Kubernetes extension shall be followed and cannot be. Another cluster in its place would be a trap. */
export class CannotFollow extends Error {
  override readonly name = 'CannotFollow';
}

/** What is remembered for the workspace: a context, and of which kubeconfig. */
interface Remembered {
  readonly kubeconfig: string;
  readonly context: string;
}

interface Followed {
  readonly path: string;
  readonly context: string | null;
}

const KEY = 'podstress.context';

/**
 * The user's choice: what was chosen in Podstress for this workspace, else what the Kubernetes extension uses where
 * it shall be followed, else the kubeconfig's own current context. No kubeconfig is ever written.
 */
export class ChosenConnection implements ConnectionSource, vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #scope = new DisposableList();
  #following: { readonly scope: DisposableList; context: string | null } | null = null;

  readonly onDidChange = this.#changed.event;

  constructor(memory: vscode.Memento, log: vscode.LogOutputChannel) {
    this.#memory = memory;
    this.#log = log;
    this.#scope.add(this.#changed);
    this.#scope.defer(() => this.#unfollow());
    this.#scope.add(onSettingChange(Settings.kubeconfig, () => this.#changed.fire()));
    this.#scope.add(onSettingChange(Settings.namespaces, () => this.#changed.fire()));
    this.#scope.add(
      onSettingChange(Settings.followKubernetesExtension, () => {
        this.#unfollow();
        this.#changed.fire();
      }),
    );
  }

  dispose(): void {
    this.#scope.dispose();
  }

  async get(): Promise<ConnectionChoice> {
    const followed = await this.#followed();
    // A list of files, as KUBECONFIG may be, is read as KUBECONFIG; credential plugins then see it, too.
    const place =
      followed === null
        ? { kubeconfigPath: kubeconfigPath(process.env), env: process.env }
        : { kubeconfigPath: null, env: { ...process.env, KUBECONFIG: followed.path } };
    const common = { ...place, follows: followed !== null, namespaces: namespaces() };
    const remembered = this.#remembered(place);
    if (remembered !== null) return { ...common, context: remembered, origin: 'podstress' };
    if (followed !== null) return { ...common, context: followed.context, origin: 'kubernetes-extension' };
    return { ...common, context: null, origin: 'kubeconfig' };
  }

  /** Remembers the context for this workspace; null: whatever the kubeconfig or the followed extension says. */
  async choose(context: string | null): Promise<void> {
    const { kubeconfigPath: path, env } = await this.get();
    const chosen: Remembered | undefined =
      context === null ? undefined : { context, kubeconfig: nameOf({ kubeconfigPath: path, env }) };
    await this.#memory.update(KEY, chosen);
    this.#changed.fire();
  }

  #remembered(place: Pick<ConnectionChoice, 'kubeconfigPath' | 'env'>): string | null {
    const found = this.#memory.get<Partial<Remembered>>(KEY);
    return found?.kubeconfig === nameOf(place) && typeof found.context === 'string' ? found.context : null;
  }

  async #followed(): Promise<Followed | null> {
    if (!followsKubernetesExtension() || !isKubernetesExtensionInstalled()) return null;
    let found: Awaited<ReturnType<typeof kubernetesConfiguration>>;
    try {
      found = await kubernetesConfiguration();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CannotFollow(vscode.l10n.t('The Kubernetes extension cannot be asked: {0}.', reason));
    }
    if (found === null || this.#scope.disposed) return null;
    this.#following ??= this.#follow(found);
    const path = found.kubeconfig();
    switch (path.kind) {
      case 'host':
        return { path: path.path, context: this.#following.context };
      case 'wsl':
        throw new CannotFollow(
          vscode.l10n.t(
            'It uses a kubeconfig inside WSL, which cannot be read from Windows. Open the folder in WSL, or switch podstress.followKubernetesExtension off.',
          ),
        );
      case 'unsupported':
        throw new CannotFollow(vscode.l10n.t('The Kubernetes extension cannot be asked: {0}.', path.reason));
    }
  }

  #follow(configuration: NonNullable<Awaited<ReturnType<typeof kubernetesConfiguration>>>) {
    const scope = new DisposableList();
    const following = { scope, context: null as string | null };
    scope.add(
      configuration.onDidChangeContext((context) => {
        following.context = context;
        this.#log.info(`The Kubernetes extension changed to the context ${context ?? '(none)'}`);
        this.#changed.fire();
      }),
    );
    scope.add(
      configuration.onDidChangeKubeconfigPath(() => {
        following.context = null;
        this.#changed.fire();
      }),
    );
    return following;
  }

  #unfollow(): void {
    this.#following?.scope.dispose();
    this.#following = null;
  }
}

/** Tells one kubeconfig from another. */
function nameOf({ kubeconfigPath: path, env }: Pick<ConnectionChoice, 'kubeconfigPath' | 'env'>): string {
  return path ?? env['KUBECONFIG'] ?? '';
}
