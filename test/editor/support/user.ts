import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { FakeQuickPick, type Move } from './quick-pick.js';

/** Stands in for the user: answers questions by a script, and keeps what was said. */
export class ScriptedUser {
  /** Titles and steps of the quick picks that were shown. */
  readonly shown: string[] = [];
  /** Messages, each with its detail. */
  readonly told: string[] = [];
  /** What is typed into input boxes, in order; none left: Escape. */
  readonly typed: string[] = [];
  /** The button that is pressed below a message. */
  button: string | undefined;
  /** The labels that are picked of a list. */
  picks: readonly string[] = [];
  readonly #moves: Move[];
  readonly #restore: (() => void)[] = [];

  constructor(...moves: Move[]) {
    this.#moves = moves;
    this.#replace(vscode.window, 'createQuickPick', {
      value: () =>
        new FakeQuickPick((pick) => {
          this.shown.push(`${pick.title} ${pick.step}/${pick.totalSteps}`);
          const move = this.#moves.shift();
          if (move === undefined) pick.escape();
          else move(pick);
        }),
    });
    this.#replace(vscode.window, 'showInputBox', {
      value: async (options: vscode.InputBoxOptions) => {
        this.told.push(options.prompt ?? '');
        const text = this.typed.shift();
        const refused = text === undefined ? null : await options.validateInput?.(text);
        return refused == null ? text : undefined;
      },
    });
    this.#replace(vscode.window, 'showQuickPick', {
      value: async (items: readonly vscode.QuickPickItem[]) =>
        items.filter(({ label }) => this.picks.includes(label)),
    });
    for (const name of ['showErrorMessage', 'showWarningMessage', 'showInformationMessage'] as const) {
      this.#replace(vscode.window, name, {
        value: async (message: string, options?: vscode.MessageOptions) => {
          this.told.push(`${message} ${options?.detail ?? ''}`.trim());
          return this.button;
        },
      });
    }
  }

  /** From now on the workspace is not trusted. */
  distrust(): void {
    this.#replace(vscode.workspace, 'isTrusted', { get: () => false });
    assert.equal(vscode.workspace.isTrusted, false);
  }

  get movesLeft(): number {
    return this.#moves.length;
  }

  dispose(): void {
    for (const restore of this.#restore.reverse()) restore();
  }

  #replace(target: object, name: string, by: PropertyDescriptor): void {
    const before = Object.getOwnPropertyDescriptor(target, name) ?? assert.fail(name);
    const writable = 'value' in by ? { writable: true } : {};
    Object.defineProperty(target, name, { ...by, ...writable, configurable: true });
    this.#restore.push(() => Object.defineProperty(target, name, before));
  }
}
