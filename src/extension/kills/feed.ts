import type { KillLog, NamedKill } from '../../lab/types.js';
import {
  type HostMessage,
  type KillCounts,
  type KillRow,
  PANEL_MAX_KILLS,
  PANEL_PROTOCOL_VERSION,
  type PanelStatus,
  type PanelTexts,
} from '../../protocol/panel/types.js';

/** At most one message a frame, ms. */
const FRAME_MS = 33;

export interface FeedOptions {
  readonly locale: string;
  readonly texts: PanelTexts;
  post(message: HostMessage): void;
  /** Runs the callback after so many ms; returns the way to call it off. */
  later(callback: () => void, milliseconds: number): () => void;
}

/**
 * What the panel's page is told: a snapshot when it starts to listen, then only what is new, at most once a frame.
 * Nothing is kept for a page that does not listen: the kills stay in the lab's own bounded log.
 */
export class KillFeed {
  readonly #options: FeedOptions;
  #log: KillLog = { kills: [], gaps: [], dropped: 0 };
  #status: PanelStatus = NOT_CONNECTED;
  #listening = false;
  #statusChanged = false;
  /** The newest kill that the page has. */
  #sentId: string | null = null;
  /** The newest kill that Clear took away. */
  #clearedId: string | null = null;
  #counts: KillCounts = NONE;
  /** Kills that were sent while their Pod was not known: the lab may name them later. */
  readonly #unnamed = new Set<string>();
  #callOff: (() => void) | null = null;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** The page is there and asks for everything. */
  start(): void {
    this.#listening = true;
    this.#snapshot();
  }

  /** The page is hidden or gone. */
  stop(): void {
    this.#listening = false;
    this.#callOff?.();
    this.#callOff = null;
  }

  takeKills(log: KillLog): void {
    this.#log = log;
    this.#schedule();
  }

  takeStatus(status: PanelStatus): void {
    this.#status = status;
    this.#statusChanged = true;
    this.#schedule();
  }

  /** Another cluster: its kills are numbered anew. */
  reset(): void {
    this.#log = { kills: [], gaps: [], dropped: 0 };
    this.#clearedId = null;
    if (this.#listening) this.#snapshot();
  }

  clear(): void {
    this.#clearedId = this.#log.kills.at(-1)?.id ?? this.#clearedId;
    if (this.#listening) this.#snapshot();
  }

  /** The kills since Clear. */
  get shown(): number {
    return after(this.#log.kills, this.#clearedId).length;
  }

  #snapshot(): void {
    this.#callOff?.();
    this.#callOff = null;
    const kills = after(this.#log.kills, this.#clearedId);
    this.#counts = countsOf(kills, NONE);
    this.#sentId = kills.at(-1)?.id ?? this.#clearedId;
    this.#statusChanged = false;
    this.#unnamed.clear();
    this.#noteUnnamed(kills);
    this.#options.post({
      type: 'snapshot',
      version: PANEL_PROTOCOL_VERSION,
      locale: this.#options.locale,
      texts: this.#options.texts,
      status: this.#status,
      kills: kills.slice(-PANEL_MAX_KILLS).map(rowOf),
      counts: this.#counts,
      dropped: this.#dropped(kills.length),
    });
  }

  #schedule(): void {
    if (!this.#listening || this.#callOff !== null) return;
    this.#callOff = this.#options.later(() => {
      this.#callOff = null;
      this.#delta();
    }, FRAME_MS);
  }

  #delta(): void {
    const kills = after(this.#log.kills, this.#sentId);
    const changed = this.#namedLate();
    if (kills.length === 0 && changed.length === 0 && !this.#statusChanged) return;
    this.#noteUnnamed(kills);
    this.#counts = countsOf(kills, this.#counts);
    this.#sentId = kills.at(-1)?.id ?? this.#sentId;
    const status = this.#statusChanged ? { status: this.#status } : {};
    this.#statusChanged = false;
    this.#options.post({
      type: 'delta',
      kills: kills.slice(-PANEL_MAX_KILLS).map(rowOf),
      changed: changed.map(rowOf),
      counts: this.#counts,
      dropped: this.#dropped(total(this.#counts)),
      ...status,
    });
  }

  #noteUnnamed(kills: readonly NamedKill[]): void {
    for (const { id, podName, kill } of kills)
      if (podName === null && kill.pod !== null) this.#unnamed.add(id);
  }

  /** The kills that have got their names since they were sent. */
  #namedLate(): readonly NamedKill[] {
    if (this.#unnamed.size === 0) return [];
    const ids = new Set(this.#log.kills.map(({ id }) => id));
    for (const id of this.#unnamed) if (!ids.has(id)) this.#unnamed.delete(id);
    const named = this.#log.kills.filter(({ id, podName }) => podName !== null && this.#unnamed.has(id));
    for (const { id } of named) this.#unnamed.delete(id);
    return named;
  }

  /** What the log itself forgot counts only as long as nothing was cleared. */
  #dropped(shown: number): number {
    return (this.#clearedId === null ? this.#log.dropped : 0) + Math.max(0, shown - PANEL_MAX_KILLS);
  }
}

const NOT_CONNECTED: PanelStatus = {
  phase: 'none',
  context: null,
  detail: null,
  since: null,
  nextStep: null,
  nodes: [],
};

const NONE: KillCounts = { full: 0, bare: 0, counted: 0 };

/** The kills that came after the one with this id; all of them where it is not among them (any more). */
function after(kills: readonly NamedKill[], id: string | null): readonly NamedKill[] {
  if (id === null) return kills;
  for (let index = kills.length - 1; index >= 0; index--) {
    if (kills[index]?.id === id) return kills.slice(index + 1);
  }
  return kills;
}

function countsOf(kills: readonly NamedKill[], before: KillCounts): KillCounts {
  const counts = { ...before };
  for (const { kill } of kills) counts[kill.evidence]++;
  return counts;
}

function total(counts: KillCounts): number {
  return counts.full + counts.bare + counts.counted;
}

function rowOf(named: NamedKill): KillRow {
  const { kill } = named;
  return {
    id: named.id,
    time: kill.time,
    node: named.nodeName,
    namespace: named.namespace,
    pod: named.podName,
    container: named.containerName,
    candidates: kill.pod === null ? kill.candidates.length : 0,
    victim:
      kill.victim === null
        ? null
        : {
            comm: kill.victim.comm,
            pid: kill.victim.pid,
            anonBytes: kill.victim.anonRssBytes,
            oomScoreAdj: kill.victim.oomScoreAdj,
          },
    constraint: kill.constraint,
    limitBytes: kill.limitBytes,
    evidence: kill.evidence,
    group: kill.group,
  };
}
