import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** What the user does when a quick pick is shown. */
export type Move = (pick: FakeQuickPick) => void;

/** A quick pick without a window, that a script of moves answers. */
export class FakeQuickPick {
  readonly #changed = new vscode.EventEmitter<string>();
  readonly #accepted = new vscode.EventEmitter<void>();
  readonly #pressed = new vscode.EventEmitter<vscode.QuickInputButton>();
  readonly #hidden = new vscode.EventEmitter<void>();
  readonly #onShow: (pick: FakeQuickPick) => void;

  title = '';
  step = 0;
  totalSteps = 0;
  placeholder = '';
  value = '';
  ignoreFocusOut = false;
  matchOnDescription = false;
  buttons: readonly vscode.QuickInputButton[] = [];
  items: readonly vscode.QuickPickItem[] = [];
  activeItems: readonly vscode.QuickPickItem[] = [];
  readonly onDidChangeValue = this.#changed.event;
  readonly onDidAccept = this.#accepted.event;
  readonly onDidTriggerButton = this.#pressed.event;
  readonly onDidHide = this.#hidden.event;

  constructor(onShow: (pick: FakeQuickPick) => void) {
    this.#onShow = onShow;
  }

  show(): void {
    setTimeout(() => this.#onShow(this));
  }

  type(text: string): void {
    this.value = text;
    this.#changed.fire(text);
  }

  enter(): void {
    this.#accepted.fire();
  }

  /** Chooses the first row whose label has the text. */
  choose(label: string): void {
    const row = this.items.find((item) => item.label.includes(label));
    assert.ok(row !== undefined, `no row ${label} among ${this.items.map((item) => item.label).join(', ')}`);
    this.activeItems = [row];
    this.enter();
  }

  back(): void {
    assert.ok(this.buttons.includes(vscode.QuickInputButtons.Back), `no way back from ${this.step}`);
    this.#pressed.fire(vscode.QuickInputButtons.Back);
  }

  escape(): void {
    this.#hidden.fire();
  }

  dispose(): void {
    for (const emitter of [this.#changed, this.#accepted, this.#pressed, this.#hidden]) emitter.dispose();
  }
}
