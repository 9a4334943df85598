import * as vscode from 'vscode';
import type { AgentSetup, Manifests, Runs } from './commands/host.js';
import { type RegisterHost, registerCommands } from './commands/register.js';
import { watchRestarts } from './commands/restart-watch.js';
import { ChosenConnection } from './connection/source.js';
import { ConnectionStatusItem } from './connection/status-item.js';
import { DisposableList } from './disposables.js';
import { openGate } from './gate.js';
import { serveDocuments } from './objects/lazy-documents.js';
import type { Objects } from './objects.js';
import { OwnExperiments } from './own-experiments.js';
import { MemoryPanel } from './panel/panel.js';
import { Session } from './session.js';
import { ExperimentsView } from './views/experiments-view.js';
import { NodesView } from './views/nodes-view.js';
import { PodsArrangement } from './views/pods-arrangement.js';
import { PodsPins } from './views/pods-pins.js';
import { PodsView } from './views/pods-view.js';

let running: {
  readonly scope: DisposableList;
  readonly session: Session;
  readonly own: OwnExperiments;
} | null = null;

/** Registers what package.json promises. Loads no YAML parser, starts no program, and touches no cluster. */
export function activate(context: vscode.ExtensionContext): void {
  const scope = new DisposableList();
  context.subscriptions.push(scope);
  const log = scope.add(vscode.window.createOutputChannel('Podstress', { log: true }));
  const language = { l10n: vscode.l10n, locale: vscode.env.language };
  const chosen = scope.add(new ChosenConnection(context.workspaceState, log));
  const session = scope.add(new Session(() => import('../lab/index.js'), log, chosen));
  scope.add(new ConnectionStatusItem(session, language));
  const { extensionUri, workspaceState } = context;
  const arrangement = scope.add(new PodsArrangement(workspaceState));
  const pins = scope.add(new PodsPins(session, language, workspaceState));
  const pods = scope.add(new PodsView({ session, language, extensionUri, arrangement, pins }));
  scope.add(new ExperimentsView(session, language));
  scope.add(new NodesView(session, language));
  scope.add(watchRestarts({ session, language, log }));
  const own = scope.add(new OwnExperiments(session, workspaceState, log));
  const panel = scope.add(new MemoryPanel({ session, language, context, log }));
  panel.onRevealPod((namespace, pod) => pods.reveal(namespace, pod));

  let manifests: Promise<Manifests> | null = null;
  let objects: Promise<Objects> | null = null;
  let agentSetup: Promise<AgentSetup> | null = null;
  let runs: Promise<Runs> | null = null;
  const host: RegisterHost = {
    session,
    language,
    log,
    pods,
    own,
    panel,
    arrangement,
    pins,
    agentSetup: () => {
      agentSetup ??= import('./agent-setup.js').then(({ openAgentSetup }) =>
        scope.add(openAgentSetup(host, context.extensionUri)),
      );
      return agentSetup;
    },
    manifests: () => {
      manifests ??= import('./manifests.js').then(({ openManifests }) =>
        scope.add(openManifests({ session, language, log })),
      );
      return manifests;
    },
    runs: () => {
      runs ??= import('./runs.js').then(({ openRuns }) => scope.add(openRuns(host, context)));
      return runs;
    },
    objects: () => {
      objects ??= import('./objects.js').then(({ openObjects }) => scope.add(openObjects(host)));
      return objects;
    },
  };
  scope.add(serveDocuments(host));
  scope.add(registerCommands(host, chosen));
  scope.add(openGate(() => void host.manifests().catch((error: unknown) => log.error(String(error)))));
  running = { scope, session, own };
}

/** Resolves when the connection has really ended. */
export async function deactivate(): Promise<void> {
  await running?.own.leave();
  running?.scope.dispose();
  await running?.session.ended();
  running = null;
}
