import * as vscode from 'vscode';
import type { MemorySource } from '../../core/memory/reading.js';
import type { AgentView, Interest, PodView, ProcessList } from '../../lab/types.js';
import { Commands, Views } from '../contributions.js';
import { DisposableList } from '../disposables.js';
import { nodeMemoryOf } from '../lens/model.js';
import { connectionText, podsMessage } from '../present/connection.js';
import { podsOfText } from '../present/count.js';
import type { NodeMemory } from '../present/forecast.js';
import type { Language } from '../present/localizer.js';
import type { Details } from '../present/pod-details.js';
import { listen, type Session } from '../session.js';
import type { PodsArrangement } from './pods-arrangement.js';
import { PodIcons } from './pods-drawing.js';
import { type PodsChange, PodsModel, type PodsNode, type PodsWorld } from './pods-model.js';
import type { PodsPins } from './pods-pins.js';

/** The tree is drawn at most this often, ms. */
const REFRESH_MS = 250;
/** So long a row stays as it is once its tooltip was asked for, ms: VS Code takes the tooltip away with the row. */
const READING_MS = 10_000;
/** With more Pods than this, groups start closed: VS Code takes in every child of an open place, seen or not. */
const MOST_OPEN = 200;

/** Keys of Pods and ids of containers that are in sight. */
interface Looked {
  readonly keys: readonly string[];
  readonly containers: readonly string[];
}

const NOTHING: Looked = { keys: [], containers: [] };
const NO_PROCESSES: ReadonlyMap<string, ProcessList> = new Map();

export interface PodsViewOptions {
  readonly session: Session;
  readonly language: Language;
  readonly extensionUri: vscode.Uri;
  readonly arrangement: PodsArrangement;
  readonly pins: PodsPins;
}

