import * as vscode from 'vscode';
import { ContextKeys } from '../contributions.js';
import { type PodFilter, parsePodFilter } from '../present/pod-filter.js';
import { GROUPINGS, type Grouping } from '../present/pod-groups.js';
import { SORTINGS, type Sorting } from '../present/pod-order.js';

const GROUPING = 'podstress.pods.grouping';
const SORTING = 'podstress.pods.sorting';

/** How the user wants the Pods: grouped and sorted (remembered in the workspace), and filtered (for as long as the window). */
export class PodsArrangement implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();
  #grouping: Grouping;
  #sorting: Sorting;
  #filter: PodFilter | null = null;

  readonly onDidChange = this.#changed.event;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
    this.#grouping = oneOf(GROUPINGS, memory.get(GROUPING)) ?? 'namespace';
    this.#sorting = oneOf(SORTINGS, memory.get(SORTING)) ?? 'name';
  }

  get grouping(): Grouping {
    return this.#grouping;
  }

  get sorting(): Sorting {
    return this.#sorting;
  }

  get filter(): PodFilter | null {
    return this.#filter;
  }

  group(grouping: Grouping): void {
    this.#grouping = grouping;
    void this.#memory.update(GROUPING, grouping);
    this.#changed.fire();
  }

  sort(sorting: Sorting): void {
    this.#sorting = sorting;
    void this.#memory.update(SORTING, sorting);
    this.#changed.fire();
  }

  /** Filters by the text, or by nothing where it is empty; a text that means nothing changes nothing. */
  narrow(text: string): void {
    const filter = parsePodFilter(text);
    if (filter !== null && 'unknown' in filter) return;
    this.#filter = filter;
    void vscode.commands.executeCommand('setContext', ContextKeys.podsFiltered, filter !== null);
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function oneOf<T extends string>(values: readonly T[], value: unknown): T | null {
  return values.find((one) => one === value) ?? null;
}
