import type { OomConstraint } from '../../core/kernel/oom-kill.js';
import type { KillEvidence } from '../agent/types.js';
import {
  type HostMessage,
  type KillCounts,
  type KillRow,
  type NodeStatus,
  PANEL_ACTIONS,
  PANEL_PROTOCOL_VERSION,
  PANEL_TEXT_KEYS,
  type PanelMessage,
  type PanelPhase,
  type PanelStatus,
  type PanelTexts,
} from './types.js';

type Guard<T> = (value: unknown) => value is T;
type Fields<T> = { readonly [K in keyof Required<T>]: (value: unknown) => boolean };

const EVIDENCE: readonly KillEvidence[] = ['full', 'bare', 'counted'];
const CONSTRAINTS: readonly OomConstraint[] = ['memcg', 'global', 'cpuset', 'mempolicy'];
const PHASES: readonly PanelPhase[] = ['none', 'connecting', 'live', 'stale', 'failed'];
const NODE_STATES: readonly NodeStatus['state'][] = ['connecting', 'live', 'lost'];

const string = (value: unknown): value is string => typeof value === 'string';
const boolean = (value: unknown) => typeof value === 'boolean';
const number = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const count = (value: unknown) => number(value) && Number.isInteger(value) && value >= 0;
const integer = (value: unknown) => number(value) && Number.isInteger(value);
const time = (value: unknown) => string(value) && !Number.isNaN(Date.parse(value));

function orNull(guard: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === null || guard(value);
}

function oneOf<T extends string>(values: readonly T[]): Guard<T> {
  return (value): value is T => values.some((one) => one === value);
}

function listOf(guard: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.every(guard);
}

function shape<T>(fields: Fields<T>): Guard<T> {
  const entries = Object.entries(fields) as [string, (value: unknown) => boolean][];
  return (value): value is T => {
    if (typeof value !== 'object' || value === null) return false;
    const object = value as Readonly<Record<string, unknown>>;
    return entries.every(([key, holds]) => holds(Object.hasOwn(object, key) ? object[key] : undefined));
  };
}

const isVictim = shape<NonNullable<KillRow['victim']>>({
  comm: string,
  pid: integer,
  anonBytes: orNull(count),
  oomScoreAdj: orNull(integer),
});

const isKillRow = shape<KillRow>({
  id: string,
  time,
  node: string,
  namespace: orNull(string),
  pod: orNull(string),
  container: orNull(string),
  candidates: count,
  victim: orNull(isVictim),
  constraint: orNull(oneOf(CONSTRAINTS)),
  limitBytes: orNull(count),
  evidence: oneOf(EVIDENCE),
  group: boolean,
});

const isNodeStatus = shape<NodeStatus>({
  node: string,
  state: oneOf(NODE_STATES),
  since: time,
  detail: orNull(string),
  kernelLog: orNull(boolean),
  lost: count,
});

const isStatus = shape<PanelStatus>({
  phase: oneOf(PHASES),
  context: orNull(string),
  detail: orNull(string),
  since: orNull(time),
  nextStep: orNull(oneOf(PANEL_ACTIONS)),
  nodes: listOf(isNodeStatus),
});

const isCounts = shape<KillCounts>({ full: count, bare: count, counted: count });

const isTexts: Guard<PanelTexts> = (value): value is PanelTexts => {
  if (typeof value !== 'object' || value === null) return false;
  const object = value as Readonly<Record<string, unknown>>;
  return PANEL_TEXT_KEYS.every((key) => string(object[key]));
};

const isSnapshot = shape<Extract<HostMessage, { type: 'snapshot' }>>({
  type: (value) => value === 'snapshot',
  version: (value) => value === PANEL_PROTOCOL_VERSION,
  locale: string,
  texts: isTexts,
  status: isStatus,
  kills: listOf(isKillRow),
  counts: isCounts,
  dropped: count,
});

const isDelta = shape<Extract<HostMessage, { type: 'delta' }>>({
  type: (value) => value === 'delta',
  kills: listOf(isKillRow),
  changed: listOf(isKillRow),
  counts: isCounts,
  dropped: count,
  status: (value) => value === undefined || isStatus(value),
});

const isReady = shape<Extract<PanelMessage, { type: 'ready' }>>({
  type: (value) => value === 'ready',
  version: integer,
});

const isClear = shape<Extract<PanelMessage, { type: 'clear' }>>({
  type: (value) => value === 'clear',
});

const isRevealPod = shape<Extract<PanelMessage, { type: 'reveal-pod' }>>({
  type: (value) => value === 'reveal-pod',
  namespace: string,
  pod: string,
});

const isAction = shape<Extract<PanelMessage, { type: 'action' }>>({
  type: (value) => value === 'action',
  action: oneOf(PANEL_ACTIONS),
});

/** Whether a message that reached the page is one of the extension's, whole and of this version. */
export function isHostMessage(value: unknown): value is HostMessage {
  return isSnapshot(value) || isDelta(value);
}

/** Whether a message that reached the extension is one of the page's. */
export function isPanelMessage(value: unknown): value is PanelMessage {
  return isReady(value) || isRevealPod(value) || isAction(value) || isClear(value);
}
