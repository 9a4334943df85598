import * as vscode from 'vscode';
import type { ExperimentView, Lab } from '../../lab/types.js';
import { experimentText } from '../present/experiments.js';
import { plain } from '../present/plain.js';
import type { CommandHost } from './host.js';
import { nodesOf } from './tree-nodes.js';

export interface ExperimentQuestion {
  /** Whether the command makes sense for it. */
  readonly offers: (experiment: ExperimentView) => boolean;
  /** Said where there is none. */
  readonly none: string;
  readonly question: string;
}

/**
 * Keys of the experiments that a command is for: the one that is named (by a lens), those of the rows that were clicked or selected,
 * or those picked from a list.
 */
export async function chooseExperiments(
  host: CommandHost,
  lab: Lab,
  argument: unknown,
  selected: unknown,
  { offers, none, question }: ExperimentQuestion,
): Promise<readonly string[]> {
  if (typeof argument === 'string') return [argument];
  const clicked = nodeKeys(host, argument, selected);
  const fitting = lab.experiments.get().filter(offers);
  const offered = clicked === null ? fitting : fitting.filter(({ key }) => clicked.includes(key));
  if (offered.length === 0) {
    void vscode.window.showInformationMessage(none);
    return [];
  }
  if (clicked !== null && (offered.length === 1 || isExperimentNode(argument))) {
    return offered.map(({ key }) => key);
  }
  const picked = await vscode.window.showQuickPick(
    offered.map((experiment) => item(experiment, host)),
    { canPickMany: true, placeHolder: question },
  );
  return picked?.map(({ key }) => key) ?? [];
}

/** The first of the experiments that were chosen, whatever becomes of it; null where none was. */
export async function chooseExperiment(
  host: CommandHost,
  lab: Lab,
  argument: unknown,
  selected: unknown,
): Promise<string | null> {
  const [key] = await chooseExperiments(host, lab, argument, selected, {
    offers: () => true,
    none: vscode.l10n.t('There is no experiment in this cluster.'),
    question: vscode.l10n.t('Which experiment?'),
  });
  return key ?? null;
}

function item(
  experiment: ExperimentView,
  { language }: CommandHost,
): vscode.QuickPickItem & { readonly key: string } {
  const { key } = experiment;
  return { key, label: plain(key), description: experimentText(experiment, Date.now(), language) };
}

/** The experiments that the tree's rows stand for; null where the argument is none. */
function nodeKeys(host: CommandHost, argument: unknown, selected: unknown): readonly string[] | null {
  if (typeof argument !== 'object' || argument === null || !('kind' in argument)) return null;
  if (isExperimentNode(argument)) {
    const many = Array.isArray(selected) ? selected.filter(isExperimentNode) : [];
    return (many.length > 0 ? many : [argument]).map(({ experiment }) => experiment);
  }
  return [
    ...new Set(nodesOf(host, argument, selected).flatMap((node) => host.pods.pod(node)?.experiments ?? [])),
  ];
}

/** A row of the Experiments view, of an experiment or of one of its targets. */
export function isExperimentNode(value: unknown): value is { readonly experiment: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'experiment' in value &&
    typeof value.experiment === 'string'
  );
}
