import type { LimitLevel } from '../../core/cgroup/path.js';
import { ownerOf } from '../../core/kubernetes/owner.js';
import { oomScoreAdj } from '../../core/memory/oom-score-adj.js';
import type { MemoryReading } from '../../core/memory/reading.js';
import { displayBytes, displayExact, percentOf } from '../../core/units/display.js';
import type { ContainerView, PodView, ProcessList } from '../../lab/types.js';
import type { ContainerSample } from '../../protocol/agent/types.js';
import { formatSpan } from './experiments.js';
import type { Language } from './localizer.js';
import { containerWorries, podWorries } from './pod-alarm.js';
import { commandText, type RankedProcess } from './pod-processes.js';

/** A line of a tooltip: what it is, what it says and who says so, all plain text from anywhere. */
export interface Detail {
  readonly label: string;
  readonly value: string;
  /** Where the number comes from and how old it is; empty where that is plain. */
  readonly from: string;
}

export interface Details {
  readonly title: string;
  readonly subtitle: string;
  /** What should worry, in words. */
  readonly worries: readonly string[];
  readonly rows: readonly Detail[];
  /** How the numbers hang together, or why there are none. */
  readonly note: string;
}

/** What is known around a container. */
export interface DetailsWorld {
  /** Bytes; null where no agent tells. */
  readonly nodeMemoryBytes: number | null;
  /** Null where nobody looks at them. */
  readonly processes: ProcessList | null;
  /** Ms since the epoch by our own clock. */
  readonly now: number;
}

/** Everything known of a container's memory, each number with its exact bytes, its source and its age. */
export function containerDetails(
  pod: PodView,
  container: ContainerView,
  world: DetailsWorld,
  language: Language,
): Details {
  const { l10n } = language;
  const { memory, sample } = container;
  const spec = l10n.t('Pod spec');
  const agent =
    sample === null || memory?.source !== 'agent' ? null : sourceText(memory, world.now, language);
  return {
    title: container.name,
    subtitle: `${pod.namespace}/${pod.name}`,
    worries: containerWorries(container, language),
    rows: [
      ...(memory === null ? [] : memoryRows(memory, container.limitBytes, world.now, language)),
      ...(sample === null || agent === null ? [] : sampleRows(sample, agent, language)),
      bytesRow(l10n.t('Limit'), container.limitBytes, spec, language),
      ...(sample === null || agent === null ? [] : effectiveRows(sample, agent, language)),
      bytesRow(l10n.t('Request'), container.requestBytes, spec, language),
      ...(world.nodeMemoryBytes === null
        ? []
        : [bytesRow(l10n.t('Node memory'), world.nodeMemoryBytes, l10n.t('node agent'), language)]),
      row(l10n.t('QoS class'), pod.qosClass),
      ...adjRows(pod, container, world, language),
      ...killRows(container, language),
      row(l10n.t('State'), container.state),
    ],
    note:
      memory === null
        ? l10n.t('Nobody measures this container: memory in use is unknown')
        : l10n.t(
            'Working set = usage − inactive file. RSS and page cache are parts of the usage; the limit acts on the usage.',
          ),
  };
}

