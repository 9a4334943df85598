import { DEFAULT_SAFETY_RULES, type SafetyRules } from './safety.js';

/** Rules as somebody wrote them: anything at all may stand there. */
export interface WrittenRules {
  readonly protectedContexts?: unknown;
  readonly protectedNamespaces?: unknown;
  readonly maxTargets?: unknown;
}

/**
 * The rules that hold, from those of the user and those that a workspace (or a file in a repository) adds: what others write can
 * only make them stricter. What cannot be read counts as not written, so that the defaults hold.
 *
 * @param own the user's; what is not there is the default's.
 */
export function safetyRules(own: WrittenRules, added: readonly WrittenRules[] = []): SafetyRules {
  const base: SafetyRules = {
    protectedContexts: patterns(own.protectedContexts) ?? DEFAULT_SAFETY_RULES.protectedContexts,
    protectedNamespaces: patterns(own.protectedNamespaces) ?? DEFAULT_SAFETY_RULES.protectedNamespaces,
    maxTargets: amount(own.maxTargets) ?? DEFAULT_SAFETY_RULES.maxTargets,
  };
  return added.reduce<SafetyRules>(
    (rules, more) => ({
      protectedContexts: union(rules.protectedContexts, patterns(more.protectedContexts)),
      protectedNamespaces: union(rules.protectedNamespaces, patterns(more.protectedNamespaces)),
      maxTargets: lower(rules.maxTargets, amount(more.maxTargets)),
    }),
    base,
  );
}

function patterns(written: unknown): readonly string[] | null {
  if (!Array.isArray(written)) return null;
  return written.flatMap((one: unknown) =>
    typeof one === 'string' && one.trim() !== '' ? [one.trim()] : [],
  );
}

function amount(written: unknown): number | null {
  return typeof written === 'number' && Number.isInteger(written) && written >= 0 ? written : null;
}

function union(some: readonly string[], more: readonly string[] | null): readonly string[] {
  return [...new Set([...some, ...(more ?? [])])];
}

/** 0 is no limit at all. */
function lower(one: number, other: number | null): number {
  if (other === null || other === 0) return one;
  return one === 0 ? other : Math.min(one, other);
}
