/** The chunk that loads when somebody first looks into a Pod: logs, shells, descriptions. */
import type * as vscode from 'vscode';
import type { CommandHost } from './commands/host.js';
import {
  followLogs,
  type ObjectsHost,
  openLog,
  openShell,
  refreshDocument,
  showExperiment,
  showPod,
} from './objects/commands.js';
import { PodDocuments } from './objects/documents.js';

/** Each takes the argument of its command: a node of the Pods view, a URI, or nothing. */
export interface Objects extends vscode.Disposable {
  /** The read-only documents. */
  readonly documents: vscode.TextDocumentContentProvider & { readonly onDidChange: vscode.Event<vscode.Uri> };
  followLogs(argument: unknown): Promise<void>;
  openLog(argument: unknown): Promise<void>;
  openPreviousLog(argument: unknown): Promise<void>;
  openShell(argument: unknown): Promise<void>;
  describe(argument: unknown): Promise<void>;
  showYaml(argument: unknown): Promise<void>;
  showExperiment(argument: unknown, selected: unknown): Promise<void>;
  refreshDocument(argument: unknown): Promise<void>;
}

export function openObjects(commands: CommandHost): Objects {
  const documents = new PodDocuments(commands.session);
  const host: ObjectsHost = { ...commands, documents };
  return {
    documents,
    followLogs: (argument) => followLogs(host, argument),
    openLog: (argument) => openLog(host, argument, false),
    openPreviousLog: (argument) => openLog(host, argument, true),
    openShell: (argument) => openShell(host, argument),
    describe: (argument) => showPod(host, 'describe', argument),
    showYaml: (argument) => showPod(host, 'yaml', argument),
    showExperiment: (argument, selected) => showExperiment(host, argument, selected),
    refreshDocument: (argument) => refreshDocument(host, argument),
    dispose: () => documents.dispose(),
  };
}
