/** Something that the page asks the extension to do for its user. */
export const PANEL_ACTIONS = [
  'connect',
  'reconnect',
  'choose-kubeconfig',
  'show-pods',
  'show-log',
  'pin-pods',
  'install-agent',
  'open-in-editor',
] as const;
export type PanelAction = (typeof PANEL_ACTIONS)[number];

export interface NodeStatus {
  readonly node: string;
  /** `missing`: Pods run there, and no agent. */
  readonly state: 'connecting' | 'live' | 'lost' | 'missing';
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
