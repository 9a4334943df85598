/** What a step's question shows of the whole. */
export interface StepFrame {
  readonly title: string;
  /** From 1. */
  readonly step: number;
  readonly totalSteps: number;
  readonly canGoBack: boolean;
  /** What was typed when the step was last left without an answer; the step keeps it up to date. */
  draft: string;
}

export type StepOutcome<S> =
  | { readonly kind: 'next'; readonly state: S }
  | { readonly kind: 'back' }
  /** To another step, and straight back to this one after it. */
  | { readonly kind: 'visit'; readonly step: string }
  | { readonly kind: 'cancel' };

/** One question. What earlier answers decide is not asked (`applies`). */
export interface WizardStep<S> {
  readonly id: string;
  applies(state: S): boolean;
  ask(state: S, frame: StepFrame): Promise<StepOutcome<S>>;
}

/**
 * Asks step by step, back and forth; answers stay when one goes back. Gives the state after the last step, or null where the
 * user has changed their mind.
 */
export async function runWizard<S>(
  steps: readonly WizardStep<S>[],
  initial: S,
  title: (state: S) => string,
): Promise<S | null> {
  const drafts = new Map<string, string>();
  let state = initial;
  let returnTo: string | null = null;
  let id = steps.find((step) => step.applies(state))?.id ?? null;
  while (id !== null) {
    const asked = steps.filter((step) => step.applies(state));
    const index = asked.findIndex((step) => step.id === id);
    const step = asked[index];
    if (step === undefined) return null;
    const frame: StepFrame = {
      title: title(state),
      step: index + 1,
      totalSteps: asked.length,
      canGoBack: index > 0,
      draft: drafts.get(step.id) ?? '',
    };
    const outcome = await step.ask(state, frame);
    drafts.set(step.id, frame.draft);
    if (outcome.kind === 'cancel') return null;
    if (outcome.kind === 'visit') {
      returnTo = step.id;
      id = outcome.step;
      continue;
    }
    if (outcome.kind === 'next') {
      drafts.delete(step.id);
      state = outcome.state;
    }
    id = returnTo ?? neighbour(steps, step, state, outcome.kind);
    returnTo = null;
  }
  return state;
}

/** The step that is asked next in that direction; null after the last one. Before the first there is the first. */
function neighbour<S>(
  steps: readonly WizardStep<S>[],
  from: WizardStep<S>,
  state: S,
  direction: 'next' | 'back',
): string | null {
  const at = steps.indexOf(from);
  if (direction === 'next') return steps.slice(at + 1).find((step) => step.applies(state))?.id ?? null;
  return steps.slice(0, at).findLast((step) => step.applies(state))?.id ?? from.id;
}
