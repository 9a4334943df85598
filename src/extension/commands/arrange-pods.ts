import * as vscode from 'vscode';
import { ownerOf } from '../../core/kubernetes/owner.js';
import { podsOfText } from '../present/count.js';
import type { Language } from '../present/localizer.js';
import { parsePodFilter, STATES, type State } from '../present/pod-filter.js';
import { GROUPINGS, type Grouping } from '../present/pod-groups.js';
import { SORTINGS, type Sorting } from '../present/pod-order.js';
import type { CommandHost } from './host.js';

/** Lets the user choose what the Pods are grouped by. */
export async function groupPods({ arrangement, language }: CommandHost): Promise<void> {
  const chosen = await choose(
    GROUPINGS,
    arrangement.grouping,
    (grouping) => groupingText(grouping, language),
    language.l10n.t('Group the Pods by'),
  );
  if (chosen !== null) arrangement.group(chosen);
}

/** Lets the user choose the order of the Pods. */
export async function sortPods({ arrangement, language }: CommandHost): Promise<void> {
  const chosen = await choose(
    SORTINGS,
    arrangement.sorting,
    (sorting) => sortingText(sorting, language),
    language.l10n.t('Sort the Pods by'),
  );
  if (chosen !== null) arrangement.sort(chosen);
}

interface FilterItem extends vscode.QuickPickItem {
  /** The whole filter that it stands for. */
  readonly filter: string;
}

/** Lets the user type a filter, or put one together from what there is. */
export async function filterPods({ arrangement, session, language }: CommandHost): Promise<void> {
  const { l10n } = language;
  const pods = session.lab?.pods.get() ?? [];
  const words = [
    ...STATES.map((state) => ({ word: `is:${state}`, description: stateText(state, language) })),
    ...several(
      pods.map(({ namespace }) => `ns:${namespace}`),
      l10n.t('Namespace'),
    ),
    ...several(
      pods.map(({ pod }) => `node:${pod.spec.nodeName ?? ''}`),
      l10n.t('Node'),
    ),
    ...several(
      pods.map(({ pod }) => `owner:${ownerOf(pod)?.name ?? ''}`),
      l10n.t('Owner'),
    ),
    ...several(
      pods.flatMap(({ pod }) =>
        Object.entries(pod.metadata.labels ?? {}).map((label) => `label:${label.join('=')}`),
      ),
      l10n.t('Label'),
    ),
  ];
  const pick = vscode.window.createQuickPick<FilterItem>();
  pick.title = l10n.t('Filter the Pods');
  pick.placeholder = l10n.t(
    'Part of a name, ns:NAME, node:NAME, owner:NAME, label:KEY=VALUE, is:near, is:killed',
  );
  pick.value = arrangement.filter === null ? '' : `${arrangement.filter.text} `;
  const offer = (): void => {
    const typed = pick.value;
    const read = parsePodFilter(typed);
    const complete = typed.slice(0, typed.search(/\S*$/));
    const begun = typed.slice(complete.length).toLowerCase();
    const offered = words
      .filter(({ word }) => word.toLowerCase().includes(begun))
      .slice(0, MOST_OFFERED)
      .map(({ word, description }) => ({
        label: word,
        description,
        filter: `${complete}${word}`,
        alwaysShow: true,
      }));
    // VS Code sorts by how well a label matches what was typed: the label that is just that stays first.
    if (read === null) {
      pick.items = [{ label: l10n.t('Show all Pods'), filter: '', alwaysShow: true }, ...offered];
    } else if ('unknown' in read) {
      const description = l10n.t('“{0}” means nothing', read.unknown);
      pick.items = [...offered, { label: typed, description, filter: typed, alwaysShow: true }];
    } else {
      const count = pods.filter((pod) => read.matches(pod)).length;
      const description = podsOfText(count, pods.length, language);
      pick.items = [{ label: typed, description, filter: read.text, alwaysShow: true }, ...offered];
    }
  };
  offer();
  await new Promise<void>((resolve) => {
    pick.onDidChangeValue(offer);
    pick.onDidAccept(() => {
      const [item] = pick.activeItems;
      const read = parsePodFilter(item?.filter ?? pick.value);
      // What means nothing stays in the box to be mended.
      if (read !== null && 'unknown' in read) return;
      arrangement.narrow(read?.text ?? '');
      pick.hide();
    });
    pick.onDidHide(() => {
      pick.dispose();
      resolve();
    });
    pick.show();
  });
}

const MOST_OFFERED = 60;

/** Each word once, those without a value left out. */
function several(words: readonly string[], description: string) {
  return [...new Set(words)]
    .filter((word) => !word.endsWith(':'))
    .sort()
    .map((word) => ({ word, description }));
}

async function choose<T extends string>(
  values: readonly T[],
  current: T,
  textOf: (value: T) => string,
  title: string,
): Promise<T | null> {
  const items = values.map((value) => ({
    label: `${value === current ? '$(check)' : '$(blank)'} ${textOf(value)}`,
    value,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title });
  return chosen?.value ?? null;
}

function groupingText(grouping: Grouping, { l10n }: Language): string {
  switch (grouping) {
    case 'namespace':
      return l10n.t('Namespace');
    case 'node':
      return l10n.t('Node');
    case 'owner':
      return l10n.t('Owner: Deployment, StatefulSet, DaemonSet, Job');
    case 'flat':
      return l10n.t('Nothing: one flat list');
  }
}

function sortingText(sorting: Sorting, { l10n }: Language): string {
  switch (sorting) {
    case 'name':
      return l10n.t('Name');
    case 'workingSet':
      return l10n.t('Working set, largest first');
    case 'percent':
      return l10n.t('Percent of the limit, highest first');
  }
}

function stateText(state: State, { l10n }: Language): string {
  switch (state) {
    case 'near':
      return l10n.t('near the limit');
    case 'killed':
      return l10n.t('hit by the OOM killer');
    case 'stressed':
      return l10n.t('under stress');
    case 'unlimited':
      return l10n.t('a container without a limit');
  }
}
