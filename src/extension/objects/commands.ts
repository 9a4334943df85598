import * as vscode from 'vscode';
import type { ContainerRef, Lab } from '../../lab/types.js';
import { chooseExperiment } from '../commands/experiment-choice.js';
import { connected, tellFailure } from '../commands/failures.js';
import type { CommandHost } from '../commands/host.js';
import { podStep } from '../present/errors.js';
import { chooseContainer, choosePod } from './choose.js';
import { DOCUMENT_SCHEME, type DocumentSubject } from './document-uri.js';
import type { PodDocuments } from './documents.js';
import { LogTask } from './log-terminal.js';
import { PodTerminal, type TerminalTask } from './pod-terminal.js';
import { ShellTask } from './shell-terminal.js';

/** What the commands that look into Pods work with. */
export interface ObjectsHost extends CommandHost {
  readonly documents: PodDocuments;
}

/** Follows a container's log in a terminal. */
export async function followLogs(host: ObjectsHost, argument: unknown): Promise<void> {
  await withContainer(host, argument, (lab, target) =>
    openTerminal(host, lab, target, {
      name: vscode.l10n.t('Log: {0}', `${target.pod}/${target.container}`),
      icon: 'output',
      task: new LogTask(lab, target, host.language),
    }),
  );
}

/** Opens what the container, or its instance before this one, has said so far, as a document. */
export async function openLog(host: ObjectsHost, argument: unknown, previous: boolean): Promise<void> {
  await withContainer(host, argument, (lab, target) =>
    openDocument(host, lab, { kind: 'log', previous, context: contextOf(lab), ...target }),
  );
}

/** Opens a shell in a container. */
export async function openShell(host: ObjectsHost, argument: unknown): Promise<void> {
  await withContainer(host, argument, (lab, target) =>
    openTerminal(host, lab, target, {
      name: vscode.l10n.t('Shell: {0}', `${target.pod}/${target.container}`),
      icon: 'terminal',
      task: new ShellTask(lab, target),
    }),
  );
}

/** Opens the description or the YAML of a Pod. */
export async function showPod(
  host: ObjectsHost,
  kind: 'describe' | 'yaml',
  argument: unknown,
): Promise<void> {
  const lab = await connected(host);
  if (lab === null) return;
  const pod = await choosePod(host, lab, argument);
  if (pod === null) return;
  const { namespace, name } = pod;
  await openDocument(host, lab, { kind, namespace, pod: name, context: contextOf(lab) });
}

/** Opens the YAML of an experiment. */
export async function showExperiment(host: ObjectsHost, argument: unknown, selected: unknown): Promise<void> {
  const lab = await connected(host);
  if (lab === null) return;
  const key = await chooseExperiment(host, lab, argument, selected);
  if (key === null) return;
  const [namespace = '', name = ''] = key.split('/');
  await openDocument(host, lab, { kind: 'experiment', namespace, name, context: contextOf(lab) });
}

/** Reads the document of the active editor anew. */
export async function refreshDocument(host: ObjectsHost, argument: unknown): Promise<void> {
  const uri = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme !== DOCUMENT_SCHEME) return;
  try {
    await host.documents.refresh(uri);
  } catch (error) {
    await tellPodFailure(host, vscode.l10n.t('The document could not be refreshed'), error);
  }
}

async function withContainer(
  host: ObjectsHost,
  argument: unknown,
  act: (lab: Lab, target: ContainerRef) => unknown,
): Promise<void> {
  const lab = await connected(host);
  if (lab === null) return;
  const target = await chooseContainer(host, lab, argument);
  if (target !== null) await act(lab, target);
}

async function openDocument(host: ObjectsHost, lab: Lab, subject: DocumentSubject): Promise<void> {
  try {
    await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Window,
        title: vscode.l10n.t('Podstress: reading {0}', nameOf(subject)),
      },
      () => host.documents.open(lab, subject),
    );
  } catch (error) {
    if (subject.kind === 'experiment') await tellFailure(host, subject.name, error);
    else await tellPodFailure(host, subject.pod, error);
  }
}

function nameOf(subject: DocumentSubject): string {
  return subject.kind === 'experiment' ? subject.name : subject.pod;
}

function tellPodFailure(host: ObjectsHost, what: string, error: unknown): Promise<void> {
  return tellFailure(host, what, error, podStep);
}

function openTerminal(
  host: ObjectsHost,
  lab: Lab,
  { namespace }: ContainerRef,
  { name, icon, task }: { name: string; icon: string; task: TerminalTask },
): void {
  const closing = new AbortController();
  const pty = new PodTerminal(task, closing.signal);
  const watching = host.session.onDidChange(() => {
    if (host.session.lab === lab) return;
    watching.dispose();
    closing.abort(vscode.l10n.t('The connection was closed, and this with it.'));
  });
  const terminal = vscode.window.createTerminal({
    name,
    pty,
    iconPath: new vscode.ThemeIcon(icon),
    // What ran in a cluster cannot be brought back by a restart of the window.
    isTransient: true,
  });
  const closed = vscode.window.onDidCloseTerminal((other) => {
    if (other !== terminal) return;
    watching.dispose();
    closed.dispose();
  });
  terminal.show();
  host.log.info(`${name} (${namespace}, context ${contextOf(lab)})`);
}

function contextOf(lab: Lab): string {
  return lab.connection.get().context ?? '';
}
