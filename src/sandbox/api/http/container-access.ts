import type { Readable, Writable } from 'node:stream';
import type { KubeObject } from '../kube-object.js';
import { ApiError } from '../status.js';

/** What of a log is wanted; null: no bound. */
export interface LogOptions {
  readonly follow: boolean;
  /** The instance before the one of now. */
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines: number | null;
  readonly limitBytes: number | null;
  /** Only what was written at this time or later, ms since the epoch. */
  readonly sinceMs: number | null;
}

export interface ExecRequest {
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** `message` in the container runtime's words where the command could not even be started. */
export type ExecEnd =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'failed'; readonly message: string };

/** A command that runs in a container. The streams that were not asked for are null. */
export interface ExecProcess {
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  /** With a terminal there is none: everything comes by stdout. */
  readonly stderr: Readable | null;
  /** After the last of its output. */
  readonly ended: Promise<ExecEnd>;
  resize(columns: number, rows: number): void;
  /** Ends the command; does nothing once it has ended. */
  kill(): void;
}

/** What a kubelet does with containers on behalf of the API server. The container's name is one of the Pod's. */
export interface ContainerAccess {
  /** Throws ApiError at once where there is no such log. */
  log(pod: KubeObject, container: string, options: LogOptions, signal: AbortSignal): AsyncIterable<Buffer>;
  /** Throws ApiError where the container does not run. */
  checkRunning(pod: KubeObject, container: string): void;
  /** Starts a command. Throws ApiError where the container does not run. */
  exec(pod: KubeObject, container: string, request: ExecRequest): ExecProcess;
}

/** For an API that has no kubelet behind it: every wish is answered with this reason. */
export function noContainers(reason: string): ContainerAccess {
  const refuse = (): never => {
    throw new ApiError(500, 'InternalError', `Internal error occurred: ${reason}`);
  };
  return { log: refuse, checkRunning: refuse, exec: refuse };
}
