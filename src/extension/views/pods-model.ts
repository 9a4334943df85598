import type { ContainerView, PodView, ProcessList } from '../../lab/types.js';
import { Items } from '../contributions.js';
import { podsText } from '../present/count.js';
import type { NodeMemory } from '../present/forecast.js';
import type { Language } from '../present/localizer.js';
import type { PodFilter } from '../present/pod-filter.js';
import { compareGroups, type Group, type Grouping, groupOf, groupRow } from '../present/pod-groups.js';
import { comparePods, type Sorting } from '../present/pod-order.js';
import { processRow, type RankedProcess, rankProcesses } from '../present/pod-processes.js';
import { containerId, containerRow, podRow, type Row, type RowContext } from '../present/pods.js';

/** A place in the tree. The same place is always the same object, so that VS Code can refresh it alone. */
export type PodsNode =
  | { readonly kind: 'group'; readonly id: string; readonly group: Group }
  | { readonly kind: 'pod'; readonly id: string; readonly key: string; readonly namespace: string }
  | { readonly kind: 'container'; readonly id: string; readonly podKey: string; readonly container: string }
  | {
      readonly kind: 'process';
      readonly id: string;
      readonly podKey: string;
      readonly container: string;
      readonly pid: number;
    }
  /** Stands for the Pods of a group that are too many to list. */
  | { readonly kind: 'more'; readonly id: string; readonly groupId: string };

/** What must be drawn again: some places, or everything where the roots changed. */
export type PodsChange = 'all' | readonly PodsNode[];

/** Everything that the tree shows. */
export interface PodsWorld {
  readonly pods: readonly PodView[];
  readonly processes: ReadonlyMap<string, ProcessList>;
  readonly nodeMemory: NodeMemory;
  readonly grouping: Grouping;
  readonly sorting: Sorting;
  readonly filter: PodFilter | null;
  /** Keys of the Pods that stand out. */
  readonly highlighted: ReadonlySet<string>;
  /** Ids of the pinned Pods and containers. */
  readonly pinned: ReadonlySet<string>;
}

/** Nothing to show, in the order that the view begins with. */
export const EMPTY_WORLD: PodsWorld = {
  pods: [],
  processes: new Map(),
  nodeMemory: () => null,
  grouping: 'namespace',
  sorting: 'name',
  filter: null,
  highlighted: new Set(),
  pinned: new Set(),
};

/** The Pods and groups that may look otherwise than before. */
interface Touched {
  readonly pods: ReadonlySet<string>;
  readonly groups: ReadonlyMap<string, unknown>;
}

interface Members {
  readonly group: Group | null;
  readonly pods: Map<string, PodView>;
  /** Keys in the order of the tree. */
  order: readonly string[];
  /** When it was ordered, ms. */
  orderedAt: number;
}

/** A group lists at most so many Pods: VS Code takes in every child of an open place, seen or not. */
export const MOST_LISTED = 500;
/** Rows change places at most this often while they are ordered by numbers that move, ms. */
const REORDER_MS = 3_000;

/**
 * The Pods by group, their containers and processes, and what changed from one update to the next. Rows are made when they are
 * asked for, and only what was asked for is compared again, so that ten thousand Pods cost little. No vscode here.
 */
export class PodsModel {
  readonly #language: Language;
  readonly #nodes = new Map<string, PodsNode>();
  /** The rows that were asked for, by node id, as they were then. */
  readonly #drawn = new Map<string, Row>();
  /** The children that were asked for, by node id (empty: the roots), as they were then. */
  readonly #listed = new Map<string, readonly string[]>();
  /** The Pods that pass the filter. */
  readonly #shown = new Map<string, PodView>();
  #members = new Map<string, Members>();
  /** All Pods as the last update gave them, by key. */
  readonly #seen = new Map<string, PodView>();
  #world: PodsWorld;
  #context: RowContext;

  constructor(language: Language) {
    this.#language = language;
    this.#world = EMPTY_WORLD;
    this.#context = this.#contextOf(this.#world);
  }

