import type { NamedKill } from '../../lab/types.js';

/** One JSON object a line: the agent's entry with the names that the cluster has for it. */
export function killsAsNdjson(kills: readonly NamedKill[]): string {
  return kills
    .map(({ nodeName, namespace, podName, containerName, kill }) => {
      const { seq, time, ...rest } = kill;
      return `${JSON.stringify({ time, node: nodeName, namespace, podName, containerName, seq, ...rest })}\n`;
    })
    .join('');
}

type Value = string | number | boolean | null | undefined;

const COLUMNS: Readonly<Record<string, (named: NamedKill) => Value>> = {
  time: ({ kill }) => kill.time,
  node: ({ nodeName }) => nodeName,
  namespace: ({ namespace }) => namespace,
  pod: ({ podName }) => podName,
  container: ({ containerName }) => containerName,
  pod_uid: ({ kill }) => kill.pod?.uid,
  container_id: ({ kill }) => kill.pod?.containerId,
  candidates: ({ kill }) => kill.candidates.map(({ uid, containerId }) => containerId ?? uid).join(' '),
  victim: ({ kill }) => kill.victim?.comm,
  pid: ({ kill }) => kill.victim?.pid,
  uid: ({ kill }) => kill.victim?.uid,
  oom_score_adj: ({ kill }) => kill.victim?.oomScoreAdj,
  anon_bytes: ({ kill }) => kill.victim?.anonRssBytes,
  file_bytes: ({ kill }) => kill.victim?.fileRssBytes,
  shmem_bytes: ({ kill }) => kill.victim?.shmemRssBytes,
  pgtables_bytes: ({ kill }) => kill.victim?.pgtablesBytes,
  virtual_bytes: ({ kill }) => kill.victim?.totalVmBytes,
  constraint: ({ kill }) => kill.constraint,
  level: ({ kill }) => kill.level,
  limit_bytes: ({ kill }) => kill.limitBytes,
  usage_bytes: ({ kill }) => kill.usageBytes,
  evidence: ({ kill }) => kill.evidence,
  checked: ({ kill }) => kill.checked,
  group: ({ kill }) => kill.group,
  invoker: ({ kill }) => kill.invoker?.comm,
  invoker_pid: ({ kill }) => kill.invoker?.pid,
  oom_memcg: ({ kill }) => kill.oomMemcg,
  task_memcg: ({ kill }) => kill.taskMemcg,
};

/** A header and one record a kill (RFC 4180, UTF-8, lines end in CRLF); what is not known is empty. */
export function killsAsCsv(kills: readonly NamedKill[]): string {
  const header = Object.keys(COLUMNS).join(',');
  const read = Object.values(COLUMNS);
  const records = kills.map((kill) => read.map((value) => cell(value(kill))).join(','));
  return [header, ...records, ''].join('\r\n');
}

/** What a spreadsheet would take for a formula (OWASP, CSV injection): names are chosen by processes. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

function cell(value: Value): string {
  if (typeof value !== 'string') return value === null || value === undefined ? '' : String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
