import type * as vscode from 'vscode';

const KEY = 'podstress.panel.pinned';
/** More curves than this nobody reads. */
const MAX_PINNED = 50;

/** The Pods (`namespace/pod`) that the user pinned to the panel, kept with the workspace. */
export class PinnedPods {
  readonly #memento: vscode.Memento;
  #keys: ReadonlySet<string>;

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
    const kept = memento.get<unknown>(KEY);
    const keys = Array.isArray(kept) ? kept.filter((key) => typeof key === 'string') : [];
    this.#keys = new Set(keys.slice(-MAX_PINNED));
  }

  get keys(): ReadonlySet<string> {
    return this.#keys;
  }

  async add(keys: readonly string[]): Promise<void> {
    await this.#set([...new Set([...this.#keys, ...keys])].slice(-MAX_PINNED));
  }

  async remove(key: string): Promise<void> {
    await this.#set([...this.#keys].filter((one) => one !== key));
  }

  async #set(keys: readonly string[]): Promise<void> {
    this.#keys = new Set(keys);
    await this.#memento.update(KEY, keys);
  }
}
