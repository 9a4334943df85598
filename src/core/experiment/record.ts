import type { QosClass } from '../kubernetes/objects.js';
import type { ForecastOutcome } from '../memory/forecast.js';
import type { ExpectationSet } from './expectations.js';
import type { Verdict } from './verdict.js';

/** What every record says of itself, so that a reader knows what it has before it. */
export const RUN_FORMAT = 'podstress-run';
export const RUN_VERSION = 1;

/** Bounds of a record: what a run may grow to, and what a reader accepts. */
export const RUN_BOUNDS = {
  targets: 200,
  /** Points of one container. */
  points: 2000,
  /** Points of all containers together. */
  allPoints: 40_000,
  /** Marks of one container. */
  marks: 500,
  /** Kills with their details; the count goes on. */
  kills: 1000,
  gaps: 200,
  /** UTF-16 units of the manifest. */
  manifest: 262_144,
  /** UTF-16 units of any other text. */
  text: 4096,
} as const;

/**
 * How a run ended: its duration was over; somebody stopped it; it could not be injected; it took longer than allowed; the
 * person at the terminal broke it off; the connection ended before it.
 */
export type RunEnd = 'duration' | 'stopped' | 'failed' | 'timeout' | 'interrupted' | 'connection-lost';

export type RunMarkKind = 'inject' | 'stop' | 'restart' | 'probe';

/** Something that happened to a container, kills apart. */
export interface RunMark {
  /** ms since the run's start */
  readonly time: number;
  readonly kind: RunMarkKind;
  /** The state after a restart or the probe's message: hostile text. */
  readonly detail: string;
  readonly count: number;
}

/** A container's memory, by column and oldest first; all of one length. Null: the source does not say. */
export interface RunSeries {
  /** ms since the run's start; negative before it. */
  readonly times: readonly number[];
  /** Bytes; where points were joined, the highest of them. */
  readonly workingSetBytes: readonly (number | null)[];
  readonly usageBytes: readonly (number | null)[];
  readonly limitBytes: readonly (number | null)[];
}

/** Bytes, beforehand. */
export interface RunForecast {
  readonly workingSetBytes: number | null;
  readonly stressBytes: number | null;
  readonly afterBytes: number | null;
  readonly outcome: ForecastOutcome;
}

export interface RunArrival {
  /** The lab's word for what became of the stress here. */
  readonly state: string;
  readonly expectedBytes: number | null;
  /** The most that was there at a time, bytes. */
  readonly arrivedBytes: number | null;
  /** ms since the run's start; null: it never arrived in full. */
  readonly arrivedAt: number | null;
  readonly stressorKills: number;
}

/** One container that the run acted on. */
export interface RunTarget {
  /** `namespace/pod/container` */
  readonly target: string;
  readonly node: string | null;
  readonly qosClass: QosClass;
  readonly requestBytes: number | null;
  readonly limitBytes: number | null;
  readonly forecast: RunForecast | null;
  readonly restarts: { readonly before: number; readonly after: number };
  /** At the end; null: the Pod was gone. */
  readonly ready: boolean | null;
  /** Its last state, e.g. `Running`, `OOMKilled`. */
  readonly state: string;
  readonly arrival: RunArrival | null;
  /** OOM kills in it during the run, by the kernel's own counter where there is one. */
  readonly kills: number;
  /** Whether every kill would have been seen: an agent counted from the start to the end. */
  readonly killsWatched: boolean;
  /** Whether failing probes would have been seen. */
  readonly probesWatched: boolean;
  /** The highest working set; time in ms since the run's start. */
  readonly peak: { readonly bytes: number; readonly time: number } | null;
  readonly series: RunSeries;
  readonly marks: readonly RunMark[];
}

/** One kill with what is known of it. */
export interface RunKill {
  /** `namespace/pod/container`, or `namespace/pod` where the container is not known. */
  readonly target: string;
  /** ms since the run's start */
  readonly time: number;
  /** The kernel's task name, chosen by the process itself: hostile text. Null where only a counter told. */
  readonly victim: string | null;
  readonly pid: number | null;
  readonly anonBytes: number | null;
  readonly oomScoreAdj: number | null;
  readonly evidence: 'full' | 'bare' | 'counted';
}

/** A time of which something is not known. It is said, never smoothed over. */
export interface RunGap {
  /** No connection; no agent on a node; no measurement of a container; kernel records that were lost. */
  readonly kind: 'connection' | 'agent' | 'measurement' | 'kernel-log';
  /** ms since the run's start */
  readonly from: number;
  readonly to: number;
  /** The node or container; null: everything. */
  readonly where: string | null;
}

/** What was found in the cgroups after the end; targets by `namespace/pod/container`. */
export interface RunLeft {
  readonly clean: readonly string[];
  readonly left: readonly string[];
  readonly unknown: readonly string[];
}

/** All that is kept of one run. Nothing in it needs a cluster to be read. */
export interface RunRecord {
  readonly format: typeof RUN_FORMAT;
  readonly version: typeof RUN_VERSION;
  readonly id: string;
  /** `namespace/name` of the experiment. */
  readonly key: string;
  readonly engine: 'chaos-mesh' | 'agent';
  readonly chaosMeshVersion: string | null;
  readonly podstressVersion: string;
  readonly cluster: { readonly context: string; readonly server: string };
  readonly agents: readonly {
    readonly node: string;
    readonly version: string;
    readonly kernel: string;
    readonly cgroupVersion: 1 | 2;
  }[];
  /** ISO, by our own clock. */
  readonly startedAt: string;
  /** ms since the start until the last target was injected; null: it never was. */
  readonly injectedAfter: number | null;
  /** ms since the start */
  readonly duration: number;
  readonly end: RunEnd;
  /** Why it failed; null otherwise. */
  readonly endDetail: string | null;
  readonly manifest: {
    /** As it stood in its file; null: it came from no file. */
    readonly text: string | null;
    readonly file: string | null;
    /** The object that was sent. */
    readonly object: Readonly<Record<string, unknown>>;
  };
  readonly targets: readonly RunTarget[];
  /** Targets beyond the bound, of which nothing more is known. */
  readonly targetsLeftOut: number;
  readonly kills: readonly RunKill[];
  readonly gaps: readonly RunGap[];
  /** Null: nobody looked. */
  readonly left: RunLeft | null;
  readonly expectations: ExpectationSet | null;
  readonly verdict: Verdict | null;
}
