import * as vscode from 'vscode';
import { isVersion } from '../../core/stresschaos/version.js';
import type { LanguageHost } from './host.js';
import { LanguageSettings } from './setting-names.js';

export { LanguageSettings };

function read(setting: string): unknown {
  const dot = setting.indexOf('.');
  return vscode.workspace.getConfiguration(setting.slice(0, dot)).get(setting.slice(dot + 1));
}

/** The Chaos Mesh version to check by: the setting, else the connected cluster's; null: the latest. */
export function effectiveVersion(host: Pick<LanguageHost, 'chaosMeshVersion'>): string | null {
  const setting = read(LanguageSettings.version);
  return typeof setting === 'string' && isVersion(setting) ? setting : host.chaosMeshVersion();
}

export function inlayHintsEnabled(): boolean {
  return read(LanguageSettings.inlayHints) !== false;
}

export function liveDiagnosticsEnabled(): boolean {
  return read(LanguageSettings.liveDiagnostics) !== false;
}

export function schemaContributorEnabled(): boolean {
  return read(LanguageSettings.schemaContributor) !== false;
}
