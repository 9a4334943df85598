import { asRecord, asString } from './decode.js';

export type ClusterErrorKind =
  | 'no-kubeconfig'
  | 'no-context'
  | 'invalid-kubeconfig'
  | 'credential-plugin'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'already-exists'
  | 'conflict'
  | 'rejected'
  | 'expired'
  | 'throttled'
  | 'server'
  | 'unreachable'
  | 'untrusted-certificate'
  | 'timeout'
  | 'protocol'
  | 'aborted';

export interface ClusterErrorDetails {
  /** The HTTP status; null where no answer came. */
  readonly status?: number | null;
  /** The Status object's `reason`, e.g. `AlreadyExists`. */
  readonly reason?: string | null;
  /** What the server's Retry-After asks for, ms. */
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
}

/** Everything that goes wrong on the wire. Its message is for people and never holds headers or credentials. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  readonly kind: ClusterErrorKind;
  readonly status: number | null;
  readonly reason: string | null;
  readonly retryAfterMs: number | null;

  constructor(kind: ClusterErrorKind, message: string, details: ClusterErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.status = details.status ?? null;
    this.reason = details.reason ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

const BY_STATUS: Readonly<Record<number, ClusterErrorKind>> = {
  400: 'rejected',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  410: 'expired',
  422: 'rejected',
  429: 'throttled',
};

const CERTIFICATE_CODES = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Those that a wrong clock causes, too. */
const CLOCK_CODES = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

const LONGEST_TEXT = 2000;

/** The error that an HTTP answer stands for: a Status object in JSON, or whatever text came instead of it. */
export function statusError(status: number, body: string, retryAfter?: string): ClusterError {
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(body);
  } catch {
    // Proxies and unknown API groups answer in plain text.
  }
  const object = asRecord(parsed);
  const isStatus = object?.['kind'] === 'Status';
  const text = (isStatus ? asString(object['message']) : null) ?? body.trim();
  const reason = isStatus ? asString(object['reason']) : null;
  return new ClusterError(kindOf(status, reason), shorten(text) || `HTTP ${status}`, {
    status,
    reason,
    retryAfterMs: retryAfterMs(retryAfter),
  });
}

/** The error of a Status object inside a watch stream. */
export function watchError(object: unknown): ClusterError {
  const code = asRecord(object)?.['code'];
  return statusError(typeof code === 'number' ? code : 500, JSON.stringify(object ?? null));
}

/** The error of a request that got no answer. */
export function networkError(error: unknown, server: string): ClusterError {
  if (error instanceof ClusterError) {
    return error;
  }
  const code = asString(asRecord(error)?.['code']) ?? '';
  const text = error instanceof Error ? error.message : String(error);
  const kind = CERTIFICATE_CODES.has(code) ? 'untrusted-certificate' : 'unreachable';
  const clock = CLOCK_CODES.has(code) ? ` (this machine's clock says ${new Date().toISOString()})` : '';
  return new ClusterError(kind, `${server}: ${shorten(text || code)}${clock}`, { cause: error });
}

export function aborted(): ClusterError {
  return new ClusterError('aborted', 'The operation was cancelled.');
}

function kindOf(status: number, reason: string | null): ClusterErrorKind {
  if (status === 409 && reason === 'AlreadyExists') {
    return 'already-exists';
  }
  return BY_STATUS[status] ?? (status >= 500 ? 'server' : 'rejected');
}

/** Retry-After in its seconds form (the only one that API servers send), in ms and at most five minutes. */
function retryAfterMs(header: string | undefined): number | null {
  return header !== undefined && /^[0-9]{1,6}$/.test(header) ? Math.min(Number(header), 300) * 1000 : null;
}

function shorten(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
