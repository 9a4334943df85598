import type { ContainerView, PodView } from '../../lab/types.js';
import type { Language } from '../present/localizer.js';
import { containerRow, namespaceRow, podRow, type Row } from '../present/pods.js';

/** A place in the tree. The same place is always the same object, so that VS Code can refresh it alone. */
export type PodsNode =
  | { readonly kind: 'namespace'; readonly id: string; readonly namespace: string }
  | { readonly kind: 'pod'; readonly id: string; readonly key: string; readonly namespace: string }
  | { readonly kind: 'container'; readonly id: string; readonly podKey: string; readonly container: string };

/** What must be drawn again: some places, or everything where the roots changed. */
export type PodsChange = 'all' | readonly PodsNode[];

interface Entry {
  readonly node: PodsNode;
  readonly row: Row;
  readonly parent: string | null;
  readonly children: readonly string[];
  readonly pod: PodView | null;
  readonly container: ContainerView | null;
}

/** The Pods by namespace -> Pod -> container, and what changed from one update to the next. No vscode here. */
export class PodsModel {
  #entries = new Map<string, Entry>();
  #roots: readonly string[] = [];

  /** Takes in the Pods of now and tells what to draw again; null where nothing visible changed. */
  update(pods: readonly PodView[], language: Language): PodsChange | null {
    const before = this.#entries;
    const rootsBefore = this.#roots;
    this.#build(pods, language);
    if (!sameList(rootsBefore, this.#roots)) return 'all';
    const changed: PodsNode[] = [];
    for (const [id, entry] of this.#entries) {
      const old = before.get(id);
      if (old === undefined) continue;
      if (!sameRow(old.row, entry.row) || !sameList(old.children, entry.children)) changed.push(entry.node);
    }
    return changed.length === 0 ? null : changed;
  }

  roots(): PodsNode[] {
    return this.#nodes(this.#roots);
  }

  children(node: PodsNode): PodsNode[] {
    return this.#nodes(this.#entries.get(node.id)?.children ?? []);
  }

  parent(node: PodsNode): PodsNode | undefined {
    const parent = this.#entries.get(node.id)?.parent ?? null;
    return parent === null ? undefined : this.#entries.get(parent)?.node;
  }

  row(node: PodsNode): Row | undefined {
    return this.#entries.get(node.id)?.row;
  }

  /** The Pod that a node shows or belongs to. */
  pod(node: PodsNode): PodView | undefined {
    return this.#entries.get(node.id)?.pod ?? undefined;
  }

  container(node: PodsNode): ContainerView | undefined {
    return this.#entries.get(node.id)?.container ?? undefined;
  }

  findPod(namespace: string, name: string): PodsNode | undefined {
    return this.#entries.get(`pod/${namespace}/${name}`)?.node;
  }

  #build(pods: readonly PodView[], language: Language): void {
    const before = this.#entries;
    const entries = new Map<string, Entry>();
    const put = (node: PodsNode, rest: Omit<Entry, 'node'>) =>
      entries.set(node.id, { node: before.get(node.id)?.node ?? node, ...rest });

    const byNamespace = new Map<string, PodView[]>();
    for (const pod of pods) {
      const members = byNamespace.get(pod.namespace);
      if (members === undefined) byNamespace.set(pod.namespace, [pod]);
      else members.push(pod);
    }
    const namespaces = [...byNamespace.keys()].sort(byName);
    for (const namespace of namespaces) {
      const members = (byNamespace.get(namespace) ?? []).toSorted((a, b) => byName(a.name, b.name));
      const id = `namespace/${namespace}`;
      put(
        { kind: 'namespace', id, namespace },
        {
          row: namespaceRow(namespace, members, language),
          parent: null,
          children: members.map((pod) => `pod/${pod.key}`),
          pod: null,
          container: null,
        },
      );
      for (const pod of members) this.#buildPod(pod, id, put, language);
    }
    this.#entries = entries;
    this.#roots = namespaces.map((namespace) => `namespace/${namespace}`);
  }

  #buildPod(
    pod: PodView,
    parent: string,
    put: (node: PodsNode, rest: Omit<Entry, 'node'>) => void,
    language: Language,
  ): void {
    const id = `pod/${pod.key}`;
    const containerId = (container: ContainerView) => `container/${pod.key}/${container.name}`;
    put(
      { kind: 'pod', id, key: pod.key, namespace: pod.namespace },
      {
        row: podRow(pod, language),
        parent,
        children: pod.containers.map(containerId),
        pod,
        container: null,
      },
    );
    for (const container of pod.containers) {
      put(
        { kind: 'container', id: containerId(container), podKey: pod.key, container: container.name },
        { row: containerRow(pod, container, language), parent: id, children: [], pod, container },
      );
    }
  }

  #nodes(ids: readonly string[]): PodsNode[] {
    return ids.map((id) => this.#entries.get(id)?.node).filter((node) => node !== undefined);
  }
}

function sameRow(a: Row, b: Row): boolean {
  return (
    a.label === b.label &&
    a.description === b.description &&
    a.fill === b.fill &&
    a.alarm === b.alarm &&
    a.contextValue === b.contextValue &&
    a.sentence === b.sentence
  );
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
