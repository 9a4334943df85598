import { ClusterError, type ClusterErrorKind } from '../cluster/errors.js';
import type { ConnectionFailure, LabErrorKind } from './types.js';

/** Why an action on the cluster failed. Told apart by `kind`, never by its class: callers live in other bundles. */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly kind: LabErrorKind;

  constructor(kind: LabErrorKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}

const ACTION_KINDS: Readonly<Partial<Record<ClusterErrorKind, LabErrorKind>>> = {
  aborted: 'not-connected',
  'already-exists': 'already-exists',
  conflict: 'already-exists',
  forbidden: 'forbidden',
  unauthorized: 'forbidden',
  'credential-plugin': 'forbidden',
  'not-found': 'not-found',
  rejected: 'rejected',
};

/** The error of an action in the lab's terms; its message stays the server's own. */
export function labError(error: unknown): LabError {
  if (error instanceof LabError) {
    return error;
  }
  const kind = error instanceof ClusterError ? actionKind(error) : undefined;
  return new LabError(kind ?? 'unreachable', error instanceof Error ? error.message : String(error), error);
}

/**
 * A webhook's verdict comes as 403 like a missing right, but is about the object; all but Chaos Mesh's own check of
 * rights (vauth.kb.io).
 */
function actionKind(error: ClusterError): LabErrorKind | undefined {
  const webhook = /^admission webhook "([^"]*)" denied the request/.exec(error.message)?.[1];
  return webhook !== undefined && webhook !== 'vauth.kb.io' ? 'rejected' : ACTION_KINDS[error.kind];
}

const FAILURES: Readonly<Partial<Record<ClusterErrorKind, ConnectionFailure>>> = {
  'no-kubeconfig': 'no-kubeconfig',
  'no-context': 'no-context',
  'invalid-kubeconfig': 'invalid-kubeconfig',
  unauthorized: 'unauthorized',
  'credential-plugin': 'credential-plugin',
  forbidden: 'forbidden',
  'untrusted-certificate': 'untrusted-certificate',
};

/** Why a connection could not be made, or is of no use any more. */
export function connectionFailure(error: ClusterError): ConnectionFailure {
  return FAILURES[error.kind] ?? 'unreachable';
}
