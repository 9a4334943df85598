import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ExperimentView, Lab } from '../lab/types.js';
import { Commands } from './contributions.js';
import { DisposableList } from './disposables.js';
import { OwnNotes } from './own-notes.js';
import { plain } from './present/plain.js';
import { listen, messageOf, type Session } from './session.js';
import { onExit } from './settings.js';

const STORED = 'podstress.ownExperiments';
/** VS Code gives an extension five seconds to end, and the connection has to be closed in them, too, ms. */
const LEAVE_MS = 3500;
/** So many are named. */
const MAX_NAMES = 3;

/** The experiments that were started from this workspace: what becomes of them when VS Code closes is `podstress.onExit`. */
export class OwnExperiments implements vscode.Disposable {
  readonly #session: Session;
  readonly #memento: vscode.Memento;
  readonly #log: vscode.LogOutputChannel;
  readonly #notes: OwnNotes;
  readonly #scope = new DisposableList();
  #asked = false;

  constructor(session: Session, memento: vscode.Memento, log: vscode.LogOutputChannel) {
    this.#session = session;
    this.#memento = memento;
    this.#log = log;
    this.#notes = new OwnNotes(memento.get(STORED));
    this.#scope.add(
      session.follow((lab, scope) => {
        listen(scope, lab.experiments, (experiments) => this.#take(lab, experiments));
      }),
    );
  }

  dispose(): void {
    this.#scope.dispose();
  }

  /** Notes that this experiment (`namespace/name`) was started here. */
  started(lab: Lab, key: string): void {
    this.#notes.started(contextOf(lab), key);
    this.#store();
  }

  /** Stops what shall not outlive the window, as far as there is time. Never rejects. */
  async leave(): Promise<void> {
    const { lab } = this.#session;
    if (lab === null || onExit() !== 'stop') return;
    const keys = this.#notes.active(contextOf(lab), lab.experiments.get(), 'all');
    if (keys.length === 0) return;
    this.#log.info(`Stopping at the end: ${keys.join(', ')}`);
    const stops = keys.map((key) =>
      lab.stop(key).catch((error: unknown) => this.#log.warn(`${key} was not stopped: ${messageOf(error)}`)),
    );
    await Promise.race([Promise.all(stops), sleep(LEAVE_MS, undefined, { ref: false })]);
  }

  #take(lab: Lab, experiments: readonly ExperimentView[]): void {
    const context = contextOf(lab);
    if (this.#notes.update(context, experiments)) this.#store();
    const left = this.#notes.active(context, experiments, 'before');
    if (this.#asked || left.length === 0 || onExit() === 'keep') return;
    this.#asked = true;
    void this.#ask(context, left);
  }

  /** VS Code cannot be kept from closing: what it left running is asked about when the cluster is next seen. */
  async #ask(context: string, keys: readonly string[]): Promise<void> {
    const stop = vscode.l10n.t('Stop');
    const keep = vscode.l10n.t('Keep');
    const names = keys.slice(0, MAX_NAMES).map(plain).join(', ');
    const text =
      keys.length === 1
        ? vscode.l10n.t('The experiment {0}, started before VS Code was closed, still runs.', names)
        : vscode.l10n.t(
            '{0} experiments that were started before VS Code was closed still run: {1}',
            keys.length,
            keys.length > MAX_NAMES ? `${names}, …` : names,
          );
    const chosen = await vscode.window.showInformationMessage(text, stop, keep);
    if (chosen === undefined) return;
    this.#notes.forget(context, keys);
    this.#store();
    if (chosen !== stop) return;
    await Promise.all(keys.map((key) => vscode.commands.executeCommand(Commands.stop, key)));
  }

  #store(): void {
    void this.#memento.update(STORED, this.#notes.all);
  }
}

function contextOf(lab: Lab): string {
  return lab.connection.get().context ?? '';
}