/** The tree view of Pods: draws the model, asks for a cluster as soon as it is looked at, and says what is looked at. */
export class PodsView implements vscode.TreeDataProvider<PodsNode>, vscode.Disposable {
  readonly #session: Session;
  readonly #language: Language;
  readonly #arrangement: PodsArrangement;
  readonly #pins: PodsPins;
  readonly #icons: PodIcons;
  readonly #model: PodsModel;
  readonly #changed = new vscode.EventEmitter<PodsNode[] | undefined>();
  readonly #scope = new DisposableList();
  readonly #view: vscode.TreeView<PodsNode>;
  /** Ids of the places whose children VS Code has asked for and not closed since. */
  readonly #open = new Set<string>();
  #pods: readonly PodView[] = [];
  #processes = NO_PROCESSES;
  #agents: readonly AgentView[] = [];
  #nodeMemory: NodeMemory = () => null;
  #highlighted: ReadonlySet<string> = new Set();
  #interest: Interest | null = null;
  #looked: Looked = NOTHING;
  /** The place whose tooltip is being read, and what was not drawn again for it. */
  #reading: { readonly node: PodsNode; readonly until: number } | null = null;
  readonly #heldBack = new Set<PodsNode>();
  #readingTimer: NodeJS.Timeout | null = null;
  #timer: NodeJS.Timeout | null = null;
  #drawnAt = 0;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor({ session, language, extensionUri, arrangement, pins }: PodsViewOptions) {
    this.#session = session;
    this.#language = language;
    this.#arrangement = arrangement;
    this.#pins = pins;
    this.#icons = new PodIcons(extensionUri);
    this.#model = new PodsModel(language);
    this.#scope.add(this.#changed);
    this.#view = this.#scope.add(
      vscode.window.createTreeView(Views.pods, {
        treeDataProvider: this,
        showCollapseAll: true,
        canSelectMany: true,
      }),
    );
    this.#scope.defer(() => this.#interest?.dispose());
    this.#scope.defer(() => clearTimeout(this.#timer ?? undefined));
    this.#scope.defer(() => clearTimeout(this.#readingTimer ?? undefined));
    this.#scope.add(
      this.#view.onDidChangeVisibility(({ visible }) => (visible ? this.#wake() : this.#look())),
    );
    this.#scope.add(this.#view.onDidExpandElement(({ element }) => this.#toggled(element, true)));
    this.#scope.add(this.#view.onDidCollapseElement(({ element }) => this.#toggled(element, false)));
    this.#scope.add(session.onDidChange(() => this.#describe()));
    this.#scope.add(arrangement.onDidChange(() => this.#draw()));
    this.#scope.add(pins.onDidChange(() => this.#draw()));
    this.#scope.add(
      session.follow((lab, scope) => {
        this.#interest = scope.add(lab.interest());
        this.#looked = NOTHING;
        listen(scope, lab.processes, (processes) => {
          this.#processes = processes;
          this.#drawSoon();
        });
        listen(scope, lab.agents, (agents) => {
          this.#agents = agents;
          this.#nodeMemory = nodeMemoryOf(agents);
          this.#describe();
        });
        listen(scope, lab.pods, (pods) => {
          this.#pods = pods;
          this.#drawSoon();
        });
        scope.defer(() => {
          this.#interest = null;
          this.#agents = [];
          this.#processes = NO_PROCESSES;
          this.#pods = [];
          this.#highlighted = new Set();
          this.#drawSoon();
        });
      }),
    );
    if (this.#view.visible) this.#wake();
  }

  dispose(): void {
    this.#scope.dispose();
  }

  getChildren(node?: PodsNode): PodsNode[] {
    if (node === undefined) return this.#model.roots();
    if (!this.#open.has(node.id)) {
      this.#open.add(node.id);
      this.#look();
    }
    return this.#model.children(node);
  }

  getParent(node: PodsNode): PodsNode | undefined {
    return this.#model.parent(node);
  }

  getTreeItem(node: PodsNode): vscode.TreeItem {
    const row = this.#model.row(node);
    const item = new vscode.TreeItem(row?.label ?? '', this.#collapsibleState(node));
    if (row === undefined) return item;
    item.id = row.id;
    if (row.highlighted) item.label = { label: row.label, highlights: [[0, row.label.length]] };
    item.description = row.description;
    item.contextValue = row.contextValue;
    item.accessibilityInformation = { label: row.sentence };
    item.iconPath = this.#icons.icon(row.icon);
    if (node.kind === 'more') item.command = { command: Commands.filterPods, title: row.description };
    return item;
  }

  /** Made when the pointer rests on a row, so that the ages in it are true. */
  async resolveTreeItem(item: vscode.TreeItem, node: PodsNode): Promise<vscode.TreeItem> {
    const tooltips = await import('../tooltips.js');
    const details = this.#details(node, tooltips);
    if (details !== null) {
      item.tooltip = tooltips.detailsMarkdown(details);
      this.#read(node);
    }
    return item;
  }

  pod(node: PodsNode): PodView | undefined {
    return this.#model.pod(node);
  }

  /** What is selected now. */
  get selection(): readonly PodsNode[] {
    return this.#view.selection;
  }

  /** Shows a Pod's row, where the Pod is still there; a filter that hides it is cleared. */
  async reveal(namespace: string, name: string): Promise<void> {
    const node = this.#find(`${namespace}/${name}`);
    if (node !== undefined) await this.#view.reveal(node, { select: true, focus: true, expand: true });
  }

  /** Makes these Pods (keys `namespace/name`) stand out until it is called again, and shows the first; none: ends it. */
  async highlight(keys: readonly string[]): Promise<void> {
    this.#highlighted = new Set(keys);
    const first = keys.map((key) => this.#find(key)).find((node) => node !== undefined);
    this.#draw();
    // Each group that holds one is opened, the last shown is the first of all.
    for (const key of keys.slice(0, MOST_OPEN)) {
      const node = this.#find(key);
      const parent = node === undefined ? undefined : this.#model.parent(node);
      if (parent !== undefined && !this.#open.has(parent.id)) {
        await this.#view.reveal(parent, { select: false, focus: false, expand: true });
      }
    }
    if (first !== undefined) await this.#view.reveal(first, { select: false, focus: false });
  }

  #find(key: string): PodsNode | undefined {
    const isHidden = this.#model.findPod(key) === undefined && this.#pods.some((pod) => pod.key === key);
    if (isHidden && this.#arrangement.filter !== null) this.#arrangement.narrow('');
    // A view that was hidden has drawn nothing yet.
    else if (isHidden) this.#update();
    return this.#model.findPod(key);
  }

  #details(
    node: PodsNode,
    { containerDetails, podDetails, processDetails }: typeof import('../tooltips.js'),
  ): Details | null {
    const pod = this.#model.pod(node);
    if (pod === undefined) return null;
    const process = this.#model.process(node);
    if (node.kind === 'process') {
      return process === undefined
        ? null
        : processDetails(process, `${pod.key}/${node.container}`, this.#language);
    }
    const container = this.#model.container(node);
    const now = Date.now();
    if (container === undefined) return podDetails(pod, now, this.#language);
    const nodeMemoryBytes = this.#nodeMemory(pod.pod.spec.nodeName);
    const processes = this.#processes.get(container.containerId ?? '') ?? null;
    return containerDetails(pod, container, { nodeMemoryBytes, processes, now }, this.#language);
  }

  #collapsibleState(node: PodsNode): vscode.TreeItemCollapsibleState {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    switch (node.kind) {
      case 'group':
        return this.#pods.length > MOST_OPEN ? Collapsed : Expanded;
      case 'pod':
        return Collapsed;
      case 'container':
        return this.#agentMeasures(node) ? Collapsed : None;
      case 'process':
      case 'more':
        return None;
    }
  }

  /** Whether somebody can tell the processes of a container. */
  #agentMeasures(node: PodsNode): boolean {
    return this.#model.container(node)?.memory?.source === 'agent';
  }

  #wake(): void {
    if (this.#session.state.phase === 'none') void this.#session.open();
    this.#draw();
  }

  #toggled(node: PodsNode, isOpen: boolean): void {
    if (isOpen) this.#open.add(node.id);
    else this.#open.delete(node.id);
    this.#look();
  }

  /** Has measured what can be seen, and nothing else. */
  #look(): void {
    if (!this.#view.visible) {
      this.#looked = NOTHING;
      this.#interest?.show([]);
      return;
    }
    const keys = this.#model.listedPods((node) => this.#open.has(node.id));
    const containers = [...this.#open].flatMap((id) => {
      const node = this.#model.node(id);
      if (node?.kind !== 'container' || !this.#agentMeasures(node)) return [];
      return this.#isOpen(this.#model.parent(node)) ? [this.#model.container(node)?.containerId ?? ''] : [];
    });
    if (sameList(keys, this.#looked.keys) && sameList(containers, this.#looked.containers)) return;
    this.#looked = { keys, containers };
    this.#interest?.show(keys, containers);
  }

  /** Whether a place and all above it are open. */
  #isOpen(node: PodsNode | undefined): boolean {
    if (node === undefined) return true;
    return this.#open.has(node.id) && this.#isOpen(this.#model.parent(node));
  }

  #drawSoon(): void {
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
    const change = this.#update();
    this.#fire(change);
    this.#look();
    this.#describe();
  }

  /** Keeps a row while its tooltip is read; afterwards it is drawn again in any case, so that the next tooltip is made anew. */
  #read(node: PodsNode): void {
    this.#reading = { node, until: Date.now() + READING_MS };
    this.#heldBack.add(node);
    clearTimeout(this.#readingTimer ?? undefined);
    this.#readingTimer = setTimeout(() => {
      this.#reading = null;
      this.#draw();
    }, READING_MS);
  }

  /** Has VS Code draw again what changed, except around the row whose tooltip is being read. */
  #fire(change: PodsChange | null): void {
    if (change === 'all') {
      this.#heldBack.clear();
      this.#changed.fire(undefined);
      return;
    }
    const nodes = new Set([...(change ?? []), ...this.#heldBack]);
    this.#heldBack.clear();
    const now = Date.now();
    if (this.#reading !== null && this.#reading.until > now) {
      for (const node of nodes) {
        // A place is drawn with all below it.
        if (!this.#isWithin(node, this.#reading.node) && !this.#isWithin(this.#reading.node, node)) continue;
        nodes.delete(node);
        this.#heldBack.add(node);
      }
    }
    if (nodes.size > 0) this.#changed.fire([...nodes]);
  }

  #isWithin(node: PodsNode | undefined, place: PodsNode): boolean {
    return node !== undefined && (node.id === place.id || this.#isWithin(this.#model.parent(node), place));
  }

  #update(): PodsChange | null {
    const { grouping, sorting, filter } = this.#arrangement;
    const world: PodsWorld = {
      pods: this.#pods,
      processes: this.#processes,
      nodeMemory: this.#nodeMemory,
      grouping,
      sorting,
      filter,
      highlighted: this.#highlighted,
      pinned: this.#pins.ids,
    };
    return this.#model.update(world);
  }

  #describe(): void {
    const description = connectionText(this.#session.state, Date.now(), this.#language);
    if (this.#view.description !== description) this.#view.description = description;
    const told = podsMessage(
      this.#session.state,
      this.#pods.length,
      this.#agents,
      this.#language,
      this.#sources(),
    );
    const message = [this.#filterMessage(), told].filter((text) => text !== '').join(' · ');
    if (this.#view.message !== message) this.#view.message = message;
  }

  #filterMessage(): string {
    const { filter } = this.#arrangement;
    if (filter === null) return '';
    const { shown, all } = this.#model.counts;
    return this.#language.l10n.t('Filter: {0} · {1}', filter.text, podsOfText(shown, all, this.#language));
  }

  /** Whom fresh numbers come from. */
  #sources(): ReadonlySet<MemorySource> {
    const sources = new Set<MemorySource>();
    for (const { containers } of this.#pods) {
      for (const { memory } of containers) if (memory !== null && !memory.stale) sources.add(memory.source);
    }
    return sources;
  }
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index]);
}
