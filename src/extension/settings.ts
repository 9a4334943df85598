import * as vscode from 'vscode';
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

export function confirmInject(): ConfirmInject {
  const written = read(Settings.injectConfirm);
  return written === 'never' || written === 'outsideSandbox' ? written : 'always';
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
  const dot = setting.indexOf('.');
  return vscode.workspace.getConfiguration(setting.slice(0, dot)).get(setting.slice(dot + 1));
}
