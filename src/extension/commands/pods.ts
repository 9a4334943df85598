import * as vscode from 'vscode';
import type { PodsNode } from '../views/pods-model.js';
import { MOST_PINS } from '../views/pods-pins.js';
import type { CommandHost } from './host.js';
import { nodesOf } from './tree-nodes.js';

/** Copies the whole names of what is selected, a line each: a row may show a shortened one. */
export async function copyName(host: CommandHost, clicked: unknown, selected: unknown): Promise<void> {
  const names = nodesOf(host, clicked, selected).flatMap((node) => nameOf(host, node) ?? []);
  if (names.length > 0) await vscode.env.clipboard.writeText([...new Set(names)].join('\n'));
}

/** Pins Pods and containers to the status bar, as many as there is room for. */
export async function pin(host: CommandHost, clicked: unknown, selected: unknown): Promise<void> {
  for (const { namespace, pod, container } of pinnable(host, clicked, selected)) {
    if (!host.pins.pin(namespace, pod, container)) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('{0} can be pinned at most: unpin one of them first.', MOST_PINS),
      );
      return;
    }
  }
}

/** Takes Pods and containers from the status bar: the ones selected, or one that is picked. */
export async function unpin(host: CommandHost, clicked: unknown, selected: unknown): Promise<void> {
  const chosen = pinnable(host, clicked, selected).filter(({ id }) => host.pins.ids.has(id));
  for (const { namespace, pod, container } of chosen) host.pins.unpin(namespace, pod, container);
  if (chosen.length > 0) return;
  const pinned = host.pins.pinned();
  if (pinned.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Nothing is pinned to the status bar.'));
    return;
  }
  const picked = await vscode.window.showQuickPick(
    pinned.map((one) => ({
      label: one.container ?? one.pod,
      description: one.container === null ? one.namespace : `${one.namespace}/${one.pod}`,
      one,
    })),
    { placeHolder: vscode.l10n.t('Which one shall leave the status bar?') },
  );
  if (picked !== undefined) host.pins.unpin(picked.one.namespace, picked.one.pod, picked.one.container);
}

/** Shows the row of the Pod that the status bar names. */
export async function revealPod(host: CommandHost, argument: unknown): Promise<void> {
  if (typeof argument !== 'object' || argument === null) return;
  const { namespace, pod } = argument as { readonly namespace?: unknown; readonly pod?: unknown };
  if (typeof namespace !== 'string' || typeof pod !== 'string') return;
  await host.pods.reveal(namespace, pod);
}

function nameOf(host: CommandHost, node: PodsNode): string | null {
  switch (node.kind) {
    case 'group':
      return node.group.name;
    case 'pod':
      return host.pods.pod(node)?.name ?? null;
    case 'container':
      return node.container;
    case 'process':
      return String(node.pid);
    case 'more':
      return null;
  }
}

function pinnable(host: CommandHost, clicked: unknown, selected: unknown) {
  return nodesOf(host, clicked, selected).flatMap((node) => {
    const pod = host.pods.pod(node);
    if (pod === undefined || (node.kind !== 'pod' && node.kind !== 'container')) return [];
    const container = node.kind === 'container' ? node.container : null;
    return [{ id: node.id, namespace: pod.namespace, pod: pod.name, container }];
  });
}
