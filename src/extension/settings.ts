import * as vscode from 'vscode';
import type { SafetyRules } from '../core/experiment/safety.js';
import { safetyRules } from '../core/experiment/safety-rules.js';
import type { EnginePreference } from '../lab/types.js';
import { Settings } from './contributions.js';

export type ConfirmInject = 'always' | 'outsideSandbox' | 'never';
/** What becomes of own experiments that still run when VS Code closes. */
export type OnExit = 'keep' | 'stop' | 'ask';
export type RevealKills = 'onOwnKill' | 'never';
export type Reinject = 'never' | 'ask' | 'always';

/** The kubeconfig's path with `~` and `${env:NAME}` filled in; null: as kubectl finds it. */
export function kubeconfigPath(env: Readonly<Record<string, string | undefined>>): string | null {
  const written = read(Settings.kubeconfig).trim();
  if (written === '') return null;
  return written
    .replace(/^~(?=$|[/\\])/, env['HOME'] ?? env['USERPROFILE'] ?? '~')
    .replace(/\$\{env:([^}]+)\}/g, (_whole, name: string) => env[name] ?? '');
}

export function followsKubernetesExtension(): boolean {
  return value(Settings.followKubernetesExtension) === true;
}

/** Namespaces to read beside the context's own where not all may be read. */
export function namespaces(): readonly string[] {
  const written = value(Settings.namespaces);
  if (!Array.isArray(written)) return [];
  return written.filter(
    (name): name is string => typeof name === 'string' && /^[a-z0-9][-a-z0-9]*$/.test(name),
  );
}

/** The image of the agent; empty: the one that the manifests name. */
export function agentImage(): string {
  return read(Settings.agentImage).trim();
}

/** Who shall inject. */
export function enginePreference(): EnginePreference {
  const written = read(Settings.engine);
  return written === 'chaos-mesh' || written === 'agent' ? written : 'auto';
}

const LEAST_CAREFUL_FIRST: readonly unknown[] = [
  'never',
  'outsideSandbox',
  'always',
] satisfies ConfirmInject[];

/** When to ask: as the user says, or as the workspace does where that is more careful. */
export function confirmInject(): ConfirmInject {
  const { own, added } = written(Settings.injectConfirm);
  const values = [own, ...added.filter((one) => one !== undefined)];
  // What cannot be read counts as the most careful.
  if (values.some((one) => !LEAST_CAREFUL_FIRST.includes(one)) || values.includes('always')) return 'always';
  return values.includes('outsideSandbox') ? 'outsideSandbox' : 'never';
}

/** What guards clusters: the user's rules, made stricter by what the workspace adds. */
export function injectionRules(): SafetyRules {
  const contexts = written(Settings.protectedContexts);
  const namespaces = written(Settings.protectedNamespaces);
  const targets = written(Settings.maxTargets);
  const rulesOf = (protectedContexts: unknown, protectedNamespaces: unknown, maxTargets: unknown) => ({
    protectedContexts,
    protectedNamespaces,
    maxTargets,
  });
  return safetyRules(
    rulesOf(contexts.own, namespaces.own, targets.own),
    contexts.added.map((added, index) => rulesOf(added, namespaces.added[index], targets.added[index])),
  );
}

export function onExit(): OnExit {
  const written = read(Settings.onExit);
  return written === 'keep' || written === 'stop' ? written : 'ask';
}

export function revealKills(): RevealKills {
  return read(Settings.killsReveal) === 'never' ? 'never' : 'onOwnKill';
}

/** What follows when a container is restarted from under a stress. */
export function reinject(): Reinject {
  const written = read(Settings.reinject);
  return written === 'never' || written === 'always' ? written : 'ask';
}

/** Calls back after a setting of ours changed. */
export function onSettingChange(setting: string, listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(setting)) listener();
  });
}

function read(setting: string): string {
  const written = value(setting);
  return typeof written === 'string' ? written : '';
}

function value(setting: string): unknown {
  return vscode.workspace.getConfiguration().get(setting);
}

/** What the user has set (or the default), and what workspace and folder set besides; undefined: nothing. */
function written(setting: string): { readonly own: unknown; readonly added: readonly unknown[] } {
  const found = vscode.workspace.getConfiguration().inspect(setting);
  return {
    own: found?.globalValue ?? found?.defaultValue,
    added: [found?.workspaceValue, found?.workspaceFolderValue],
  };
}
