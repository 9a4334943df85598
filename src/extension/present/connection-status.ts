import type { ConnectionAccess, ConnectionScope } from '../../lab/types.js';
import { failureText } from './errors.js';
import type { Language } from './localizer.js';
import { plain } from './plain.js';
import type { SessionFailure, SessionState } from './session-state.js';

/** What the user can do about a connection. */
export type ConnectionStep =
  | 'reconnect'
  | 'choose-context'
  | 'choose-kubeconfig'
  | 'manage-trust'
  | 'open-follow-setting'
  | 'show-log';

/** Who decided on the context. */
export type ContextOrigin = 'kubeconfig' | 'podstress' | 'kubernetes-extension';

/** One line of the status bar: the connection in a glance. */
export interface ConnectionStatus {
  /** A codicon's name. */
  readonly icon: string;
  readonly text: string;
  /** The same as one sentence, for a screen reader. */
  readonly sentence: string;
  /** Worth the warning colour: what is shown is old, or the connection is not safe. */
  readonly alarm: boolean;
}

export interface ConnectionDetails {
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly value: string }[];
  /** Whole sentences: what is wrong or lacking, the server's own words last. */
  readonly notes: readonly string[];
  /** The most useful first. */
  readonly steps: readonly ConnectionStep[];
}

/** Names come from a kubeconfig and may be as long as an ARN. */
const LONGEST_NAME = 40;

/** What the status bar shows; null before a cluster was needed. */
export function connectionStatus(state: SessionState, language: Language): ConnectionStatus | null {
  const { l10n } = language;
  if (state.phase === 'none') return null;
  const context = state.phase === 'loading' ? '' : shortName(state.context ?? '');
  const word = stateWord(state, language);
  // Where all is well the context says enough.
  const text = state.phase === 'live' && isVerified(state) ? context : join(context, word);
  return {
    icon: iconOf(state),
    text: text === '' ? 'Podstress' : text,
    sentence:
      context === ''
        ? l10n.t('Podstress: {0}', word)
        : l10n.t('Podstress, Kubernetes context {0}: {1}', context, word),
    alarm: state.phase === 'stale' || !isVerified(state),
  };
}

/** What stands behind it, for the tooltip. */
export function connectionDetails(
  state: SessionState,
  origin: ContextOrigin,
  language: Language,
): ConnectionDetails {
  const { l10n } = language;
  const access = accessOf(state);
  const named = state.phase === 'none' || state.phase === 'loading' ? null : state.context;
  const rows = [
    { label: l10n.t('State'), value: stateWord(state, language) },
    ...(access === null
      ? []
      : [
          { label: l10n.t('Server'), value: access.server },
          { label: l10n.t('Namespace'), value: access.namespace },
          { label: l10n.t('User'), value: access.user === '' ? l10n.t('none') : access.user },
          { label: l10n.t('Kubeconfig'), value: access.file },
        ]),
    ...(named === null || named === ''
      ? []
      : [{ label: l10n.t('Chosen by'), value: originText(origin, language) }]),
  ];
  const notes = [insecureText(state, language), scopeText(state, language)].filter((note) => note !== '');
  if (state.phase === 'failed') notes.push(failureText(state.failure, language), state.detail);
  if (state.phase === 'stale') notes.push(state.detail);
  return {
    title: named === null || named === '' ? 'Podstress' : named,
    rows,
    notes: notes.filter((note) => note !== ''),
    steps: connectionSteps(state),
  };
}

/** What to do next, the most useful first. */
export function connectionSteps(state: SessionState): readonly ConnectionStep[] {
  if (state.phase === 'failed') return FAILURE_STEPS[state.failure];
  return state.phase === 'stale' ? ['reconnect', 'choose-context', 'show-log'] : ['choose-context'];
}

const FAILURE_STEPS: Readonly<Record<SessionFailure, readonly ConnectionStep[]>> = {
  'no-kubeconfig': ['choose-kubeconfig', 'reconnect'],
  'no-context': ['choose-context', 'choose-kubeconfig', 'show-log'],
  'invalid-kubeconfig': ['show-log', 'choose-context', 'choose-kubeconfig', 'reconnect'],
  unreachable: ['reconnect', 'choose-context', 'show-log'],
  unauthorized: ['reconnect', 'choose-context', 'show-log'],
  'credential-plugin': ['show-log', 'reconnect', 'choose-context'],
  forbidden: ['choose-context', 'reconnect', 'show-log'],
  'untrusted-certificate': ['show-log', 'choose-context', 'reconnect'],
  'untrusted-workspace': ['manage-trust'],
  'cannot-follow': ['open-follow-setting', 'reconnect', 'show-log'],
  internal: ['show-log', 'reconnect'],
};

