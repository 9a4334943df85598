import * as vscode from 'vscode';
import { type Answer, ask, type Question, type Row } from '../input/ask.js';
import type { StepFrame } from '../input/wizard.js';
import type { Language } from '../present/localizer.js';
import {
  type ReviewInput,
  type ReviewRow,
  reviewActions,
  reviewFacts,
  reviewQuestion,
  whereQuestion,
} from '../present/review.js';

/** A row that does something: an action, or, of a wizard, the way to the step that decides what it says. */
export type Reviewed = Pick<ReviewRow, 'action' | 'step'>;

/**
 * The last question of a wizard before an injection: what will happen, to what, by whom, and what to do. Rows lead to the steps
 * that decide what they say.
 */
export function reviewInWizard(
  input: ReviewInput,
  frame: StepFrame,
  language: Language,
): Promise<Answer<Reviewed>> {
  return ask(frame, questionOf(input, whereQuestion(input, language), true, language));
}

/** The same question alone. */
export function review(input: ReviewInput, language: Language): Promise<Answer<Reviewed>> {
  const title = reviewQuestion(input, language);
  const frame = { title, step: 1, totalSteps: 1, canGoBack: false, draft: '' };
  return ask(frame, questionOf(input, vscode.l10n.t('Nothing has happened yet'), false, language));
}

function questionOf(
  input: ReviewInput,
  placeholder: string,
  steps: boolean,
  language: Language,
): Question<Reviewed> {
  const actions = reviewActions(input, language).map((row) => pickRow(row, steps));
  const rows: Row<Reviewed>[] = [
    ...actions,
    {
      label: vscode.l10n.t('What will happen'),
      kind: vscode.QuickPickItemKind.Separator,
      value: null,
    },
    ...reviewFacts(input, language).map((row) => pickRow(row, steps)),
  ];
  return { placeholder, rows, active: actions[0] };
}

function pickRow(
  { icon, label, description, detail, action, step }: ReviewRow,
  steps: boolean,
): Row<Reviewed> {
  const leads = action !== null || (steps && step !== undefined);
  return {
    label: `$(${icon}) ${label}`,
    ...(description !== undefined && { description }),
    ...(detail !== undefined && { detail }),
    value: leads ? { action, ...(step !== undefined && { step }) } : null,
  };
}