/** A Pod's sums, its owner and node, and the experiments that act on it. */
export function podDetails(pod: PodView, now: number, language: Language): Details {
  const { l10n } = language;
  const owner = ownerOf(pod.pod);
  const readings = pod.containers.map(({ memory }) => memory).filter((memory) => memory !== null);
  const oldest = readings.toSorted((a, b) => a.measuredAt - b.measuredAt)[0];
  const working =
    pod.workingSetBytes === null || oldest === undefined
      ? []
      : [
          {
            label: l10n.t('Working set'),
            value: withShare(pod.workingSetBytes, pod.limitBytes, language),
            from: sourceText(oldest, now, language),
          },
        ];
  return {
    title: pod.name,
    subtitle: pod.namespace,
    worries: podWorries(pod, language),
    rows: [
      ...working,
      bytesRow(l10n.t('Limit'), pod.limitBytes, l10n.t('Pod spec'), language),
      row(l10n.t('QoS class'), pod.qosClass),
      row(l10n.t('Phase'), pod.phase),
      row(l10n.t('Restarts'), String(pod.containers.reduce((sum, one) => sum + one.restartCount, 0))),
      ...(owner === null ? [] : [row(owner.kind, owner.name)]),
      ...(pod.pod.spec.nodeName === undefined ? [] : [row(l10n.t('Node'), pod.pod.spec.nodeName)]),
      ...(pod.experiments.length === 0 ? [] : [row(l10n.t('Experiments'), pod.experiments.join(', '))]),
    ],
    note: oldest === undefined ? l10n.t('Nobody measures this Pod: memory in use is unknown') : '',
  };
}

/** A process as the OOM killer weighs it. */
export function processDetails(
  { process, badness, isFirst }: RankedProcess,
  container: string,
  language: Language,
): Details {
  const { l10n, locale } = language;
  return {
    title: commandText(process),
    subtitle: container,
    worries: isFirst ? [l10n.t('The first that the OOM killer would end in this container')] : [],
    rows: [
      row('comm', process.comm),
      row('pid', l10n.t('{0} in the container, {1} on the node', process.containerPid, process.pid)),
      row('uid', String(process.uid)),
      bytesRow(l10n.t('RSS'), process.rssBytes, '', language),
      bytesRow(l10n.t('Swap'), process.swapBytes, '', language),
      bytesRow(l10n.t('Page tables'), process.pageTableBytes, '', language),
      row('oom_score_adj', String(process.oomScoreAdj)),
      ...(badness === null
        ? []
        : [row(l10n.t('Badness'), l10n.t('{0} pages', displayExact(badness, locale)))]),
    ],
    note: l10n.t('Badness = RSS + swap + page tables in pages, plus oom_score_adj thousandths of the limit'),
  };
}

/** `node agent, 1 s ago`. */
export function sourceText({ source, measuredAt }: MemoryReading, now: number, language: Language): string {
  const { l10n } = language;
  const age = formatSpan(now - measuredAt, language);
  switch (source) {
    case 'agent':
      return l10n.t('node agent, {0} ago', age);
    case 'kubelet':
      return l10n.t('kubelet, {0} ago', age);
    case 'metrics':
      return l10n.t('metrics.k8s.io, {0} ago', age);
  }
}

function memoryRows(
  memory: MemoryReading,
  limitBytes: number | null,
  now: number,
  language: Language,
): readonly Detail[] {
  const { l10n } = language;
  const from = sourceText(memory, now, language);
  const parts = [
    [l10n.t('Usage'), memory.usageBytes],
    [l10n.t('− inactive file'), memory.inactiveFileBytes],
    [l10n.t('RSS'), memory.rssBytes],
    [l10n.t('Page cache'), memory.cacheBytes],
  ] as const;
  return [
    { label: l10n.t('Working set'), value: withShare(memory.workingSetBytes, limitBytes, language), from },
    ...knownRows(parts, from, language),
  ];
}

/** What only the agent can tell. */
function sampleRows(sample: ContainerSample, from: string, language: Language): readonly Detail[] {
  const { l10n, locale } = language;
  const parts = [
    [l10n.t('Shared memory, tmpfs'), sample.shmemBytes],
    [l10n.t('Kernel memory'), sample.kernelBytes],
    [l10n.t('Swap'), sample.swapBytes],
    [l10n.t('Peak usage'), sample.peakBytes],
  ] as const;
  const percent = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  return [
    ...knownRows(parts, from, language),
    ...(sample.limitHits === null
      ? []
      : [{ label: l10n.t('Ran against the limit'), value: displayExact(sample.limitHits, locale), from }]),
    ...(sample.pressure === null
      ? []
      : [
          {
            label: l10n.t('Memory pressure'),
            value: l10n.t(
              'some {0} %, full {1} % of 10 s',
              ...[sample.pressure.someAvg10, sample.pressure.fullAvg10].map((share) => percent.format(share)),
            ),
            from,
          },
        ]),
  ];
}

