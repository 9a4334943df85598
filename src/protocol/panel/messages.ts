import type { KillDetails, KillsDelta, KillsSnapshot } from './kills.js';
import type { MemoryDelta, MemorySnapshot } from './memory.js';
import type { PanelAction, PanelStatus } from './status.js';
import type { PanelTexts } from './texts.js';

/** Both ends are shipped together; a page that was kept from another version is told apart by this number. */
export const PANEL_PROTOCOL_VERSION = 2;

export const PANEL_TABS = ['memory', 'kills', 'processes', 'numbers'] as const;
export type PanelTab = (typeof PANEL_TABS)[number];

/** Everything, whenever the page becomes visible and after Clear. */
export interface SnapshotMessage {
  readonly type: 'snapshot';
  readonly version: typeof PANEL_PROTOCOL_VERSION;
  /** BCP 47. */
  readonly locale: string;
  readonly texts: PanelTexts;
  /** The page is a tab of the editor area, not a view. */
  readonly isEditor: boolean;
  readonly status: PanelStatus;
  readonly kills: KillsSnapshot;
  readonly memory: MemorySnapshot;
}

/** What came since the last message; what is absent is as before. Never sent to a page that is not visible. */
export interface DeltaMessage {
  readonly type: 'delta';
  readonly status?: PanelStatus;
  readonly kills?: KillsDelta;
  readonly memory?: MemoryDelta;
}

/** The answer to `details`. */
export interface DetailsMessage {
  readonly type: 'details';
  readonly id: string;
  /** Null where the kill is not known any more. */
  readonly details: KillDetails | null;
}

/** The user asked for this part of the page. */
export interface ShowMessage {
  readonly type: 'show';
  readonly tab: PanelTab;
}

export type HostMessage = SnapshotMessage | DeltaMessage | DetailsMessage | ShowMessage;

export type PanelMessage =
  /** The page listens: send a snapshot. */
  | { readonly type: 'ready'; readonly version: number }
  /** The parts of the page that are seen: nothing is measured for those that are not. */
  | { readonly type: 'seen'; readonly tabs: readonly PanelTab[] }
  /** Forget the kills of until now. */
  | { readonly type: 'clear' }
  /** Show this Pod in the tree. */
  | { readonly type: 'reveal-pod'; readonly namespace: string; readonly pod: string }
  /** More about this kill, please. */
  | { readonly type: 'details'; readonly id: string }
  /** Open the kernel's report of this kill as a document. */
  | { readonly type: 'open-report'; readonly id: string }
  | { readonly type: 'copy-kill'; readonly id: string }
  /** Save these kills, all where `ids` is null, as a file; the extension asks in which format. */
  | { readonly type: 'export'; readonly ids: readonly string[] | null }
  /** Show the processes and numbers of this container. */
  | { readonly type: 'select'; readonly key: string }
  /** Do not show this Pod (`namespace/pod`) any more. */
  | { readonly type: 'unpin'; readonly pod: string }
  | { readonly type: 'action'; readonly action: PanelAction };
