import { asArray, asNumber, asRecord, asString, asStringMap, type JsonRecord } from '../../cluster/decode.js';
import { age, type Layout } from './layout.js';

/** Linux signals that end containers, by the exit code that a runtime makes of them (128 + number). */
const SIGNALS: Readonly<Record<number, string>> = {
  129: 'SIGHUP',
  130: 'SIGINT',
  131: 'SIGQUIT',
  132: 'SIGILL',
  134: 'SIGABRT',
  135: 'SIGBUS',
  137: 'SIGKILL',
  139: 'SIGSEGV',
  141: 'SIGPIPE',
  143: 'SIGTERM',
};

/** The column of a container's labels, as wide as the longest (`Restart Count:`), characters. */
const WIDTH = 16;

/** The containers as kubectl describes them, the state before their settings. */
export function describeContainers(
  layout: Layout,
  title: string,
  containers: readonly unknown[],
  statuses: readonly unknown[],
): void {
  layout.head(0, title);
  for (const item of containers) {
    const container = asRecord(item);
    const name = asString(container?.['name']);
    if (container === null || name === null) {
      continue;
    }
    const status = statuses.map(asRecord).find((one) => one?.['name'] === name) ?? {};
    layout.head(1, name);
    describeState(layout, 'State', asRecord(status['state']));
    describeState(layout, 'Last State', asRecord(status['lastState']));
    layout.pairs(
      2,
      [
        ['Ready', status['ready'] === true ? 'True' : 'False'],
        ['Restart Count', String(asNumber(status['restartCount']) ?? 0)],
      ],
      WIDTH,
    );
    describeResources(layout, asRecord(container['resources']));
    layout.pairs(
      2,
      [
        ['Image', asString(container['image'])],
        ['Image ID', asString(status['imageID']) || null],
        ['Container ID', asString(status['containerID'])],
        ['Ports', ports(container) || null],
        ['Liveness', probe(container['livenessProbe'])],
        ['Readiness', probe(container['readinessProbe'])],
        ['Startup', probe(container['startupProbe'])],
      ],
      WIDTH,
    );
    for (const [label, key] of [
      ['Command', 'command'],
      ['Args', 'args'],
    ] as const) {
      const words = asArray(container[key]).map(asString);
      if (words.length > 0) {
        layout.list(
          2,
          label,
          words.map((word) => word ?? '?'),
          WIDTH,
        );
      }
    }
    layout.list(2, 'Environment', asArray(container['env']).map(variable), WIDTH);
    layout.list(2, 'Mounts', asArray(container['volumeMounts']).map(mount), WIDTH);
  }
}

/** How an instance ended and when: `OOMKilled, exit code 137 (SIGKILL), 5m ago`; `-` where none did. */
export function endText(terminated: JsonRecord | null, now: number): string {
  if (terminated === null) {
    return '-';
  }
  const finished = Date.parse(asString(terminated['finishedAt']) ?? '');
  const parts = [asString(terminated['reason']), `exit code ${exitCode(terminated)}`];
  if (!Number.isNaN(finished)) {
    parts.push(`${age(now - finished)} ago`);
  }
  return parts.filter((part) => part !== null && part !== '').join(', ');
}

function exitCode(terminated: JsonRecord): string {
  const code = asNumber(terminated['exitCode']) ?? 0;
  const signal = SIGNALS[code];
  return signal === undefined ? String(code) : `${code} (${signal})`;
}

function describeState(layout: Layout, label: string, state: JsonRecord | null): void {
  const waiting = asRecord(state?.['waiting']);
  const running = asRecord(state?.['running']);
  const terminated = asRecord(state?.['terminated']);
  if (waiting !== null) {
    layout.pairs(2, [[label, 'Waiting']], WIDTH);
    layout.pairs(
      3,
      [
        ['Reason', asString(waiting['reason'])],
        ['Message', asString(waiting['message'])],
      ],
      WIDTH - 2,
    );
  } else if (running !== null) {
    layout.pairs(2, [[label, 'Running']], WIDTH);
    layout.pairs(3, [['Started', asString(running['startedAt'])]], WIDTH - 2);
  } else if (terminated !== null) {
    layout.pairs(2, [[label, 'Terminated']], WIDTH);
    layout.pairs(
      3,
      [
        ['Reason', asString(terminated['reason'])],
        ['Exit Code', exitCode(terminated)],
        ['Note', note(terminated)],
        ['Message', asString(terminated['message'])],
        ['Started', asString(terminated['startedAt'])],
        ['Finished', asString(terminated['finishedAt'])],
      ],
      WIDTH - 2,
    );
  } else if (label === 'State') {
    layout.pairs(2, [[label, 'Waiting']], WIDTH);
  }
}

