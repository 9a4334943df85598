import * as vscode from 'vscode';
import type { ContextChoice, ContextList } from '../../lab/types.js';
import { type ConnectionStep, connectionSteps, shortName, stepText } from '../present/connection-status.js';
import { failureText } from '../present/errors.js';
import type { Language } from '../present/localizer.js';
import { plain } from '../present/plain.js';
import { messageOf, type Session } from '../session.js';
import type { ChosenConnection, ConnectionChoice } from './source.js';
import { commandOf } from './steps.js';

interface Item extends vscode.QuickPickItem {
  readonly act?: () => Thenable<unknown>;
}

export interface ContextPicker {
  readonly session: Session;
  readonly chosen: ChosenConnection;
  readonly language: Language;
}

/**
 * Offers the kubeconfig's contexts, the way back to the one it says itself, and, where the connection is in trouble,
 * what to do about it. What is chosen counts for this workspace; no kubeconfig is written.
 */
export async function chooseContext(picker: ContextPicker): Promise<void> {
  const { session, language } = picker;
  const { state } = session;
  const steps = connectionSteps(state).filter((step) => step !== 'choose-context');
  const next = group(
    vscode.l10n.t('Next step'),
    steps.map((step) => stepItem(step, language)),
  );
  const contexts = vscode.workspace.isTrusted ? await contextItems(picker) : [];
  const isNext = connectionSteps(state)[0] === 'choose-context';
  const items = [
    ...(isNext ? [...contexts, ...next] : [...next, ...contexts]),
    ...(steps.includes('choose-kubeconfig') || !vscode.workspace.isTrusted
      ? []
      : group(vscode.l10n.t('Another kubeconfig'), [stepItem('choose-kubeconfig', language)])),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Podstress: Kubernetes context'),
    placeHolder:
      state.phase === 'failed'
        ? failureText(state.failure, language)
        : vscode.l10n.t('Counts for this workspace; the kubeconfig stays as it is'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  await picked?.act?.();
}

async function contextItems(picker: ContextPicker): Promise<Item[]> {
  const { session, chosen, language } = picker;
  let list: ContextList;
  let choice: ConnectionChoice;
  try {
    choice = await chosen.get();
    list = await session.contexts();
  } catch (error) {
    return [{ label: `$(error) ${shortName(messageOf(error))}`, detail: plain(messageOf(error)) }];
  }
  const choose = async (context: string | null) => {
    await chosen.choose(context);
    await session.open();
  };
  const back: Item = {
    label: mark(choice.origin !== 'podstress', backText(choice)),
    ...given('description', choice.origin === 'podstress' ? list.current : (choice.context ?? list.current)),
    act: () => choose(null),
  };
  const contexts = list.contexts.map((context): Item => {
    const isChosen = choice.origin === 'podstress' && choice.context === context.name;
    return {
      label: mark(isChosen, shortName(context.name)),
      description: describe(context, list.current),
      detail: detail(context, language),
      act: () => choose(context.name),
    };
  });
  return group(vscode.l10n.t('Contexts of {0}', list.files.join(', ')), [back, ...contexts]);
}

/** The way back; the Kubernetes extension's choice comes before the kubeconfig's where it is followed. */
function backText({ follows }: ConnectionChoice): string {
  return follows
    ? vscode.l10n.t('As the Kubernetes extension chooses')
    : vscode.l10n.t('As the kubeconfig says (current-context)');
}

function describe({ name, namespace }: ContextChoice, current: string | null): string {
  return name === current ? `${namespace} · ${vscode.l10n.t('current in the kubeconfig')}` : namespace;
}

function detail({ server, user, verifiesCertificate }: ContextChoice, { l10n }: Language): string {
  const parts = [server === null ? l10n.t('its cluster is not in the kubeconfig') : plain(server)];
  if (user !== '') parts.push(l10n.t('user {0}', shortName(user)));
  if (!verifiesCertificate) parts.push(`$(warning) ${l10n.t('certificate not checked')}`);
  return parts.join(' · ');
}

function stepItem(step: ConnectionStep, language: Language): Item {
  const { command, arguments: args = [] } = commandOf(step);
  return {
    label: `$(arrow-right) ${stepText(step, language)}`,
    act: () => vscode.commands.executeCommand(command, ...args),
  };
}

function group(title: string, items: readonly Item[]): Item[] {
  if (items.length === 0) return [];
  return [{ label: title, kind: vscode.QuickPickItemKind.Separator }, ...items];
}

function mark(isMarked: boolean, text: string): string {
  return isMarked ? `$(check) ${text}` : text;
}

function given(key: 'description', value: string | null): { description?: string } {
  return value === null ? {} : { [key]: value };
}