  /**
   * Takes in what there is now and tells what to draw again; null where nothing that was asked for has changed.
   *
   * @param now monotonic, ms.
   */
  update(world: PodsWorld, now = performance.now()): PodsChange | null {
    const before = this.#world;
    const rearranged = world.grouping !== before.grouping || world.filter !== before.filter;
    const reordered = rearranged || world.sorting !== before.sorting;
    const restyled =
      world.highlighted !== before.highlighted ||
      world.pinned !== before.pinned ||
      world.nodeMemory !== before.nodeMemory;
    this.#world = world;
    this.#context = this.#contextOf(world);
    if (rearranged) {
      this.#seen.clear();
      this.#shown.clear();
      this.#members = new Map();
    }
    const { pods, groups } = this.#takePods(world);
    for (const [id, members] of this.#members) {
      const isDue = world.sorting !== 'name' && now - members.orderedAt >= REORDER_MS;
      if (reordered || isDue || groups.get(id) === 'members') {
        this.#order(members, now);
        groups.set(id, 'members');
      }
      if (members.pods.size === 0) this.#members.delete(id);
    }
    const everything = rearranged || restyled;
    return this.#changes(everything ? null : { pods, groups }, world.processes !== before.processes);
  }

  roots(): PodsNode[] {
    return this.#list('', this.#rootIds());
  }

  children(node: PodsNode): PodsNode[] {
    return this.#list(node.id, this.#childIds(node));
  }

  parent(node: PodsNode): PodsNode | undefined {
    switch (node.kind) {
      case 'group':
        return undefined;
      case 'more':
        return this.#nodes.get(node.groupId);
      case 'process':
        return this.#container(node.podKey, node.container);
      case 'container':
        return this.findPod(node.podKey);
      case 'pod': {
        const pod = this.#shown.get(node.key);
        const group = pod === undefined ? null : groupOf(pod, this.#world.grouping);
        return group === null ? undefined : this.#group(group);
      }
    }
  }

  /** The row of a node, made now; undefined where what it stands for is gone. */
  row(node: PodsNode): Row | undefined {
    const row = this.#makeRow(node);
    if (row !== undefined) this.#drawn.set(node.id, row);
    return row;
  }

  /** The Pod that a node shows or belongs to. */
  pod(node: PodsNode): PodView | undefined {
    if (node.kind === 'group' || node.kind === 'more') return undefined;
    return this.#shown.get(node.kind === 'pod' ? node.key : node.podKey);
  }

  /** The container that a node shows or belongs to. */
  container(node: PodsNode): ContainerView | undefined {
    if (node.kind !== 'container' && node.kind !== 'process') return undefined;
    return this.pod(node)?.containers.find(({ name }) => name === node.container);
  }

  process(node: PodsNode): RankedProcess | undefined {
    if (node.kind !== 'process') return undefined;
    return this.#ranked(this.pod(node), this.container(node)).find(({ process }) => process.pid === node.pid);
  }

  /** The Pod's place in the tree; undefined where it is gone, filtered out or beyond what its group lists. */
  findPod(key: string): PodsNode | undefined {
    const pod = this.#shown.get(key);
    if (pod === undefined) return undefined;
    const members = this.#members.get(groupOf(pod, this.#world.grouping)?.id ?? '');
    return (members?.order.indexOf(key) ?? -1) < MOST_LISTED ? this.#pod(pod) : undefined;
  }

  /** The place of that id, where it was ever asked for and is still there. */
  node(id: string): PodsNode | undefined {
    return this.#nodes.get(id);
  }

  /** How many Pods pass the filter, of how many. */
  get counts(): { readonly shown: number; readonly all: number } {
    return { shown: this.#shown.size, all: this.#seen.size };
  }

  /** Keys of the Pods that the open places list. */
  listedPods(isOpen: (node: PodsNode) => boolean): string[] {
    return [...this.#members].flatMap(([id, { order }]) => {
      const group = this.#nodes.get(id);
      const open = id === '' || (group !== undefined && isOpen(group));
      return open ? order.slice(0, MOST_LISTED) : [];
    });
  }

  /** Takes in the Pods; tells which of them changed, and which groups have others than before. */
  #takePods(world: PodsWorld) {
    const pods = new Set<string>();
    const groups = new Map<string, 'members' | 'rows'>();
    for (const pod of world.pods) {
      if (this.#seen.get(pod.key) !== pod) {
        this.#seen.set(pod.key, pod);
        pods.add(pod.key);
        this.#place(pod.key, world.filter === null || world.filter.matches(pod) ? pod : null, groups);
      }
    }
    if (this.#seen.size > world.pods.length) {
      const present = new Set(world.pods.map(({ key }) => key));
      for (const key of this.#seen.keys()) {
        if (present.has(key)) continue;
        this.#seen.delete(key);
        this.#place(key, null, groups);
      }
    }
    return { pods, groups };
  }

