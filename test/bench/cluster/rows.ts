import type { Language } from '../../../src/extension/present/localizer.js';
import { EMPTY_WORLD, PodsModel, type PodsNode } from '../../../src/extension/views/pods-model.js';
import type { PodView } from '../../../src/lab/types.js';

const ENGLISH: Language = {
  locale: 'en',
  l10n: { t: (message, ...args) => message.replace(/\{(\d+)\}/g, (_, i: string) => String(args[Number(i)])) },
};

/** So many groups are open: with 50 Pods each more rows than a screen shows. */
const OPEN = 4;

/** The Pods view without VS Code: takes in what there is, and asks for rows as VS Code asks. */
export class Rows {
  readonly #model = new PodsModel(ENGLISH);
  #world = EMPTY_WORLD;

  /** Returns how many rows were drawn. */
  refresh(pods: readonly PodView[]): number {
    this.#world = { ...this.#world, pods };
    const changed = this.#model.update(this.#world);
    const roots = this.#model.roots();
    const open = new Set(roots.slice(0, OPEN));
    const places = changed === 'all' || changed === null ? roots : changed;
    return places.reduce((rows, node) => rows + this.#draw(node, open), 0);
  }

  /** A place that is drawn again is asked for its children again, where it is open. */
  #draw(node: PodsNode, open: ReadonlySet<PodsNode>): number {
    if (this.#model.row(node) === undefined) return 0;
    const children = open.has(node) ? this.#model.children(node) : [];
    return 1 + children.filter((child) => this.#model.row(child) !== undefined).length;
  }
}
