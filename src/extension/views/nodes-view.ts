import * as vscode from 'vscode';
import type { NodeView } from '../../lab/types.js';
import { Views } from '../contributions.js';
import { DisposableList } from '../disposables.js';
import type { Language } from '../present/localizer.js';
import { type NodeDetail, type NodeIcon, nodeDetails, nodeRow } from '../present/nodes.js';
import { listen, type Session } from '../session.js';

/** A place in the tree: a node, or one line about it. */
export type NodesNode =
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'detail'; readonly node: string; readonly detail: NodeDetail };

/** How long something has lasted changes with time alone, ms. */
const CLOCK_MS = 10_000;

const ICONS: Readonly<Record<NodeIcon, vscode.ThemeIcon>> = {
  live: new vscode.ThemeIcon('vm-active', new vscode.ThemeColor('testing.iconPassed')),
  missing: new vscode.ThemeIcon('vm'),
  busy: new vscode.ThemeIcon('loading~spin'),
  trouble: new vscode.ThemeIcon('vm-outline', new vscode.ThemeColor('list.warningForeground')),
};

/** The nodes of the cluster and how the agent is on each. */
export class NodesView implements vscode.TreeDataProvider<NodesNode>, vscode.Disposable {
  readonly #session: Session;
  readonly #language: Language;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #scope = new DisposableList();
  readonly #view: vscode.TreeView<NodesNode>;
  readonly #places = new Map<string, NodesNode>();
  #nodes: readonly NodeView[] = [];

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(session: Session, language: Language) {
    this.#session = session;
    this.#language = language;
    this.#scope.add(this.#changed);
    this.#view = this.#scope.add(vscode.window.createTreeView(Views.nodes, { treeDataProvider: this }));
    this.#scope.add(this.#view.onDidChangeVisibility(({ visible }) => visible && this.#wake()));
    this.#scope.add(
      session.follow((lab, scope) => {
        listen(scope, lab.nodes, (nodes) => this.#take(nodes));
        const clock = setInterval(() => this.#nodes.length > 0 && this.#draw(), CLOCK_MS);
        scope.defer(() => clearInterval(clock));
        scope.defer(() => this.#take([]));
      }),
    );
    if (this.#view.visible) this.#wake();
  }

  dispose(): void {
    this.#scope.dispose();
  }

  getChildren(place?: NodesNode): NodesNode[] {
    if (place === undefined) {
      return this.#nodes.map(({ name }) => {
        const known = this.#places.get(name) ?? { kind: 'node', name };
        this.#places.set(name, known);
        return known;
      });
    }
    const node = place.kind === 'node' ? this.#find(place.name) : undefined;
    if (node === undefined) return [];
    return nodeDetails(node, Date.now(), this.#language).map((detail) => ({
      kind: 'detail',
      node: node.name,
      detail,
    }));
  }

  getTreeItem(place: NodesNode): vscode.TreeItem {
    if (place.kind === 'detail') return detailItem(place.node, place.detail);
    const item = new vscode.TreeItem(place.name, vscode.TreeItemCollapsibleState.Collapsed);
    item.id = place.name;
    const node = this.#find(place.name);
    if (node === undefined) return item;
    const now = Date.now();
    const row = nodeRow(node, now, this.#language);
    item.description = row.description;
    item.contextValue = row.contextValue;
    item.iconPath = ICONS[row.icon];
    item.accessibilityInformation = { label: row.sentence };
    const lines = nodeDetails(node, now, this.#language).map(({ label, value }) => `${label}: ${value}`);
    item.tooltip = [place.name, ...lines].join('\n');
    return item;
  }

  #find(name: string): NodeView | undefined {
    return this.#nodes.find((node) => node.name === name);
  }

  #wake(): void {
    if (this.#session.state.phase === 'none') void this.#session.open();
    this.#draw();
  }

  #take(nodes: readonly NodeView[]): void {
    this.#nodes = nodes;
    const names = new Set(nodes.map(({ name }) => name));
    for (const name of this.#places.keys()) if (!names.has(name)) this.#places.delete(name);
    this.#draw();
  }

  #draw(): void {
    if (this.#view.visible) this.#changed.fire(undefined);
  }
}

function detailItem(node: string, { label, value }: NodeDetail): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.id = `${node}/${label}`;
  item.description = value;
  item.tooltip = `${label}: ${value}`;
  item.accessibilityInformation = { label: `${label}: ${value}` };
  return item;
}