  /** Puts a Pod where it belongs, or takes it out. */
  #place(key: string, pod: PodView | null, groups: Map<string, 'members' | 'rows'>): void {
    const { grouping } = this.#world;
    const before = this.#shown.get(key);
    const from = before === undefined ? null : (groupOf(before, grouping)?.id ?? '');
    const to = pod === null ? null : groupOf(pod, grouping);
    const id = pod === null ? null : (to?.id ?? '');
    if (from !== null && from !== id) {
      this.#members.get(from)?.pods.delete(key);
      groups.set(from, 'members');
    }
    if (pod === null || id === null) {
      this.#shown.delete(key);
      this.#forget(`pod/${key}`);
      return;
    }
    this.#shown.set(key, pod);
    let members = this.#members.get(id);
    if (members === undefined) {
      members = { group: to, pods: new Map(), order: [], orderedAt: 0 };
      this.#members.set(id, members);
    }
    members.pods.set(key, pod);
    if (from !== id) groups.set(id, 'members');
    else if (!groups.has(id)) groups.set(id, 'rows');
  }

  #order(members: Members, now: number): void {
    members.order = [...members.pods.values()].sort(comparePods(this.#world.sorting)).map(({ key }) => key);
    members.orderedAt = now;
  }

  /** @param touched the Pods and groups that may look otherwise now; null: look at everything. */
  #changes(touched: Touched | null, processesChanged: boolean): PodsChange | null {
    const roots = this.#listed.get('');
    if (roots !== undefined && !sameList(roots, this.#rootIds())) return 'all';
    const changed: PodsNode[] = [];
    const ids = touched === null || processesChanged ? [...this.#drawn.keys()] : this.#below(touched);
    for (const id of ids) {
      const row = this.#drawn.get(id);
      const node = this.#nodes.get(id);
      if (row === undefined || node === undefined) continue;
      const now = this.#makeRow(node);
      const listed = this.#listed.get(id);
      if (now === undefined) this.#forget(id);
      else if (!sameRow(row, now) || (listed !== undefined && !sameList(listed, this.#childIds(node)))) {
        changed.push(node);
      }
    }
    return changed.length === 0 ? null : changed;
  }

  /** Ids of everything that shows one of these Pods or groups. */
  #below({ pods, groups }: Touched): string[] {
    const ids = [...groups.keys()].flatMap((id) => [id, `more/${id}`]);
    for (const key of pods) {
      const id = `pod/${key}`;
      ids.push(id);
      for (const container of this.#listed.get(id) ?? []) {
        ids.push(container, ...(this.#listed.get(container) ?? []));
      }
    }
    return ids;
  }

  #rootIds(): readonly string[] {
    const flat = this.#members.get('');
    if (this.#world.grouping === 'flat') return flat === undefined ? [] : this.#memberIds('', flat);
    return [...this.#members.values()]
      .map(({ group }) => group)
      .filter((group) => group !== null)
      .sort(compareGroups)
      .map((group) => this.#group(group).id);
  }

  #childIds(node: PodsNode): readonly string[] {
    switch (node.kind) {
      case 'group': {
        const members = this.#members.get(node.id);
        return members === undefined ? [] : this.#memberIds(node.id, members);
      }
      case 'pod':
        return (this.#shown.get(node.key)?.containers ?? []).map(
          ({ name }) => this.#container(node.key, name).id,
        );
      case 'container':
        return this.#ranked(this.pod(node), this.container(node)).map(
          ({ process }) => this.#process(node.podKey, node.container, process.pid).id,
        );
      case 'process':
      case 'more':
        return [];
    }
  }

  #memberIds(groupId: string, { order }: Members): readonly string[] {
    const ids = order
      .slice(0, MOST_LISTED)
      .map((key) => this.#shown.get(key))
      .filter((pod) => pod !== undefined)
      .map((pod) => this.#pod(pod).id);
    if (order.length <= MOST_LISTED) return ids;
    const id = `more/${groupId}`;
    return [...ids, this.#node(id, () => ({ kind: 'more', id, groupId })).id];
  }

  #ranked(pod: PodView | undefined, container: ContainerView | undefined): readonly RankedProcess[] {
    const list = this.#world.processes.get(container?.containerId ?? '');
    if (pod === undefined || container === undefined || list === undefined) return [];
    const limit = container.sample?.effectiveLimitBytes ?? container.limitBytes;
    return rankProcesses(list.processes, limit ?? this.#world.nodeMemory(pod.pod.spec.nodeName));
  }

  #makeRow(node: PodsNode): Row | undefined {
    const { nodeMemory } = this.#world;
    if (node.kind === 'group') {
      const members = this.#members.get(node.id);
      return members && groupRow(node.group, [...members.pods.values()], nodeMemory, this.#language);
    }
    if (node.kind === 'more')
      return this.#moreRow(node.id, this.#members.get(node.groupId)?.order.length ?? 0);
    const pod = this.pod(node);
    if (pod === undefined) return undefined;
    if (node.kind === 'pod') return podRow(pod, this.#context);
    const container = this.container(node);
    if (container === undefined) return undefined;
    if (node.kind === 'container') return containerRow(pod, container, this.#context);
    const process = this.process(node);
    return process && processRow(node.id, process, this.#language);
  }

  #moreRow(id: string, all: number): Row {
    const { l10n } = this.#language;
    const rest = podsText(Math.max(0, all - MOST_LISTED), this.#language);
    const label = l10n.t('{0} more', rest);
    const description = l10n.t('narrow them with a filter');
    const icon = { kind: 'theme', id: 'ellipsis', colour: null } as const;
    return {
      id,
      label,
      description,
      icon,
      contextValue: Items.more,
      sentence: `${label}, ${description}`,
      highlighted: false,
    };
  }

  #list(id: string, ids: readonly string[]): PodsNode[] {
    this.#listed.set(id, ids);
    return ids.map((child) => this.#nodes.get(child)).filter((node) => node !== undefined);
  }

  #group(group: Group): PodsNode {
    return this.#node(group.id, () => ({ kind: 'group', id: group.id, group }));
  }

  #pod(pod: PodView): PodsNode {
    const id = `pod/${pod.key}`;
    return this.#node(id, () => ({ kind: 'pod', id, key: pod.key, namespace: pod.namespace }));
  }

  #container(podKey: string, container: string): PodsNode {
    const id = containerId(podKey, container);
    return this.#node(id, () => ({ kind: 'container', id, podKey, container }));
  }

  #process(podKey: string, container: string, pid: number): PodsNode {
    const id = `process/${podKey}/${container}/${pid}`;
    return this.#node(id, () => ({ kind: 'process', id, podKey, container, pid }));
  }

  #node(id: string, make: () => PodsNode): PodsNode {
    let node = this.#nodes.get(id);
    if (node === undefined) {
      node = make();
      this.#nodes.set(id, node);
    }
    return node;
  }

  /** Forgets a place and all below it. */
  #forget(id: string): void {
    for (const child of this.#listed.get(id) ?? []) this.#forget(child);
    this.#listed.delete(id);
    this.#drawn.delete(id);
    this.#nodes.delete(id);
  }

  #contextOf({ grouping, highlighted, pinned }: PodsWorld): RowContext {
    const withNamespace = grouping === 'flat' || grouping === 'node';
    return { language: this.#language, withNamespace, highlighted, pinned };
  }
}

function sameRow(a: Row, b: Row): boolean {
  return (
    a.label === b.label &&
    a.description === b.description &&
    sameIcon(a, b) &&
    a.contextValue === b.contextValue &&
    a.sentence === b.sentence &&
    a.highlighted === b.highlighted
  );
}

function sameIcon({ icon: a }: Row, { icon: b }: Row): boolean {
  return a.kind === 'vessel'
    ? b.kind === 'vessel' && a.fill === b.fill && a.alarm === b.alarm
    : b.kind === 'theme' && a.id === b.id && a.colour === b.colour;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
