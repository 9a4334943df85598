import {
  asArray,
  asBoolean,
  asNumber,
  asRecord,
  asString,
  asStringMap,
  type JsonRecord,
} from '../../cluster/decode.js';
import { formatBytes } from '../../core/units/size.js';
import type { PodView } from '../types.js';
import { describeContainers, endText } from './containers.js';
import { eventRows } from './events.js';
import { Layout } from './layout.js';

/** A Pod as the API gives it, with what else is known of it. */
export interface PodFacts {
  readonly pod: JsonRecord;
  /** The items of its events' list. */
  readonly events: readonly unknown[];
  /** As the lab's views show it; null where they do not. */
  readonly view: PodView | null;
  /** Ms since the epoch. */
  readonly now: number;
}

/**
 * A Pod in the layout of `kubectl describe pod`, what concerns its memory first. In English like the API's own words,
 * which make up most of it.
 */
export function describePod({ pod, events, view, now }: PodFacts): string {
  const layout = new Layout();
  const metadata = asRecord(pod['metadata']) ?? {};
  const spec = asRecord(pod['spec']) ?? {};
  const status = asRecord(pod['status']) ?? {};
  const node = asString(spec['nodeName']);
  const owner = asArray(metadata['ownerReferences'])
    .map(asRecord)
    .find((one) => asBoolean(one?.['controller']) === true);
  const leaving = asString(metadata['deletionTimestamp']);
  layout.pairs(0, [
    ['Name', asString(metadata['name'])],
    ['Namespace', asString(metadata['namespace'])],
    ['Status', leaving === null ? asString(status['phase']) : `Terminating (since ${leaving})`],
    ['Reason', asString(status['reason'])],
    ['Message', asString(status['message'])],
    ['QoS Class', asString(status['qosClass'])],
    ['Node', node === null ? '<none>' : `${node}${suffix(asString(status['hostIP']))}`],
    ['Start Time', asString(status['startTime'])],
    ['IP', asString(status['podIP'])],
    [
      'Controlled By',
      owner === undefined ? null : `${asString(owner?.['kind'])}/${asString(owner?.['name'])}`,
    ],
    ['Priority Class Name', asString(spec['priorityClassName'])],
    ['Service Account', asString(spec['serviceAccountName'])],
    ['Restart Policy', asString(spec['restartPolicy'])],
    ['Grace Period', seconds(asNumber(spec['terminationGracePeriodSeconds']))],
  ]);
  layout.line(0, '');
  describeMemory(layout, spec, status, view, now);
  layout.line(0, '');
  layout.list(0, 'Labels', mapLines(metadata['labels'], '='), 14);
  layout.list(0, 'Annotations', mapLines(metadata['annotations'], ': '), 14);
  const init = asArray(spec['initContainers']);
  if (init.length > 0) {
    describeContainers(layout, 'Init Containers', init, asArray(status['initContainerStatuses']));
  }
  describeContainers(layout, 'Containers', asArray(spec['containers']), asArray(status['containerStatuses']));
  const ephemeral = asArray(spec['ephemeralContainers']);
  if (ephemeral.length > 0) {
    const statuses = asArray(status['ephemeralContainerStatuses']);
    describeContainers(layout, 'Ephemeral Containers', ephemeral, statuses);
  }
  describeConditions(layout, asArray(status['conditions']));
  describePlacement(layout, spec);
  layout.head(0, 'Events');
  if (events.length === 0) {
    layout.line(1, '<none>');
  } else {
    layout.table(1, eventRows(events, now));
  }
  return layout.text();
}

/** One row a container: what it may use, what it uses, and how its last instance ended. */
function describeMemory(
  layout: Layout,
  spec: JsonRecord,
  status: JsonRecord,
  view: PodView | null,
  now: number,
): void {
  const statuses = asArray(status['containerStatuses']).map(asRecord);
  const rows = asArray(spec['containers']).flatMap((item) => {
    const container = asRecord(item);
    const name = asString(container?.['name']);
    if (container === null || name === null) {
      return [];
    }
    const resources = asRecord(container['resources']);
    const own = statuses.find((one) => one?.['name'] === name);
    const live = view?.containers.find((one) => one.name === name);
    const used = live?.memory?.workingSetBytes ?? null;
    return [
      [
        name,
        quantity(resources, 'requests'),
        quantity(resources, 'limits'),
        used === null ? '-' : formatBytes(used),
        String(asNumber(own?.['restartCount']) ?? 0),
        live === undefined ? '-' : String(live.oomKills),
        endText(asRecord(asRecord(own?.['lastState'])?.['terminated']), now),
      ],
    ];
  });
  layout.head(0, 'Memory');
  layout.table(1, [
    ['Container', 'Request', 'Limit', 'Working set', 'Restarts', 'OOM kills seen', 'Last end'],
    ...rows,
  ]);
}

function describeConditions(layout: Layout, conditions: readonly unknown[]): void {
  layout.head(0, 'Conditions');
  const rows = conditions.map((item) => {
    const condition = asRecord(item);
    const why = [asString(condition?.['reason']), asString(condition?.['message'])];
    return [
      asString(condition?.['type']) ?? '?',
      asString(condition?.['status']) ?? '?',
      why.filter((text) => text !== null && text !== '').join(': '),
    ];
  });
  layout.table(1, [['Type', 'Status', 'Reason'], ...rows]);
}

function describePlacement(layout: Layout, spec: JsonRecord): void {
  const volumes = asArray(spec['volumes']).map((item) => {
    const { name, ...source } = asRecord(item) ?? {};
    return `${asString(name) ?? '?'} (${Object.keys(source).join(', ') || 'emptyDir'})`;
  });
  layout.list(0, 'Volumes', volumes, 17);
  layout.list(0, 'Node-Selectors', mapLines(spec['nodeSelector'], '='), 17);
  const tolerations = asArray(spec['tolerations']).map((item) => {
    const one = asRecord(item) ?? {};
    const value = asString(one['value']);
    const key = `${asString(one['key']) ?? ''}${value === null ? '' : `=${value}`}`;
    const effect = suffix(asString(one['effect']), ':');
    const until = asNumber(one['tolerationSeconds']);
    return `${key}${effect} op=${asString(one['operator']) ?? 'Equal'}${until === null ? '' : ` for ${until}s`}`;
  });
  layout.list(0, 'Tolerations', tolerations, 17);
}

function quantity(resources: JsonRecord | null, kind: 'requests' | 'limits'): string {
  return asStringMap(resources?.[kind])?.['memory'] ?? 'none';
}

function mapLines(map: unknown, between: string): string[] {
  return Object.entries(asStringMap(map) ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}${between}${value}`);
}

function suffix(text: string | null, before = '/'): string {
  return text === null || text === '' ? '' : `${before}${text}`;
}

function seconds(value: number | null): string | null {
  return value === null ? null : `${value}s`;
}
