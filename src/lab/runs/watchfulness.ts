import { RUN_BOUNDS, type RunGap, type RunRecord } from '../../core/experiment/record.js';
import type { AgentView, Lab } from '../types.js';

interface NodeWatch {
  /** When its agent went silent, ms since the start; null: it streams. */
  silentSince: number | null;
  wasLive: boolean;
  wasSilent: boolean;
  view: AgentView;
}

/** What was seen all the time of a run, and what was not: the connection and the agents. */
export class Watchfulness {
  readonly #lab: Lab;
  readonly #time: () => number;
  readonly #nodes = new Map<string, NodeWatch>();
  readonly #gaps: RunGap[] = [];
  readonly #stops: (() => void)[];
  #offlineSince: number | null = null;

  /** @param time ms since the run's start */
  constructor(lab: Lab, time: () => number) {
    this.#lab = lab;
    this.#time = time;
    this.#takeAgents(lab.agents.get(), true);
    this.#takeConnection(lab.connection.get().phase === 'live');
    this.#stops = [
      lab.agents.subscribe((agents) => this.#takeAgents(agents)),
      lab.connection.subscribe(({ phase }) => this.#takeConnection(phase === 'live')),
    ];
  }

  /** Whether the connection was ever away. */
  get wasOffline(): boolean {
    return this.#offlineSince !== null || this.#gaps.some(({ kind }) => kind === 'connection');
  }

  /**
   * Whether no kill on the node can have been missed: its agent can tell kills, streams now and did at first, and if it was
   * silent in between, the cgroup that counts them is still the same.
   */
  sawKills(nodeName: string | null, restarted: boolean): boolean {
    const node = nodeName === null ? undefined : this.#nodes.get(nodeName);
    if (node === undefined || !node.wasLive || node.silentSince !== null) return false;
    const capabilities = node.view.node?.capabilities;
    const canTell = capabilities?.killCounters === true || capabilities?.kernelLog === true;
    return canTell && !(node.wasSilent && (restarted || !capabilities.killCounters));
  }

  /** @param nodes those that count. @param startedAt ms since 1970. @param end ms since the start */
  gaps(nodes: ReadonlySet<string>, startedAt: number, end: number): readonly RunGap[] {
    const open: RunGap[] =
      this.#offlineSince === null
        ? []
        : [{ kind: 'connection', from: this.#offlineSince, to: end, where: null }];
    const silent = [...nodes].flatMap((name): RunGap[] => {
      const node = this.#nodes.get(name);
      const from = node === undefined ? 0 : node.silentSince;
      return from === null ? [] : [{ kind: 'agent', from, to: end, where: name }];
    });
    const closed = this.#gaps.filter(({ where }) => where === null || nodes.has(where));
    return [...closed, ...open, ...silent, ...this.#lostRecords(nodes, startedAt, end)];
  }

  agents(nodes: ReadonlySet<string>): RunRecord['agents'] {
    return [...this.#nodes].flatMap(([name, { view }]) =>
      view.node === null || !nodes.has(name)
        ? []
        : [
            {
              node: name,
              version: view.node.agentVersion.slice(0, RUN_BOUNDS.text),
              kernel: view.node.kernelRelease.slice(0, RUN_BOUNDS.text),
              cgroupVersion: view.node.cgroupVersion,
            },
          ],
    );
  }

  dispose(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  #lostRecords(nodes: ReadonlySet<string>, startedAt: number, end: number): readonly RunGap[] {
    return this.#lab.kills.get().gaps.flatMap(({ nodeName, gap }): RunGap[] => {
      const at = Date.parse(gap.time) - startedAt;
      const counts = nodes.has(nodeName) && at >= 0 && at <= end;
      return counts ? [{ kind: 'kernel-log', from: at, to: at, where: nodeName }] : [];
    });
  }

  #takeConnection(isLive: boolean): void {
    const since = this.#offlineSince;
    if (!isLive) {
      this.#offlineSince ??= this.#time();
    } else if (since !== null) {
      this.#offlineSince = null;
      this.#add({ kind: 'connection', from: since, to: this.#time(), where: null });
    }
  }

  /** @param isStart what is there now was there when the run began */
  #takeAgents(views: readonly AgentView[], isStart = false): void {
    const now = this.#time();
    for (const view of views) {
      const node = this.#nodes.get(view.nodeName) ?? {
        silentSince: 0,
        wasLive: false,
        wasSilent: false,
        view,
      };
      const { silentSince } = node;
      this.#nodes.set(view.nodeName, node);
      node.view = view.node === null ? { ...view, node: node.view.node } : view;
      if (view.state !== 'live') {
        node.silentSince ??= now;
        node.wasSilent = true;
      } else if (silentSince !== null) {
        node.silentSince = null;
        node.wasLive ||= isStart;
        if (!isStart) this.#add({ kind: 'agent', from: silentSince, to: now, where: view.nodeName });
      }
    }
    const present = new Set(views.map(({ nodeName }) => nodeName));
    for (const [name, node] of this.#nodes) {
      if (present.has(name)) continue;
      node.silentSince ??= now;
      node.wasSilent = true;
    }
  }

  #add(gap: RunGap): void {
    if (this.#gaps.length < RUN_BOUNDS.gaps) this.#gaps.push(gap);
  }
}
