import type { ExperimentView } from '../lab/types.js';
import { isActive } from './present/experiments.js';

/** An experiment that was started from this workspace. */
export interface OwnNote {
  readonly context: string;
  /** `namespace/name`. */
  readonly key: string;
  /** Null until the cluster has shown it: another of the same name is another. */
  readonly uid: string | null;
}

/** Remembers which experiments were started from this workspace, for as long as they act on the cluster. */
export class OwnNotes {
  readonly #before = new Set<string>();
  readonly #seen = new Set<string>();
  #notes: readonly OwnNote[];

  /** @param stored what an earlier window left behind; anything else is nothing. */
  constructor(stored: unknown) {
    this.#notes = Array.isArray(stored) ? stored.filter(isNote) : [];
    for (const note of this.#notes) this.#before.add(idOf(note));
  }

  get all(): readonly OwnNote[] {
    return this.#notes;
  }

  started(context: string, key: string): void {
    const note = { context, key, uid: null };
    this.#before.delete(idOf(note));
    this.#seen.delete(idOf(note));
    this.#notes = [...this.#notes.filter((one) => idOf(one) !== idOf(note)), note];
  }

  forget(context: string, keys: readonly string[]): void {
    this.#notes = this.#notes.filter((note) => note.context !== context || !keys.includes(note.key));
  }

  /** Takes in what the cluster has now; gives whether anything noted has changed. */
  update(context: string, experiments: readonly ExperimentView[]): boolean {
    const before = this.#notes;
    this.#notes = before.flatMap((note) => {
      if (note.context !== context) return [note];
      const view = experiments.find(({ key }) => key === note.key);
      // The first list has not come yet, or it was never made.
      if (view === undefined) return this.#seen.has(idOf(note)) ? [] : [note];
      const uid = view.object.metadata.uid ?? null;
      if ((note.uid !== null && uid !== note.uid) || view.phase === 'finished') return [];
      this.#seen.add(idOf(note));
      return [note.uid === uid ? note : { ...note, uid }];
    });
    return before.length !== this.#notes.length || before.some((note, index) => note !== this.#notes[index]);
  }

  /** Keys of those that act on the cluster now; `before`: only those that an earlier window started. */
  active(
    context: string,
    experiments: readonly ExperimentView[],
    whose: 'all' | 'before',
  ): readonly string[] {
    const noted = this.#notes.filter(
      (note) => note.context === context && (whose === 'all' || this.#before.has(idOf(note))),
    );
    return experiments
      .filter((view) => isActive(view) && noted.some(({ key }) => key === view.key))
      .map(({ key }) => key);
  }
}

function idOf({ context, key }: Pick<OwnNote, 'context' | 'key'>): string {
  return JSON.stringify([context, key]);
}

function isNote(value: unknown): value is OwnNote {
  return (
    typeof value === 'object' &&
    value !== null &&
    'context' in value &&
    typeof value.context === 'string' &&
    'key' in value &&
    typeof value.key === 'string' &&
    'uid' in value &&
    (value.uid === null || typeof value.uid === 'string')
  );
}