/** The label is about any process of the instance, the exit code about its PID 1. */
function note(terminated: JsonRecord): string | null {
  if (terminated['reason'] !== 'OOMKilled' || terminated['exitCode'] === 137) {
    return null;
  }
  return 'a process of this instance was OOM-killed; the exit code is that of its first process, which ended by itself';
}

function describeResources(layout: Layout, resources: JsonRecord | null): void {
  for (const [label, key] of [
    ['Limits', 'limits'],
    ['Requests', 'requests'],
  ] as const) {
    const values = Object.entries(asStringMap(resources?.[key]) ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    if (values.length > 0) {
      layout.head(2, label);
      layout.pairs(3, values, WIDTH - 2);
    }
  }
}

function ports(container: JsonRecord): string {
  return asArray(container['ports'])
    .map((item) => {
      const port = asRecord(item);
      const name = asString(port?.['name']);
      const number = asNumber(port?.['containerPort']) ?? '?';
      return `${number}/${asString(port?.['protocol']) ?? 'TCP'}${name === null ? '' : ` (${name})`}`;
    })
    .join(', ');
}

/** `http-get :8080/ready delay=0s timeout=1s period=10s #success=1 #failure=3`; null where there is none. */
function probe(raw: unknown): string | null {
  const one = asRecord(raw);
  if (one === null) {
    return null;
  }
  const http = asRecord(one['httpGet']);
  const tcp = asRecord(one['tcpSocket']);
  const exec = asRecord(one['exec']);
  const grpc = asRecord(one['grpc']);
  const how =
    http !== null
      ? `http-get :${String(http['port'])}${asString(http['path']) ?? '/'}`
      : tcp !== null
        ? `tcp-socket :${String(tcp['port'])}`
        : exec !== null
          ? `exec [${asArray(exec['command']).map(String).join(' ')}]`
          : grpc !== null
            ? `grpc :${String(grpc['port'])}`
            : 'unknown';
  const times = [
    ['delay', 'initialDelaySeconds', 0, 's'],
    ['timeout', 'timeoutSeconds', 1, 's'],
    ['period', 'periodSeconds', 10, 's'],
    ['#success', 'successThreshold', 1, ''],
    ['#failure', 'failureThreshold', 3, ''],
  ] as const;
  return [
    how,
    ...times.map(([label, key, usual, unit]) => `${label}=${asNumber(one[key]) ?? usual}${unit}`),
  ].join(' ');
}

function variable(raw: unknown): string {
  const entry = asRecord(raw) ?? {};
  const name = asString(entry['name']) ?? '?';
  const source = asRecord(entry['valueFrom']);
  return `${name}: ${source === null ? (asString(entry['value']) ?? '') : sourceText(source)}`;
}

function sourceText(source: JsonRecord): string {
  const field = asRecord(source['fieldRef']);
  const resource = asRecord(source['resourceFieldRef']);
  const secret = asRecord(source['secretKeyRef']);
  const config = asRecord(source['configMapKeyRef']);
  if (secret !== null) return `<set to the key '${text(secret, 'key')}' in secret '${text(secret, 'name')}'>`;
  if (config !== null)
    return `<set to the key '${text(config, 'key')}' of config map '${text(config, 'name')}'>`;
  if (resource !== null) return `(${text(resource, 'resource')})`;
  return field === null ? '<unknown source>' : `(${text(field, 'fieldPath')})`;
}

function mount(raw: unknown): string {
  const one = asRecord(raw) ?? {};
  return `${text(one, 'mountPath')} from ${text(one, 'name')} (${one['readOnly'] === true ? 'ro' : 'rw'})`;
}

function text(record: JsonRecord, key: string): string {
  return asString(record[key]) ?? '?';
}