function effectiveRows(sample: ContainerSample, from: string, language: Language): readonly Detail[] {
  const { l10n } = language;
  if (sample.effectiveLimitBytes === null) return [];
  const level = levelText(sample.effectiveLimitLevel, language);
  const value = exact(sample.effectiveLimitBytes, language);
  return [{ label: l10n.t('Effective limit'), value: level === null ? value : `${value} · ${level}`, from }];
}

function levelText(level: LimitLevel | null, { l10n }: Language): string | null {
  switch (level) {
    case 'container':
      return l10n.t('of the container');
    case 'pod':
      return l10n.t('of the Pod');
    case 'kubepods':
      return l10n.t('of all Pods on the node');
    case 'node':
      return l10n.t('of the node');
    case null:
      return null;
  }
}

/** The score as the kubelet computes it, and as the processes really have it. */
function adjRows(
  pod: PodView,
  container: ContainerView,
  { nodeMemoryBytes, processes, now }: DetailsWorld,
  language: Language,
): readonly Detail[] {
  const { l10n } = language;
  const computed =
    nodeMemoryBytes === null
      ? null
      : oomScoreAdj(pod.pod.spec, pod.qosClass, container.name, nodeMemoryBytes);
  const real = [...new Set(processes?.processes.map((process) => process.oomScoreAdj) ?? [])].sort(
    (a, b) => a - b,
  );
  return [
    ...(computed === null
      ? []
      : [{ label: 'oom_score_adj', value: String(computed), from: l10n.t('the kubelet’s formula') }]),
    ...(processes === null || real.length === 0
      ? []
      : [
          {
            label: 'oom_score_adj',
            value: real.join(', '),
            from: l10n.t('its processes, {0} ago', formatSpan(now - processes.readAt, language)),
          },
        ]),
  ];
}

function killRows(
  { oomKills, silentKills, restartCount, sample }: ContainerView,
  language: Language,
): readonly Detail[] {
  const { l10n, locale } = language;
  const since = l10n.t('since Podstress connected');
  return [
    { label: l10n.t('OOM kills'), value: displayExact(oomKills, locale), from: since },
    ...(silentKills > 0
      ? [{ label: l10n.t('of them silent'), value: displayExact(silentKills, locale), from: since }]
      : []),
    ...(sample?.oomKills == null
      ? []
      : [
          {
            label: l10n.t('OOM kills'),
            value: displayExact(sample.oomKills, locale),
            from: l10n.t('since its start'),
          },
        ]),
    { label: l10n.t('Restarts'), value: displayExact(restartCount, locale), from: l10n.t('Pod status') },
  ];
}

function knownRows(
  parts: readonly (readonly [label: string, bytes: number | null])[],
  from: string,
  language: Language,
): readonly Detail[] {
  return parts.flatMap(([label, bytes]) =>
    bytes === null ? [] : [{ label, value: exact(bytes, language), from }],
  );
}

function withShare(bytes: number, limitBytes: number | null, language: Language): string {
  const text = exact(bytes, language);
  return limitBytes === null
    ? text
    : `${text} · ${language.l10n.t('{0} % of the limit', percentOf(bytes, limitBytes))}`;
}

function bytesRow(label: string, bytes: number | null, from: string, language: Language): Detail {
  return { label, value: bytes === null ? language.l10n.t('none') : exact(bytes, language), from };
}

function row(label: string, value: string): Detail {
  return { label, value, from: '' };
}

function exact(bytes: number, { l10n, locale }: Language): string {
  return l10n.t('{0} ({1} bytes)', displayBytes(bytes, locale), displayExact(bytes, locale));
}
