import type { EnginePreference } from '../../lab/types.js';

/** What the command line says; durations in ms. */
export interface RunOptions {
  readonly manifest: string;
  readonly name?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly namespace?: string;
  readonly engine: EnginePreference;
  readonly expect: readonly string[];
  readonly report: readonly string[];
  readonly junit?: string;
  readonly for?: number;
  readonly timeout?: number;
  readonly keep?: true;
  readonly replace?: true;
  readonly yes?: true;
  readonly maxTargets?: number;
}
