import * as vscode from 'vscode';
import { oomScoreAdj } from '../../core/memory/oom-score-adj.js';
import type { AgentView, PodView } from '../../lab/types.js';
import { Views } from '../contributions.js';
import { DisposableList } from '../disposables.js';
import { nodeMemoryOf } from '../lens/model.js';
import { connectionText, podsMessage } from '../present/connection.js';
import type { Language } from '../present/localizer.js';
import { containerDetails, type Details, podDetails } from '../present/pod-details.js';
import type { Row } from '../present/pods.js';
import { listen, type Session } from '../session.js';
import { type PodsChange, PodsModel, type PodsNode } from './pods-model.js';

/** The tree is drawn at most this often, ms. */
const REFRESH_MS = 250;

/** The tree view of Pods: draws the model, and asks for a cluster as soon as it is looked at. */
export class PodsView implements vscode.TreeDataProvider<PodsNode>, vscode.Disposable {
  readonly #session: Session;
  readonly #language: Language;
  readonly #icons: vscode.Uri;
  readonly #model = new PodsModel();
  readonly #changed = new vscode.EventEmitter<PodsNode[] | undefined>();
  readonly #scope = new DisposableList();
  readonly #view: vscode.TreeView<PodsNode>;
  #pods: readonly PodView[] = [];
  #agents: readonly AgentView[] = [];
  #timer: NodeJS.Timeout | null = null;
  #drawnAt = 0;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(session: Session, language: Language, extensionUri: vscode.Uri) {
    this.#session = session;
    this.#language = language;
    this.#icons = vscode.Uri.joinPath(extensionUri, 'media', 'fill');
    this.#scope.add(this.#changed);
    this.#view = this.#scope.add(
      vscode.window.createTreeView(Views.pods, { treeDataProvider: this, showCollapseAll: true }),
    );
    this.#scope.defer(() => clearTimeout(this.#timer ?? undefined));
    this.#scope.add(this.#view.onDidChangeVisibility(({ visible }) => visible && this.#wake()));
    this.#scope.add(session.onDidChange(() => this.#describe()));
    this.#scope.add(
      session.follow((lab, scope) => {
        listen(scope, lab.pods, (pods) => this.#take(pods));
        listen(scope, lab.agents, (agents) => {
          this.#agents = agents;
          this.#describe();
        });
        scope.defer(() => {
          this.#agents = [];
          this.#take([]);
        });
      }),
    );
    if (this.#view.visible) this.#wake();
  }

  dispose(): void {
    this.#scope.dispose();
  }

  getChildren(node?: PodsNode): PodsNode[] {
    return node === undefined ? this.#model.roots() : this.#model.children(node);
  }

  getParent(node: PodsNode): PodsNode | undefined {
    return this.#model.parent(node);
  }

  getTreeItem(node: PodsNode): vscode.TreeItem {
    const row = this.#model.row(node);
    const item = new vscode.TreeItem(row?.label ?? '', collapsibleState(node));
    if (row === undefined) return item;
    item.id = row.id;
    item.description = row.description;
    item.contextValue = row.contextValue;
    item.accessibilityInformation = { label: row.sentence };
    item.iconPath = this.#icon(row);
    return item;
  }

  /** Made when the pointer rests on a row, so that the ages in it are true. */
  resolveTreeItem(item: vscode.TreeItem, node: PodsNode): vscode.TreeItem {
    const pod = this.#model.pod(node);
    if (pod === undefined) return item;
    const container = this.#model.container(node);
    const now = Date.now();
    item.tooltip = tooltip(
      container === undefined
        ? podDetails(pod, now, this.#language)
        : containerDetails(pod, container, this.#oomScoreAdj(pod, container.name), now, this.#language),
    );
    return item;
  }

  pod(node: PodsNode): PodView | undefined {
    return this.#model.pod(node);
  }

  /** Shows a Pod's row, where it is still there. */
  async reveal(namespace: string, name: string): Promise<void> {
    const node = this.#model.findPod(namespace, name);
    if (node !== undefined) await this.#view.reveal(node, { select: true, focus: true, expand: true });
  }

  /** What the kubelet gives to the container's processes; null where the node's size is not known. */
  #oomScoreAdj(pod: PodView, container: string): number | null {
    const memory = nodeMemoryOf(this.#agents)(pod.pod.spec.nodeName);
    return memory === null ? null : oomScoreAdj(pod.pod.spec, pod.qosClass, container, memory);
  }

  #wake(): void {
    if (this.#session.state.phase === 'none') void this.#session.open();
    this.#draw();
  }

  #take(pods: readonly PodView[]): void {
    this.#pods = pods;
    if (!this.#view.visible || this.#timer !== null) return;
    const wait = Math.max(0, this.#drawnAt + REFRESH_MS - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#draw();
    }, wait);
  }

  #draw(): void {
    if (!this.#view.visible) return;
    this.#drawnAt = Date.now();
    const change = this.#model.update(this.#pods, this.#language);
    if (change !== null) this.#changed.fire(toFire(change));
    this.#describe();
  }

  #describe(): void {
    const description = connectionText(this.#session.state, Date.now(), this.#language);
    if (this.#view.description !== description) this.#view.description = description;
    const message = podsMessage(this.#session.state, this.#pods.length, this.#agents, this.#language);
    if (this.#view.message !== message) this.#view.message = message;
  }

  #icon(row: Row): vscode.IconPath {
    if (row.fill === null) return new vscode.ThemeIcon('symbol-namespace');
    const file = `${row.alarm}-${row.fill}.svg`;
    return {
      light: vscode.Uri.joinPath(this.#icons, 'light', file),
      dark: vscode.Uri.joinPath(this.#icons, 'dark', file),
    };
  }
}

function toFire(change: PodsChange): PodsNode[] | undefined {
  return change === 'all' ? undefined : [...change];
}

function collapsibleState(node: PodsNode): vscode.TreeItemCollapsibleState {
  switch (node.kind) {
    case 'namespace':
      return vscode.TreeItemCollapsibleState.Expanded;
    case 'pod':
      return vscode.TreeItemCollapsibleState.Collapsed;
    case 'container':
      return vscode.TreeItemCollapsibleState.None;
  }
}

/** Every value is text from a cluster: appended as text, never as Markdown. */
function tooltip(details: Details): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  markdown.isTrusted = false;
  markdown.supportHtml = false;
  markdown.appendMarkdown('**');
  markdown.appendText(details.title);
  markdown.appendMarkdown('**  \n');
  markdown.appendText(details.subtitle);
  markdown.appendMarkdown('\n\n| | |\n|:--|:--|\n');
  for (const { label, value } of details.rows) {
    markdown.appendMarkdown('| ');
    markdown.appendText(label);
    markdown.appendMarkdown('&nbsp;&nbsp;&nbsp; | ');
    markdown.appendText(oneCell(value));
    markdown.appendMarkdown(' |\n');
  }
  markdown.appendMarkdown('\n');
  markdown.appendText(details.source);
  return markdown;
}

/** A line break would end the table's row, and a bar its cell. */
function oneCell(value: string): string {
  return value.replace(/[\r\n]+/g, ' ').replaceAll('|', '¦');
}
