import type { OomConstraint } from '../../core/kernel/oom-kill.js';
import type { KillEvidence } from '../agent/types.js';

/** Both ends are shipped together; a page that was kept from another version is told apart by this number. */
export const PANEL_PROTOCOL_VERSION = 1;

/** The panel holds and is sent at most so many kills, the newest. */
export const PANEL_MAX_KILLS = 10_000;

export interface KillRow {
  /** Unique while connected. */
  readonly id: string;
  /** ISO 8601. */
  readonly time: string;
  readonly node: string;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly container: string | null;
  /** How many containers it may have been, where not one alone is sure; otherwise 0. */
  readonly candidates: number;
  /** Null where only the cgroup's counter told. */
  readonly victim: {
    /** Hostile: text, never markup. */
    readonly comm: string;
    readonly pid: number;
    readonly anonBytes: number | null;
    readonly oomScoreAdj: number | null;
  } | null;
  readonly constraint: OomConstraint | null;
  readonly limitBytes: number | null;
  readonly evidence: KillEvidence;
  /** The whole cgroup was killed (memory.oom.group). */
  readonly group: boolean;
}

export type KillCounts = Readonly<Record<KillEvidence, number>>;

export interface NodeStatus {
  readonly node: string;
  readonly state: 'connecting' | 'live' | 'lost';
  /** Since when it is so (ISO 8601). */
  readonly since: string;
  readonly detail: string | null;
  /** Whether the agent reads the kernel's log; false: kills are only counted. Null until the agent answers. */
  readonly kernelLog: boolean | null;
  /** Kernel records or entries that were lost on the way. */
  readonly lost: number;
}

export type PanelPhase = 'none' | 'connecting' | 'live' | 'stale' | 'failed';

export interface PanelStatus {
  readonly phase: PanelPhase;
  readonly context: string | null;
  /** For `failed` and `stale`: why, in the user's language. */
  readonly detail: string | null;
  /** For `stale`: since when (ISO 8601). */
  readonly since: string | null;
  /** For `failed`: what to try first. */
  readonly nextStep: PanelAction | null;
  readonly nodes: readonly NodeStatus[];
}

/** Everything, whenever the page becomes visible and after Clear. */
export interface SnapshotMessage {
  readonly type: 'snapshot';
  readonly version: typeof PANEL_PROTOCOL_VERSION;
  /** BCP 47. */
  readonly locale: string;
  readonly texts: PanelTexts;
  readonly status: PanelStatus;
  /** Oldest first. */
  readonly kills: readonly KillRow[];
  readonly counts: KillCounts;
  /** Kills that are counted but not sent, because they are too many. */
  readonly dropped: number;
}

/** What came since the last message. Never sent to a page that is not visible. */
export interface DeltaMessage {
  readonly type: 'delta';
  /** Oldest first. */
  readonly kills: readonly KillRow[];
  /** Kills sent before of which more is known now, e.g. their Pod's name. */
  readonly changed: readonly KillRow[];
  readonly counts: KillCounts;
  readonly dropped: number;
  /** Absent: as before. */
  readonly status?: PanelStatus;
}

export type HostMessage = SnapshotMessage | DeltaMessage;

export const PANEL_ACTIONS = ['connect', 'reconnect', 'choose-kubeconfig', 'show-pods', 'show-log'] as const;
export type PanelAction = (typeof PANEL_ACTIONS)[number];

export type PanelMessage =
  /** The page listens: send a snapshot. */
  | { readonly type: 'ready'; readonly version: number }
  /** Forget the kills of until now. */
  | { readonly type: 'clear' }
  /** Show this Pod in the tree. */
  | { readonly type: 'reveal-pod'; readonly namespace: string; readonly pod: string }
  | { readonly type: 'action'; readonly action: PanelAction };

/** Every word of the panel, in the user's language; `{0}` and `{1}` are filled in by the page. */
export type PanelTexts = Readonly<Record<PanelTextKey, string>>;

export const PANEL_TEXT_KEYS = [
  'title',
  'columnTime',
  'columnContainer',
  'columnVictim',
  'columnFreed',
  'columnAdj',
  'columnCause',
  'columnEvidence',
  'evidenceFull',
  'evidenceBare',
  'evidenceCounted',
  'evidenceFullHint',
  'evidenceBareHint',
  'evidenceCountedHint',
  'causeMemcg',
  'causeMemcgUnknown',
  'causeMemcgHint',
  'causeGlobal',
  'causeCpuset',
  'causeMempolicy',
  'causeUnknown',
  'unknownVictim',
  'unknownContainer',
  'oneOfContainers',
  'groupKill',
  'exactBytes',
  'pid',
  'countKill',
  'countKills',
  'countDropped',
  'pause',
  'resume',
  'resumeNew',
  'clear',
  'rowHint',
  'phaseConnecting',
  'phaseLive',
  'phaseStale',
  'phaseFailed',
  'nodeLive',
  'nodesLive',
  'nodeConnecting',
  'nodeLost',
  'nodeCountsOnly',
  'nodeGaps',
  'emptyTitle',
  'emptyText',
  'emptyAction',
  'noneTitle',
  'noneText',
  'noneAction',
  'connectingTitle',
  'connectingText',
  'failedTitle',
  'reconnect',
  'chooseKubeconfig',
  'showLog',
  'agentTitle',
  'agentText',
  'agentConnectingTitle',
  'agentConnectingText',
  'announceKill',
  'announceKills',
] as const;
export type PanelTextKey = (typeof PANEL_TEXT_KEYS)[number];
