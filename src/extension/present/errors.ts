import type { EngineChoice, LabErrorKind } from '../../lab/types.js';
import type { Language } from './localizer.js';
import type { SessionFailure } from './session-state.js';

const KINDS: readonly LabErrorKind[] = [
  'not-connected',
  'no-engine',
  'already-exists',
  'rejected',
  'forbidden',
  'not-found',
  'unreachable',
];

/** The kind of a LabError; null for any other error. The class lives in another bundle, so its shape decides. */
export function labErrorKind(error: unknown): LabErrorKind | null {
  if (!(error instanceof Error) || !('kind' in error)) return null;
  return KINDS.find((kind) => kind === error.kind) ?? null;
}

/** What the user can do about a failed injection or stop. */
export function nextStep(kind: LabErrorKind | null, { l10n }: Language): string {
  switch (kind) {
    case 'not-connected':
    case 'unreachable':
      return l10n.t('Check that the cluster answers, then reconnect.');
    case 'no-engine':
      return l10n.t('Install Chaos Mesh in this cluster, or node agents that may stress, then try again.');
    case 'already-exists':
      return l10n.t('Stop the experiment of that name, or choose another name.');
    case 'rejected':
      return l10n.t('Mend the manifest as the message says, then inject again.');
    case 'forbidden':
      return l10n.t('Ask for the right to create and delete StressChaos objects in that namespace.');
    case 'not-found':
      return l10n.t('It may have ended by itself: reconnect to see what is there now.');
    case null:
      return l10n.t('The log has the details.');
  }
}

/** What the user can do where a Pod, its log or its events could not be read. */
export function podStep(kind: LabErrorKind | null, { l10n }: Language): string {
  switch (kind) {
    case 'not-connected':
    case 'unreachable':
      return l10n.t('Check that the cluster answers, then reconnect.');
    case 'forbidden':
      return l10n.t('Ask for the right to read Pods, their logs and their events in that namespace.');
    case 'not-found':
      return l10n.t('The Pod is gone.');
    default:
      return '';
  }
}

/** Why there is no connection, in one sentence. */
export function failureText(failure: SessionFailure, { l10n }: Language): string {
  switch (failure) {
    case 'no-kubeconfig':
      return l10n.t('No kubeconfig was found.');
    case 'no-context':
      return l10n.t('No context to connect with was found.');
    case 'invalid-kubeconfig':
      return l10n.t('The kubeconfig cannot be read.');
    case 'unreachable':
      return l10n.t('The cluster does not answer.');
    case 'unauthorized':
      return l10n.t('The cluster does not accept the login in the kubeconfig.');
    case 'credential-plugin':
      return l10n.t('The program that the kubeconfig names for the login gave none.');
    case 'forbidden':
      return l10n.t('The cluster does not let you list Pods.');
    case 'untrusted-certificate':
      return l10n.t('The cluster’s certificate is not trusted.');
    case 'untrusted-workspace':
      return l10n.t('This workspace is not trusted.');
    case 'cannot-follow':
      return l10n.t('Podstress cannot follow the Kubernetes extension.');
    case 'internal':
      return l10n.t('Podstress could not start its connection.');
  }
}

/** Whether another kubeconfig is the way out. */
export function isAboutKubeconfig(failure: SessionFailure): boolean {
  return failure === 'no-kubeconfig' || failure === 'no-context' || failure === 'invalid-kubeconfig';
}

/** The engine in words: `Chaos Mesh 2.8.3`. */
export function engineText(engine: EngineChoice, { l10n }: Language): string {
  if (engine.kind === 'none') {
    return engine.reason === 'agent-missing'
      ? l10n.t('none: no node agent may stress')
      : l10n.t('none: Chaos Mesh is not installed');
  }
  if (engine.kind === 'agent') return l10n.t('the node agents');
  return engine.version === null ? 'Chaos Mesh' : `Chaos Mesh ${engine.version}`;
}
