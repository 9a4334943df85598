import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, Probe } from '../../../core/kubernetes/objects.js';
import { type ProbeResult, type ProbeTarget, runProbe } from './probe.js';

export type ProbeKind = 'liveness' | 'readiness' | 'startup';

export interface ProbeListener {
  /** Every failed attempt. */
  failed(kind: ProbeKind, message: string): void;
  /** The verdict has changed: as often in a row as the threshold asks. */
  verdict(kind: ProbeKind, healthy: boolean): void;
}

/**
 * Probes one running instance of a container until the signal ends: startup first, and liveness and readiness once that
 * has succeeded, as the kubelet's prober does.
 */
export function startProbes(
  container: Container,
  target: ProbeTarget,
  listener: ProbeListener,
  signal: AbortSignal,
): void {
  const run = (kind: ProbeKind, probe: Probe | undefined, until: AbortSignal): void => {
    if (probe !== undefined) void repeat(kind, probe, container, target, listener, until);
  };
  const afterStartup = (): void => {
    run('liveness', container.livenessProbe, signal);
    run('readiness', container.readinessProbe, signal);
  };
  if (container.startupProbe === undefined) {
    afterStartup();
    return;
  }
  const startup = new AbortController();
  const passing: ProbeListener = {
    failed: (kind, message) => listener.failed(kind, message),
    verdict: (kind, healthy) => {
      startup.abort();
      listener.verdict(kind, healthy);
      if (healthy) afterStartup();
    },
  };
  const until = AbortSignal.any([signal, startup.signal]);
  void repeat('startup', container.startupProbe, container, target, passing, until);
}

async function repeat(
  kind: ProbeKind,
  probe: Probe,
  container: Container,
  target: ProbeTarget,
  listener: ProbeListener,
  signal: AbortSignal,
): Promise<void> {
  const count = new Thresholds(kind, probe);
  let waitMs = (probe.initialDelaySeconds ?? 0) * 1000;
  while (await slept(waitMs, signal)) {
    const result = await runProbe(probe, container, target);
    if (signal.aborted) return;
    if (!result.ok) listener.failed(kind, result.message);
    const verdict = count.add(result);
    if (verdict !== null) listener.verdict(kind, verdict);
    waitMs = (probe.periodSeconds ?? 10) * 1000;
  }
}

async function slept(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal, ref: false });
    return true;
  } catch {
    return false;
  }
}

/** Tells when enough results in a row have changed the verdict. */
export class Thresholds {
  readonly #successes: number;
  readonly #failures: number;
  #healthy: boolean | null;
  #last: boolean | null = null;
  #inRow = 0;

  constructor(kind: ProbeKind, probe: Pick<Probe, 'successThreshold' | 'failureThreshold'>) {
    this.#successes = probe.successThreshold ?? 1;
    this.#failures = probe.failureThreshold ?? 3;
    // A container counts as alive until it has failed, as unready until it has succeeded.
    this.#healthy = kind === 'liveness' ? true : kind === 'readiness' ? false : null;
  }

  /** The new verdict where this result changes it, else null. */
  add(result: Pick<ProbeResult, 'ok'>): boolean | null {
    this.#inRow = result.ok === this.#last ? this.#inRow + 1 : 1;
    this.#last = result.ok;
    const enough = this.#inRow >= (result.ok ? this.#successes : this.#failures);
    if (!enough || this.#healthy === result.ok) return null;
    this.#healthy = result.ok;
    return result.ok;
  }
}
