import * as vscode from 'vscode';
import { Settings } from './contributions.js';

export type ConfirmInject = 'always' | 'outsideSandbox' | 'never';
export type RevealKills = 'onOwnKill' | 'never';

/** The kubeconfig's path with `~` and `${env:NAME}` filled in; null: as kubectl finds it. */
export function kubeconfigPath(env: Readonly<Record<string, string | undefined>>): string | null {
  const written = read(Settings.kubeconfig).trim();
  if (written === '') return null;
  return written
    .replace(/^~(?=$|[/\\])/, env['HOME'] ?? env['USERPROFILE'] ?? '~')
    .replace(/\$\{env:([^}]+)\}/g, (_whole, name: string) => env[name] ?? '');
}

export function confirmInject(): ConfirmInject {
  const value = read(Settings.injectConfirm);
  return value === 'never' || value === 'outsideSandbox' ? value : 'always';
}

export function revealKills(): RevealKills {
  return read(Settings.killsReveal) === 'never' ? 'never' : 'onOwnKill';
}

/** Calls back after a setting of ours changed. */
export function onSettingChange(setting: string, listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(setting)) listener();
  });
}

function read(setting: string): string {
  const dot = setting.indexOf('.');
  const value: unknown = vscode.workspace.getConfiguration(setting.slice(0, dot)).get(setting.slice(dot + 1));
  return typeof value === 'string' ? value : '';
}
