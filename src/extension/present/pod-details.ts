import { displayBytes, displayExact, percentOf } from '../../core/units/display.js';
import type { ContainerView, PodView } from '../../lab/types.js';
import { formatSpan } from './experiments.js';
import type { Language } from './localizer.js';

/** A line of a tooltip: what it is and what it says, both plain text from anywhere. */
export interface Detail {
  readonly label: string;
  readonly value: string;
}

export interface Details {
  readonly title: string;
  readonly subtitle: string;
  readonly rows: readonly Detail[];
  /** Where the numbers come from and how old they are. */
  readonly source: string;
}

/** Everything known of a container's memory, each number with its exact bytes. */
export function containerDetails(
  pod: PodView,
  container: ContainerView,
  oomScoreAdj: number | null,
  now: number,
  language: Language,
): Details {
  const { l10n } = language;
  const { sample } = container;
  const limit = container.limitBytes;
  const rows: Detail[] = [];
  if (sample !== null) {
    const share =
      limit === null ? '' : ` · ${l10n.t('{0} % of the limit', percentOf(sample.workingSetBytes, limit))}`;
    rows.push(
      { label: l10n.t('Working set'), value: `${exact(sample.workingSetBytes, language)}${share}` },
      { label: l10n.t('Usage'), value: exact(sample.usageBytes, language) },
      {
        label: l10n.t('− inactive file'),
        value: exact(sample.inactiveFileBytes, language),
      },
      { label: l10n.t('RSS'), value: exact(sample.rssBytes, language) },
      { label: l10n.t('Page cache'), value: exact(sample.cacheBytes, language) },
    );
  }
  rows.push(
    { label: l10n.t('Limit'), value: limit === null ? l10n.t('none') : exact(limit, language) },
    {
      label: l10n.t('Request'),
      value: container.requestBytes === null ? l10n.t('none') : exact(container.requestBytes, language),
    },
    { label: l10n.t('QoS class'), value: pod.qosClass },
  );
  if (oomScoreAdj !== null) rows.push({ label: 'oom_score_adj', value: String(oomScoreAdj) });
  if (sample?.oomKills !== null && sample !== null) {
    rows.push({ label: l10n.t('OOM kills since its start'), value: String(sample.oomKills) });
  }
  rows.push({ label: l10n.t('State'), value: container.state });
  return {
    title: container.name,
    subtitle: `${pod.namespace}/${pod.name}`,
    rows,
    source: sourceText(container.sampledAt, now, language),
  };
}

/** A Pod's sums, its node, and the experiments that act on it. */
export function podDetails(pod: PodView, now: number, language: Language): Details {
  const { l10n } = language;
  const rows: Detail[] = [];
  if (pod.workingSetBytes !== null) {
    const share =
      pod.limitBytes === null
        ? ''
        : ` · ${l10n.t('{0} % of the limit', percentOf(pod.workingSetBytes, pod.limitBytes))}`;
    rows.push({ label: l10n.t('Working set'), value: `${exact(pod.workingSetBytes, language)}${share}` });
  }
  rows.push(
    {
      label: l10n.t('Limit'),
      value: pod.limitBytes === null ? l10n.t('none') : exact(pod.limitBytes, language),
    },
    { label: l10n.t('QoS class'), value: pod.qosClass },
    { label: l10n.t('Phase'), value: pod.phase },
  );
  if (pod.pod.spec.nodeName !== undefined) rows.push({ label: l10n.t('Node'), value: pod.pod.spec.nodeName });
  if (pod.experiments.length > 0)
    rows.push({ label: l10n.t('Experiments'), value: pod.experiments.join(', ') });
  const newest = pod.containers
    .map((container) => container.sampledAt)
    .reduce((last, at) => (at !== null && (last === null || at > last) ? at : last), null);
  return { title: pod.name, subtitle: pod.namespace, rows, source: sourceText(newest, now, language) };
}

function sourceText(sampledAt: string | null, now: number, language: Language): string {
  const { l10n } = language;
  if (sampledAt === null) return l10n.t('No node agent streams from this node: memory in use is unknown');
  const age = formatSpan(now - Date.parse(sampledAt), language);
  return l10n.t('Read from the cgroup by the node agent, {0} ago', age);
}

function exact(bytes: number, { l10n, locale }: Language): string {
  return l10n.t('{0} ({1} bytes)', displayBytes(bytes, locale), displayExact(bytes, locale));
}
