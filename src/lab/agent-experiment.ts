import { PAUSE_ANNOTATION, type StressChaos, type StressChaosRecord } from '../core/kubernetes/objects.js';
import type { StressPlan, StressRun } from '../protocol/agent/types.js';
import { endOf, experimentView } from './experiments.js';
import type { ExperimentPhase, ExperimentView } from './types.js';

/** A container that an experiment has chosen, on the node of its agent. */
export interface AgentTarget {
  /** `namespace/pod/container`. */
  readonly id: string;
  readonly nodeName: string;
  readonly containerId: string;
}

type RecordEvent = NonNullable<StressChaosRecord['events']>[number];

/** One container's part in an experiment. */
export class TargetState {
  target: AgentTarget;
  /** What was sent last; null before. */
  plan: StressPlan | null = null;
  /** The run as its agent last told it; null where none was started. */
  run: StressRun | null = null;
  /** Why there is no run any more although nobody ended it; null: there is one, or it says itself. */
  lost: string | null = null;
  /** When its agent acknowledged it, on the monotonic clock, ms: lists of before do not know it. */
  knownSince = Number.POSITIVE_INFINITY;
  injectedCount = 0;
  recoveredCount = 0;
  #events: readonly RecordEvent[] = [];

  constructor(target: AgentTarget) {
    this.target = target;
  }

  get running(): boolean {
    return this.run?.phase === 'running' && this.lost === null;
  }

  /** Why it ended before its time without having been asked to; null where it did not. */
  get failure(): string | null {
    if (this.lost !== null) return this.lost;
    const failed = this.run?.phase === 'failed';
    const early = this.run?.phase === 'ended' && this.run.cause !== 'time' && this.run.cause !== 'request';
    return failed || early ? (this.run?.reason ?? 'the stressor ended before its time') : null;
  }

  /** It will be asked for with this plan. */
  begin(plan: StressPlan | null): void {
    this.plan = plan;
    this.run = null;
    this.lost = null;
    this.knownSince = Number.POSITIVE_INFINITY;
  }

  /** The plan was acknowledged, by this run. */
  started(run: StressRun): void {
    this.run = run;
    this.lost = null;
    this.knownSince = performance.now();
    this.injectedCount += 1;
    this.#add({ type: 'Succeeded', operation: 'Apply', timestamp: run.startedAt });
  }

  /** What its agent tells now; true where that is news. */
  told(run: StressRun): boolean {
    const before = this.run;
    // A run does not begin again: this answer is older than what is known.
    if (run.phase === 'running' && before !== null && before.phase !== 'running') return false;
    this.run = run;
    if (before?.phase === run.phase && before.reason === run.reason) return false;
    if (run.phase !== 'running' && before?.phase === 'running') this.#ended(run.endedAt);
    return true;
  }

  /** The run has gone without a word. */
  gone(why: string): void {
    this.lost = why;
    this.#ended(null);
  }

  record(): StressChaosRecord {
    return {
      id: this.target.id,
      selectorKey: '.',
      phase: this.running ? 'Injected' : 'Not Injected',
      injectedCount: this.injectedCount,
      recoveredCount: this.recoveredCount,
      events: this.#events,
    };
  }

  #ended(endedAt: string | null): void {
    const timestamp = endedAt ?? new Date().toISOString();
    const { failure } = this;
    if (failure === null) {
      this.recoveredCount += 1;
      this.#add({ type: 'Succeeded', operation: 'Recover', timestamp });
    } else {
      this.#add({ type: 'Failed', operation: 'Apply', timestamp, message: failure });
    }
  }

  #add(event: RecordEvent): void {
    this.#events = [...this.#events, event].slice(-100);
  }
}

/** An experiment that agents carry out, as this lab knows it. */
export class AgentExperiment {
  readonly uid: string;
  readonly object: StressChaos;
  readonly targets: TargetState[];
  /** This lab made it, and renews its leases. */
  readonly ours: boolean;
  attempt = 0;
  starting = false;
  paused = false;
  stopping = false;

  constructor(uid: string, object: StressChaos, targets: readonly AgentTarget[], ours: boolean) {
    this.uid = uid;
    this.object = object;
    this.targets = targets.map((target) => new TargetState(target));
    this.ours = ours;
  }

  get key(): string {
    return `${this.object.metadata.namespace ?? 'default'}/${this.object.metadata.name}`;
  }

  /** Something of it runs, or may at any moment. */
  get alive(): boolean {
    return this.starting || this.paused || this.stopping || this.targets.some((one) => one.running);
  }

  /** How long it may still run, ms; null: without end. Never negative. */
  remainingMs(now: number): number | null {
    const end = endOf(this.object);
    return end === null ? null : Math.max(0, end - now);
  }

  /** @param reasonOf why a container is not there any more; null: nothing is known. */
  view(now: number, reasonOf: (target: AgentTarget) => string | null): ExperimentView {
    const object = this.#object();
    return { ...experimentView(object, now, null), engine: 'agent', ...this.#phase(reasonOf) };
  }

  #phase(reasonOf: (target: AgentTarget) => string | null): {
    phase: ExperimentPhase;
    detail: string | null;
  } {
    if (this.stopping) return { phase: 'stopping', detail: null };
    if (this.paused) return { phase: 'paused', detail: null };
    if (this.starting) return { phase: 'injecting', detail: null };
    const failed = this.targets.find((one) => one.failure !== null);
    if (failed !== undefined) {
      const { target, failure } = failed;
      return { phase: 'failed', detail: `${target.id}: ${reasonOf(target) ?? failure}` };
    }
    const runs = this.targets.some((one) => one.running);
    return { phase: runs ? 'running' : 'finished', detail: null };
  }

  #object(): StressChaos {
    const { metadata } = this.object;
    const records = this.targets.map((one) => one.record());
    const injected = records.every(({ phase }) => phase === 'Injected');
    const holds = {
      Selected: true,
      AllInjected: injected,
      AllRecovered: !this.targets.some((one) => one.running),
      Paused: this.paused,
    };
    const pause = this.paused && { [PAUSE_ANNOTATION]: 'true' };
    return {
      ...this.object,
      metadata: { ...metadata, uid: this.uid, annotations: { ...metadata.annotations, ...pause } },
      status: {
        conditions: Object.entries(holds).map(([type, is]) => ({ type, status: is ? 'True' : 'False' })),
        experiment: {
          desiredPhase: this.paused || this.stopping ? 'Stop' : 'Run',
          containerRecords: records,
        },
      },
    };
  }
}
