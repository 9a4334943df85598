import { randomBytes } from 'node:crypto';
import type { ExpectationSet } from '../../core/experiment/expectations.js';
import {
  RUN_BOUNDS,
  RUN_FORMAT,
  RUN_VERSION,
  type RunEnd,
  type RunForecast,
  type RunKill,
  type RunRecord,
} from '../../core/experiment/record.js';
import { judge } from '../../core/experiment/verdict.js';
import type { StressChaos } from '../../core/kubernetes/objects.js';
import { forecast, stressBytesOnNode } from '../../core/memory/forecast.js';
import { selectPods } from '../../core/selection/select.js';
import { parseRuntimeSize } from '../../core/units/size.js';
import { selectionNodes } from '../selection-nodes.js';
import type {
  ContainerView,
  ExperimentView,
  KillLog,
  Lab,
  NamedKill,
  PodView,
  StopReport,
} from '../types.js';
import { TargetTrack } from './target-track.js';
import { Watchfulness } from './watchfulness.js';

export interface RunPlan {
  readonly object: StressChaos;
  /** The experiment's own namespace. */
  readonly namespace: string;
  /** As it stands in its file; null: it comes from none. */
  readonly manifestText: string | null;
  readonly file: string | null;
  readonly expectations: ExpectationSet | null;
  readonly podstressVersion: string;
}

/** So much of the past before a run belongs to its curves, ms. */
const BEFORE_MS = 30_000;
/** An agent's clock may be so far ahead of ours or behind; kills of longer ago are of before, ms. */
const CLOCK_MS = 5000;

/**
 * Follows one experiment in the lab's stores, from before it is injected to its end, and makes the record of it. Asks for
 * nothing: what the stores do not tell is null in the record, or a gap. Bounded whatever happens.
 */
export class RunRecorder {
  readonly key: string;
  readonly #lab: Lab;
  readonly #plan: RunPlan;
  readonly #now: () => number;
  readonly #startedAt: number;
  /** The experiment of the same name that was there before. */
  readonly #before: ExperimentView | undefined;
  readonly #tracks = new Map<string, TargetTrack>();
  readonly #kills = new Map<string, RunKill>();
  readonly #firstOrder: number;
  readonly #watch: Watchfulness;
  readonly #stops: (() => void)[] = [];
  readonly #ended: Promise<RunEnd>;
  #end: (how: RunEnd) => void = () => {};
  #points: number = RUN_BOUNDS.points;
  readonly #leftOut = new Set<string>();
  #injectedAfter: number | null = null;
  #view: ExperimentView | null = null;
  #detail: string | null = null;
  #listener: () => void = () => {};

