import type { Caution, Refusal } from '../../core/experiment/safety.js';
import { podsText } from './count.js';
import type { Language } from './localizer.js';
import { plain } from './plain.js';

/** At most so many Pods are named. */
const MAX_NAMES = 3;

/** Why an injection does not happen, and what to do instead. */
export function refusalText(refusal: Refusal, language: Language): string {
  const { l10n } = language;
  switch (refusal.code) {
    case 'untrusted-workspace':
      return l10n.t('Nothing is injected from a workspace that is not trusted.');
    case 'own-pods': {
      const { pods } = refusal;
      const names = plain(
        [...pods.slice(0, MAX_NAMES), ...(pods.length > MAX_NAMES ? ['…'] : [])].join(', '),
      );
      return refusal.of === 'agent'
        ? l10n.t('This would stress Podstress’ own agent: {0}. Choose a selector that leaves it out.', names)
        : l10n.t('This would stress Chaos Mesh itself: {0}. Choose a selector that leaves it out.', names);
    }
    case 'too-many-targets':
      return l10n.t(
        'This would stress {0}, and podstress.maxTargets allows {1}. Choose a selector or mode that hits fewer, or raise the setting.',
        podsText(refusal.targets, language),
        refusal.maxTargets,
      );
  }
}

/** Why a name must be typed. */
export function cautionText(caution: Caution, { l10n }: Language): string {
  const name = plain(caution.name);
  switch (caution.code) {
    case 'protected-context':
      return l10n.t(
        'The context {0} is protected (podstress.protectedContexts: {1}). Type its name to inject into it.',
        name,
        plain(caution.pattern),
      );
    case 'protected-namespace':
      return caution.pattern === null
        ? l10n.t('Chaos Mesh itself runs in the namespace {0}. Type its name to stress Pods there.', name)
        : l10n.t(
            'The namespace {0} is protected (podstress.protectedNamespaces: {1}). Type its name to stress Pods there.',
            name,
            plain(caution.pattern),
          );
    case 'remote-cluster':
      return l10n.t(
        'This acts in another cluster, {0}, whose Pods Podstress cannot see. Type its name to inject.',
        name,
      );
  }
}
