import * as vscode from 'vscode';
import { registerCodeActions } from './code-actions.js';
import { registerCompletion } from './completion.js';
import { Diagnostics } from './diagnostics.js';
import type { LanguageHost } from './host.js';
import { registerHover } from './hover.js';
import { registerInlayHints } from './inlay-hints.js';
import { LiveDiagnostics } from './live-diagnostics.js';
import { registerNavigation } from './navigation.js';
import { registerRulePages } from './rule-pages.js';
import { YamlExtension } from './yaml-extension.js';

export { clusterNames } from './cluster.js';
export type { ClusterNames, LanguageHost, NodeNames, PodNames } from './host.js';
export { LiveCluster } from './live-cluster.js';
export { effectiveVersion } from './settings.js';

/** Starts the StressChaos language in this window. Disposing ends it whole. */
export function registerLanguage(host: LanguageHost): vscode.Disposable {
  const diagnostics = new Diagnostics(host);
  const live = host.live === undefined ? null : new LiveDiagnostics(host, host.live);
  const yaml = new YamlExtension(host);
  return vscode.Disposable.from(
    diagnostics,
    ...(live === null ? [] : [live]),
    yaml,
    registerRulePages(),
    registerCompletion(host, yaml),
    registerHover(host, yaml),
    registerInlayHints(host),
    registerCodeActions(diagnostics, live),
    registerNavigation(),
  );
}