  /** @param now the wall clock, ms since 1970 */
  constructor(lab: Lab, plan: RunPlan, now: () => number = Date.now) {
    this.key = `${plan.namespace}/${plan.object.metadata.name}`;
    this.#lab = lab;
    this.#plan = plan;
    this.#now = now;
    this.#startedAt = now();
    this.#before = lab.experiments.get().find(({ key }) => key === this.key);
    this.#firstOrder = Math.max(0, ...lab.kills.get().kills.map(({ order }) => order));
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#watch = new Watchfulness(lab, () => this.#time());
    this.#takeCandidates();
    const interest = lab.interest();
    interest.show(this.#podKeys());
    this.#stops.push(
      () => interest.dispose(),
      () => this.#watch.dispose(),
      lab.experiments.subscribe((views) => this.#takeExperiments(views)),
      lab.pods.subscribe((pods) => this.#takePods(pods)),
      lab.kills.subscribe((log) => this.#takeKills(log)),
      lab.history.subscribe(() => this.#takeMarks()),
    );
  }

  /** Resolves when the experiment has ended by itself or was stopped, whoever did it. */
  get ended(): Promise<RunEnd> {
    return this.#ended;
  }

  /** The experiment as the cluster tells it now; null before it does, and once it is gone. */
  get view(): ExperimentView | null {
    return this.#view;
  }

  /** Kills so far, in the containers of the run. */
  get killCount(): number {
    return [...this.#tracks.values()].reduce((sum, { wasHit, kills }) => sum + (wasHit ? kills : 0), 0);
  }

  /** Calls the listener after each news of the experiment. */
  onNews(listener: () => void): void {
    this.#listener = listener;
  }

  /** The record as of now, ended so. Ends the recording. */
  finish(how: RunEnd, detail: string | null, left: StopReport | null): RunRecord {
    this.dispose();
    const { object, expectations, podstressVersion, manifestText, file } = this.#plan;
    const duration = this.#time();
    const connection = this.#lab.connection.get();
    const engine = this.#lab.engine.get();
    const targets = this.#targets();
    const nodes = new Set(targets.flatMap(({ node }) => (node === null ? [] : [node])));
    const names = new Set(targets.map(({ target }) => target));
    const pods = new Set([...names].map(podOf));
    const hit = [...this.#tracks].filter(([target]) => names.has(target));
    const gaps = [
      ...this.#watch.gaps(nodes, this.#startedAt, duration),
      ...hit.flatMap(([, track]) => track.gaps(duration)),
    ];
    const record: RunRecord = {
      format: RUN_FORMAT,
      version: RUN_VERSION,
      id: idOf(this.#startedAt, object.metadata.name),
      key: this.key,
      engine: this.#view?.engine ?? (engine.kind === 'agent' ? 'agent' : 'chaos-mesh'),
      chaosMeshVersion: engine.kind === 'chaos-mesh' ? engine.version : null,
      podstressVersion,
      cluster: {
        context: short(connection.context ?? ''),
        server: short('server' in connection ? connection.server : (connection.access?.server ?? '')),
      },
      agents: this.#watch.agents(nodes),
      startedAt: new Date(this.#startedAt).toISOString(),
      injectedAfter: this.#injectedAfter,
      duration,
      end: how,
      endDetail: detail === null ? (how === 'failed' ? this.#detail : null) : short(detail),
      manifest: {
        text: manifestText?.slice(0, RUN_BOUNDS.manifest) ?? null,
        file: file === null ? null : short(file),
        object: sent(object, this.#plan.namespace),
      },
      targets,
      targetsLeftOut: this.#leftOut.size,
      kills: [...this.#kills.values()]
        .filter(({ target }) => names.has(target) || pods.has(target))
        .sort((a, b) => a.time - b.time),
      gaps: gaps.toSorted((a, b) => a.from - b.from).slice(0, RUN_BOUNDS.gaps),
      left: left === null ? null : leftOf(left),
      expectations,
      verdict: null,
    };
    return expectations === null ? record : { ...record, verdict: judge(record, expectations) };
  }

  /** Stops listening; what was recorded can still be finished. */
  dispose(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  #time(): number {
    return Math.max(0, this.#now() - this.#startedAt);
  }

  #podKeys(): ReadonlySet<string> {
    return new Set([...this.#tracks.keys()].map(podOf));
  }

  #targets() {
    const watched = (track: TargetTrack) => ({
      kills: this.#watch.sawKills(track.node, track.restarted),
      probes: this.#lab.history.tellsProbes && !this.#watch.wasOffline,
    });
    const wanted = [...this.#tracks.values()].filter(({ wasHit }) => wasHit);
    return wanted.flatMap((track) => track.finish(watched(track)) ?? []);
  }

  /** What the selector hits now: their memory before the stress is the start of their curves. */
  #takeCandidates(): void {
    const pods = this.#lab.pods.get();
    const { object, namespace } = this.#plan;
    const nodes = selectionNodes(this.#lab.nodes.get());
    const selection = selectPods({ spec: object.spec, namespace, pods, nodes });
    const containers = selection.pods.reduce((sum, one) => sum + one.containers.length, 0);
    const share = Math.floor(RUN_BOUNDS.allPoints / Math.min(RUN_BOUNDS.targets, Math.max(1, containers)));
    this.#points = Math.min(RUN_BOUNDS.points, share);
    for (const { item, containers } of selection.pods) {
      for (const name of containers) this.#track(`${item.key}/${name}`, item, true);
    }
  }

  /** The track of a container, begun where there is none; null beyond the bound. */
  #track(target: string, pod: PodView | null, isBefore: boolean): TargetTrack | null {
    const known = this.#tracks.get(target);
    if (known !== undefined) return known;
    if (this.#tracks.size >= RUN_BOUNDS.targets) {
      this.#leftOut.add(target);
      return null;
    }
    const container = pod?.containers.find((one) => `${pod.key}/${one.name}` === target) ?? null;
    const track = new TargetTrack({
      target,
      key: this.key,
      startedAt: this.#startedAt,
      forecast: isBefore && pod !== null && container !== null ? this.#forecast(pod, container) : null,
      points: this.#points,
    });
    this.#tracks.set(target, track);
    const history = this.#lab.history.series(target);
    track.recall(history, this.#startedAt - BEFORE_MS, container?.limitBytes ?? null);
    if (pod !== null) track.take(pod, this.#time());
    return track;
  }

  #forecast(pod: PodView, container: ContainerView): RunForecast | null {
    const memory = this.#plan.object.spec.stressors?.memory;
    if (memory === undefined) return null;
    const size = parseRuntimeSize(memory.size ?? '');
    const node = this.#lab.agents.get().find(({ nodeName }) => nodeName === pod.pod.spec.nodeName)?.node;
    const ask = {
      totalBytes: size.kind === 'bytes' ? size.bytes : null,
      nodePercent: size.kind === 'percent' ? size.percent : null,
    };
    // What is held while an earlier run of the same name still acts says nothing of this one.
    const isFree = !pod.experiments.includes(this.key);
    const { memory: reading, limitBytes } = container;
    const workingSetBytes = isFree && reading !== null && !reading.stale ? reading.workingSetBytes : null;
    const stressBytes = stressBytesOnNode(ask, node?.memoryTotalBytes ?? null);
    const { afterBytes, outcome } = forecast({ workingSetBytes, limitBytes, stressBytes });
    return { workingSetBytes, stressBytes, afterBytes, outcome };
  }

  #takeExperiments(views: readonly ExperimentView[]): void {
    const view = views.find((one) => one.key === this.key && !this.#isOld(one)) ?? null;
    const now = this.#time();
    if (view === null) {
      // Without a connection nothing is known to be gone.
      if (this.#view !== null && this.#lab.connection.get().phase === 'live')
        this.#end(endOf(this.#view, this.#now()));
      this.#listener();
      return;
    }
    this.#view = view;
    this.#hit(view);
    this.#detail = view.detail === null ? this.#detail : short(view.detail);
    if (this.#injectedAfter === null && (view.phase === 'running' || isInjected(view)))
      this.#injectedAfter = now;
    if (view.phase === 'running' || view.phase === 'injecting') {
      for (const arrival of view.arrivals) this.#tracks.get(arrival.target)?.takeArrival(arrival, now);
    }
    if (view.phase === 'finished') this.#end('duration');
    this.#listener();
  }

  #isOld(view: ExperimentView): boolean {
    const before = this.#before;
    if (before === undefined) return false;
    const { uid } = view.object.metadata;
    return uid === undefined ? view.startedAt === before.startedAt : uid === before.object.metadata.uid;
  }

  #hit(view: ExperimentView): void {
    const records = view.object.status?.experiment?.containerRecords ?? [];
    const injected = records.filter(({ phase }) => phase === 'Injected' || phase.startsWith('Injected/'));
    const told = [
      ...injected.map(({ id }) => id),
      ...(view.injected > 0 ? view.arrivals.map(({ target }) => target) : []),
    ];
    const known = this.#tracks.size;
    for (const target of new Set(told.filter((one) => one.split('/').length === 3))) {
      const pod = this.#lab.pods.get().find(({ key }) => key === podOf(target)) ?? null;
      const track = this.#track(short(target), pod, false);
      if (track !== null) track.wasHit = true;
    }
    if (this.#tracks.size > known) this.#stops.push(this.#look());
  }

  #look(): () => void {
    const interest = this.#lab.interest();
    interest.show(this.#podKeys());
    return () => interest.dispose();
  }

  #takePods(pods: readonly PodView[]): void {
    const isKnown = this.#lab.connection.get().phase === 'live';
    const now = this.#time();
    const isUntold =
      (this.#view?.injected ?? 0) > 0 &&
      this.#view?.object.status?.experiment?.containerRecords === undefined;
    const wanted = this.#podKeys();
    const found = new Map(pods.filter(({ key }) => wanted.has(key)).map((pod) => [pod.key, pod]));
    for (const [target, track] of this.#tracks) {
      const pod = found.get(podOf(target)) ?? null;
      if (pod !== null || isKnown) track.take(pod, now);
      // An engine without records of its own says by the Pods what it acts on.
      if (isUntold && pod?.experiments.includes(this.key)) track.wasHit = true;
    }
  }

  #takeKills({ kills }: KillLog): void {
    for (const kill of kills) {
      if (kill.order <= this.#firstOrder || this.#kills.has(kill.id)) continue;
      if (this.#kills.size >= RUN_BOUNDS.kills) return;
      const target = this.#targetOf(kill);
      const time = Date.parse(kill.kill.time) - this.#startedAt;
      if (target !== null && time >= -CLOCK_MS)
        this.#kills.set(kill.id, killOf(kill, target, time, this.#time()));
    }
  }

  #targetOf({ namespace, podName, containerName }: NamedKill): string | null {
    if (namespace === null || podName === null) return null;
    const pod = `${namespace}/${podName}`;
    if (containerName !== null)
      return this.#tracks.has(`${pod}/${containerName}`) ? `${pod}/${containerName}` : null;
    return this.#podKeys().has(pod) ? pod : null;
  }

  #takeMarks(): void {
    for (const [target, track] of this.#tracks) {
      const series = this.#lab.history.series(target);
      if (series !== null) track.takeMarks(series.marks);
    }
  }
}

function killOf({ kill }: NamedKill, target: string, time: number, now: number): RunKill {
  return {
    target,
    // The node's clock may differ from ours: a kill is never told before it happens, nor before the run.
    time: Math.min(Math.max(0, time), now),
    victim: kill.victim === null ? null : short(kill.victim.comm),
    pid: kill.victim?.pid ?? null,
    anonBytes: kill.victim?.anonRssBytes ?? null,
    oomScoreAdj: kill.victim?.oomScoreAdj ?? null,
    evidence: kill.evidence,
  };
}

function isInjected({ injected, targets }: ExperimentView): boolean {
  return targets > 0 && injected >= targets;
}

/** How an experiment ended that is there no more. */
function endOf({ endsAt, phase, injected }: ExperimentView, now: number): RunEnd {
  if (endsAt !== null && Date.parse(endsAt) <= now) return 'duration';
  return phase === 'failed' && injected === 0 ? 'failed' : 'stopped';
}

function leftOf({ clean, left, unknown }: StopReport) {
  const bounded = (names: readonly string[]): readonly string[] =>
    names.slice(0, RUN_BOUNDS.targets).map(short);
  return {
    clean: bounded(clean),
    left: bounded(left.map(({ target }) => target)),
    unknown: bounded(unknown),
  };
}

/** The object as it was written, without what a server added. */
function sent(
  { apiVersion, kind, metadata, spec }: StressChaos,
  namespace: string,
): Readonly<Record<string, unknown>> {
  const { name, labels, annotations } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      ...(labels !== undefined && { labels }),
      ...(annotations !== undefined && { annotations }),
    },
    spec,
  };
}

/** `20261121-150102-mem-stress-3f9a`: sorts by time, and is a file name everywhere. */
function idOf(startedAt: number, name: string): string {
  const stamp = new Date(startedAt).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const plain = name.replaceAll(/[^A-Za-z0-9.-]/g, '').slice(0, 60);
  return `${stamp}-${plain === '' ? 'run' : plain}-${randomBytes(2).toString('hex')}`;
}

function short(text: string): string {
  return text.slice(0, RUN_BOUNDS.text);
}

/** `namespace/pod` of `namespace/pod/container`. */
function podOf(target: string): string {
  return target.slice(0, target.lastIndexOf('/'));
}
