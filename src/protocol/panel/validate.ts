import {
  type DeltaMessage,
  type DetailsMessage,
  type HostMessage,
  PANEL_PROTOCOL_VERSION,
  PANEL_TABS,
  type PanelMessage,
  type ShowMessage,
  type SnapshotMessage,
} from './messages.js';
import {
  boolean,
  count,
  type Fields,
  type Guard,
  integer,
  listOf,
  oneOf,
  optional,
  orNull,
  shape,
  string,
  time,
} from './shape.js';
import { type NodeStatus, PANEL_ACTIONS, type PanelPhase, type PanelStatus } from './status.js';
import { PANEL_TEXT_KEYS, type PanelTexts } from './texts.js';
import { isKillDetails, isKillsDelta, isKillsSnapshot } from './validate-kills.js';
import { isMemoryDelta, isMemorySnapshot } from './validate-memory.js';

const PHASES: readonly PanelPhase[] = ['none', 'connecting', 'live', 'stale', 'failed'];
const NODE_STATES: readonly NodeStatus['state'][] = ['connecting', 'live', 'lost', 'missing'];

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

const isTexts: Guard<PanelTexts> = (value): value is PanelTexts => {
  if (typeof value !== 'object' || value === null) return false;
  const object = value as Readonly<Record<string, unknown>>;
  return PANEL_TEXT_KEYS.every((key) => string(object[key]));
};

const isSnapshot = shape<SnapshotMessage>({
  type: (value) => value === 'snapshot',
  version: (value) => value === PANEL_PROTOCOL_VERSION,
  locale: string,
  texts: isTexts,
  isEditor: boolean,
  status: isStatus,
  kills: isKillsSnapshot,
  memory: isMemorySnapshot,
});

const isDelta = shape<DeltaMessage>({
  type: (value) => value === 'delta',
  status: optional(isStatus),
  kills: optional(isKillsDelta),
  memory: optional(isMemoryDelta),
});

const isDetails = shape<DetailsMessage>({
  type: (value) => value === 'details',
  id: string,
  details: orNull(isKillDetails),
});

const isShow = shape<ShowMessage>({ type: (value) => value === 'show', tab: oneOf(PANEL_TABS) });

/** What the page's messages carry, by their type. */
const PANEL_MESSAGES: {
  readonly [T in PanelMessage['type']]: Fields<Omit<Extract<PanelMessage, { type: T }>, 'type'>>;
} = {
  ready: { version: integer },
  seen: { tabs: listOf(oneOf(PANEL_TABS)) },
  clear: {},
  'reveal-pod': { namespace: string, pod: string },
  details: { id: string },
  'open-report': { id: string },
  'copy-kill': { id: string },
  export: { ids: orNull(listOf(string)) },
  select: { key: string },
  unpin: { pod: string },
  action: { action: oneOf(PANEL_ACTIONS) },
};

const PANEL_GUARDS = new Map(
  Object.entries(PANEL_MESSAGES).map(([type, fields]) => [type, shape<object>(fields)]),
);

/** Whether a message that reached the page is one of the extension's, whole and of this version. */
export function isHostMessage(value: unknown): value is HostMessage {
  return isSnapshot(value) || isDelta(value) || isDetails(value) || isShow(value);
}

/** Whether a message that reached the extension is one of the page's. */
export function isPanelMessage(value: unknown): value is PanelMessage {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  return string(value.type) && PANEL_GUARDS.get(value.type)?.(value) === true;
}
