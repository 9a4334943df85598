import * as vscode from 'vscode';
import { Diagnostics } from './diagnostics.js';
import type { LanguageHost } from './host.js';
import { registerRulePages } from './rule-pages.js';

export type { ClusterNames, LanguageHost, NodeNames, PodNames } from './host.js';

/** Starts the StressChaos language in this window. Disposing ends it whole. */
export function registerLanguage(host: LanguageHost): vscode.Disposable {
  const diagnostics = new Diagnostics(host);
  return vscode.Disposable.from(diagnostics, registerRulePages());
}
