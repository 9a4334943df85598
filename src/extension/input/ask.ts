import * as vscode from 'vscode';
import type { StepFrame } from './wizard.js';

/** A row that can be chosen, or that only says something (`value` null). */
export interface Row<T> extends vscode.QuickPickItem {
  readonly value: T | null;
}

export interface Question<T> {
  readonly placeholder: string;
  readonly rows: readonly Row<T>[];
  /** The row that Enter takes. */
  readonly active: Row<T> | undefined;
  /** What the user types as a row of its own; absent: typing filters the rows. */
  readonly typed?: (text: string) => Row<T>;
}

const ICON = /^\$\([\w~-]+\) /;

export type Answer<T> = { readonly value: T } | 'back' | 'cancel';

/** Shows the rows, and what is typed as one more of them, until one is chosen or the user goes back or away. */
export async function ask<T>(frame: StepFrame, question: Question<T>): Promise<Answer<T>> {
  const picker = vscode.window.createQuickPick<Row<T>>();
  picker.title = frame.title;
  if (frame.totalSteps > 1) {
    picker.step = frame.step;
    picker.totalSteps = frame.totalSteps;
  }
  picker.placeholder = question.placeholder;
  picker.ignoreFocusOut = true;
  picker.matchOnDescription = question.typed === undefined;
  picker.buttons = frame.canGoBack ? [vscode.QuickInputButtons.Back] : [];
  const { typed } = question;
  const fill = (text: string) => {
    const wanted = text.trim();
    const same = question.rows.find(({ label }) => label.replace(ICON, '') === wanted);
    const own = typed === undefined || wanted === '' || same !== undefined ? null : typed(wanted);
    picker.items = own === null ? question.rows : [{ ...own, alwaysShow: true }, ...question.rows];
    const active = own === null ? (same ?? question.active) : picker.items[0];
    picker.activeItems = active === undefined ? [] : [active];
  };
  try {
    return await new Promise<Answer<T>>((resolve) => {
      picker.onDidChangeValue((text) => {
        frame.draft = text;
        if (typed !== undefined) fill(text);
      });
      picker.onDidAccept(() => {
        const value = picker.activeItems[0]?.value ?? null;
        if (value !== null) resolve({ value });
      });
      picker.onDidTriggerButton((button) => {
        if (button === vscode.QuickInputButtons.Back) resolve('back');
      });
      picker.onDidHide(() => resolve('cancel'));
      picker.value = frame.draft;
      fill(frame.draft);
      picker.show();
    });
  } finally {
    picker.dispose();
  }
}
