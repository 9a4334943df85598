import type { ConnectionAccess, ConnectionFailure, ConnectionState } from '../../lab/types.js';

/** Why there is no lab although one was asked for. */
export type SessionFailure = ConnectionFailure | 'untrusted-workspace' | 'cannot-follow' | 'internal';

export type SessionState =
  /** No cluster was needed so far. */
  | { readonly phase: 'none' }
  | { readonly phase: 'loading' }
  | Exclude<ConnectionState, { phase: 'failed' }>
  | {
      readonly phase: 'failed';
      readonly failure: SessionFailure;
      readonly detail: string;
      readonly context: string | null;
      readonly access?: ConnectionAccess;
    };