export function stepText(step: ConnectionStep, { l10n }: Language): string {
  switch (step) {
    case 'reconnect':
      return l10n.t('Reconnect');
    case 'choose-context':
      return l10n.t('Choose Context…');
    case 'choose-kubeconfig':
      return l10n.t('Choose Kubeconfig…');
    case 'manage-trust':
      return l10n.t('Manage Workspace Trust');
    case 'open-follow-setting':
      return l10n.t('Open Setting');
    case 'show-log':
      return l10n.t('Show Log');
  }
}

export function originText(origin: ContextOrigin, { l10n }: Language): string {
  switch (origin) {
    case 'kubeconfig':
      return l10n.t('the kubeconfig’s current-context');
    case 'podstress':
      return l10n.t('you, in this workspace');
    case 'kubernetes-extension':
      return l10n.t('the Kubernetes extension');
  }
}

/** That anybody may stand between; empty where the certificate is checked. */
export function insecureText(state: SessionState, { l10n }: Language): string {
  return isVerified(state)
    ? ''
    : l10n.t(
        'The certificate of {0} is not checked (insecure-skip-tls-verify): whoever stands between can read your login.',
        accessOf(state)?.server ?? '',
      );
}

/** What is not shown because it may not be read; empty where all is. */
export function scopeText(state: SessionState, { l10n }: Language): string {
  const scope = state.phase === 'live' || state.phase === 'stale' ? state.scope : undefined;
  if (scope === undefined) return '';
  const shown = l10n.t(
    'You may not list Pods of all namespaces. Shown: {0}. Name others in the setting podstress.namespaces.',
    namesOf(scope.namespaces),
  );
  return scope.refused.length === 0 ? shown : `${shown} ${l10n.t('Refused: {0}.', namesOf(scope.refused))}`;
}

function namesOf(names: ConnectionScope['namespaces']): string {
  return names.length === 0 ? '–' : names.map(shortName).join(', ');
}

/** The state in a few words. */
function stateWord(state: SessionState, language: Language): string {
  const { l10n } = language;
  switch (state.phase) {
    case 'none':
      return l10n.t('not connected');
    case 'loading':
    case 'connecting':
      return l10n.t('connecting…');
    case 'live':
      return isVerified(state) ? l10n.t('live') : l10n.t('certificate not checked');
    case 'stale':
      return l10n.t('stale since {0}', clockTime(state.since, language));
    case 'failed':
      return failureWord(state.failure, language);
  }
}

/** An ISO time as the clock on the wall shows it. */
function clockTime(iso: string, { locale }: Language): string {
  return new Date(iso).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

function failureWord(failure: SessionFailure, { l10n }: Language): string {
  switch (failure) {
    case 'no-kubeconfig':
      return l10n.t('no kubeconfig');
    case 'no-context':
      return l10n.t('no context');
    case 'invalid-kubeconfig':
      return l10n.t('kubeconfig unreadable');
    case 'unreachable':
      return l10n.t('unreachable');
    case 'unauthorized':
      return l10n.t('login refused or expired');
    case 'credential-plugin':
      return l10n.t('credential plugin failed');
    case 'forbidden':
      return l10n.t('forbidden');
    case 'untrusted-certificate':
      return l10n.t('certificate not trusted');
    case 'untrusted-workspace':
      return l10n.t('workspace not trusted');
    case 'cannot-follow':
    case 'internal':
      return l10n.t('not connected');
  }
}

function iconOf(state: SessionState): string {
  switch (state.phase) {
    case 'none':
    case 'loading':
    case 'connecting':
      return 'loading~spin';
    case 'live':
      return isVerified(state) ? 'pulse' : 'unlock';
    case 'stale':
      return 'history';
    case 'failed':
      return FAILURE_ICONS[state.failure];
  }
}

const FAILURE_ICONS: Readonly<Record<SessionFailure, string>> = {
  'no-kubeconfig': 'question',
  'no-context': 'question',
  'invalid-kubeconfig': 'error',
  unreachable: 'debug-disconnect',
  unauthorized: 'key',
  'credential-plugin': 'key',
  forbidden: 'circle-slash',
  'untrusted-certificate': 'shield',
  'untrusted-workspace': 'workspace-untrusted',
  'cannot-follow': 'error',
  internal: 'error',
};

function accessOf(state: SessionState): ConnectionAccess | null {
  return state.phase === 'none' || state.phase === 'loading' ? null : (state.access ?? null);
}

function isVerified(state: SessionState): boolean {
  return accessOf(state)?.verifiesCertificate !== false;
}

function join(context: string, word: string): string {
  return context === '' ? `Podstress: ${word}` : `${context}: ${word}`;
}

/** A name on one line, of bounded length, in which nothing is read as an icon. */
export function shortName(name: string): string {
  const text = plain(name);
  if (text.length <= LONGEST_NAME) return text;
  return `${text.slice(0, LONGEST_NAME / 2)}…${text.slice(1 - LONGEST_NAME / 2)}`;
}
