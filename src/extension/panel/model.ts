import * as vscode from 'vscode';
import type { AgentView, KillLog, Lab, PodView } from '../../lab/types.js';
import type { ChartHead } from '../../protocol/panel/memory.js';
import type { PanelTab } from '../../protocol/panel/messages.js';
import type { PanelStatus } from '../../protocol/panel/status.js';
import { DisposableList } from '../disposables.js';
import type { Language } from '../present/localizer.js';
import { listen, type Session } from '../session.js';
import { chartHeads } from './charts.js';
import { ContainerWatch } from './container-watch.js';
import type { MemoryState } from './memory-feed.js';
import type { PinnedPods } from './pins.js';
import { StatusKeeper } from './status.js';

const NO_KILLS: KillLog = { kills: [], gaps: [], dropped: 0 };
/** Whether a number is stale changes with time alone: the charts' heads are looked at this often, ms. */
const CLOCK_MS = 2000;

/** What all pages of the panel show, as long as the extension lives. */
export class PanelModel implements vscode.Disposable {
  readonly #status = new vscode.EventEmitter<PanelStatus>();
  readonly #kills = new vscode.EventEmitter<KillLog>();
  readonly #memory = new vscode.EventEmitter<MemoryState>();
  readonly #reset = new vscode.EventEmitter<void>();
  readonly #session: Session;
  readonly #language: Language;
  readonly #pins: PinnedPods;
  readonly #scope = new DisposableList();
  readonly #keeper = new StatusKeeper();
  /** Which parts each page shows. */
  readonly #seen = new Map<object, readonly PanelTab[]>();
  /** Pods that an experiment acts on, or acted on since the connection was made and nobody took away. */
  #stressed: ReadonlySet<string> = new Set();
  #lab: Lab | null = null;
  #log: KillLog = NO_KILLS;
  #agents: readonly AgentView[] = [];
  #pods: readonly PodView[] = [];
  #heads: readonly ChartHead[] = [];
  #selected: string | null = null;
  #watch: ContainerWatch | null = null;

  readonly onStatus = this.#status.event;
  readonly onKills = this.#kills.event;
  readonly onMemory = this.#memory.event;
  /** Another cluster: nothing of the old one counts. */
  readonly onReset = this.#reset.event;

  constructor(session: Session, language: Language, pins: PinnedPods) {
    this.#session = session;
    this.#language = language;
    this.#pins = pins;
    for (const emitter of [this.#status, this.#kills, this.#memory, this.#reset]) this.#scope.add(emitter);
    this.#scope.add(session.onDidChange(() => this.#tellStatus()));
    this.#scope.add(session.follow((lab, scope) => this.#follow(lab, scope)));
  }

  dispose(): void {
    this.#scope.dispose();
  }

  get status(): PanelStatus {
    const now = new Date().toISOString();
    const { state } = this.#session;
    return this.#keeper.status(state, this.#agents, this.#pods, this.#log.gaps, now, this.#language);
  }

  get kills(): KillLog {
    return this.#log;
  }

  get memory(): MemoryState {
    const lab = this.#lab;
    return {
      heads: this.#heads,
      series: (key) => lab?.history.series(key) ?? null,
      selected: this.#selected,
      processes: this.#watch?.processes ?? null,
      numbers: this.#watch?.numbers ?? null,
    };
  }

  /** Tells which parts a page shows; nothing is measured for those that nobody sees. */
  see(page: object, tabs: readonly PanelTab[]): void {
    if (tabs.length === 0) this.#seen.delete(page);
    else this.#seen.set(page, tabs);
    this.#look();
  }

  select(key: string): void {
    if (this.#selected === key || !this.#heads.some((head) => head.key === key)) return;
    this.#selected = key;
    this.#look();
    this.#tellMemory();
  }

  /** Shows these Pods (`namespace/pod`) until they are taken away. */
  async pin(podKeys: readonly string[]): Promise<void> {
    await this.#pins.add(podKeys);
    this.#watchOthers();
    const [first] = podKeys;
    const shown = this.#heads.find(({ namespace, pod }) => `${namespace}/${pod}` === first);
    if (shown !== undefined) this.select(shown.key);
  }

  async unpin(podKey: string): Promise<void> {
    await this.#pins.remove(podKey);
    this.#stressed = new Set([...this.#stressed].filter((key) => key !== podKey));
    this.#watchOthers();
  }

  #follow(lab: Lab, scope: DisposableList): void {
    this.#lab = lab;
    this.#watch = new ContainerWatch(lab, scope, () => this.#tellMemory());
    this.#keeper.reset();
    this.#reset.fire();
    this.#watchOthers();
    listen(scope, lab.agents, (agents) => {
      this.#agents = agents;
      this.#tellStatus();
    });
    listen(scope, lab.kills, (log) => {
      const isGapNew = log.gaps.at(-1) !== this.#log.gaps.at(-1);
      this.#log = log;
      this.#kills.fire(log);
      if (isGapNew) this.#tellStatus();
    });
    listen(scope, lab.pods, (pods) => this.#takePods(pods));
    scope.defer(lab.history.subscribe(() => this.#tellMemory()));
    const clock = setInterval(() => this.#drawHeads(), CLOCK_MS);
    scope.defer(() => {
      clearInterval(clock);
      this.#lab = null;
      this.#log = NO_KILLS;
      this.#agents = [];
      this.#pods = [];
      this.#stressed = new Set();
      this.#heads = [];
      this.#selected = null;
      this.#watch = null;
    });
  }

  #takePods(pods: readonly PodView[]): void {
    const nodesBefore = nodesOf(this.#pods);
    this.#pods = pods;
    const acting = pods.filter(({ experiments }) => experiments.length > 0).map(({ key }) => key);
    if (acting.some((key) => !this.#stressed.has(key))) {
      this.#stressed = new Set([...this.#stressed, ...acting]);
      this.#watchOthers();
    } else {
      this.#drawHeads();
    }
    if (nodesOf(pods) !== nodesBefore) this.#tellStatus();
  }

  /** Other Pods than before are to be shown. */
  #watchOthers(): void {
    this.#lab?.history.keep(new Set([...this.#pins.keys, ...this.#stressed]));
    this.#drawHeads();
  }

  #drawHeads(): void {
    const before = this.#heads;
    this.#heads = chartHeads(this.#pods, this.#pins.keys, this.#stressed, before, Date.now());
    if (!this.#heads.some(({ key }) => key === this.#selected)) {
      this.#selected = this.#heads[0]?.key ?? null;
      this.#look();
    } else if (this.#heads.length !== before.length) {
      this.#look();
    }
    if (before.length > 0 || this.#heads.length > 0) this.#tellMemory();
  }

  /** Has measured what the pages show now. */
  #look(): void {
    this.#watch?.look(this.#heads, this.#selected, new Set([...this.#seen.values()].flat()));
  }

  #tellMemory(): void {
    this.#memory.fire(this.memory);
  }

  #tellStatus(): void {
    this.#status.fire(this.status);
  }
}

/** The names of the nodes that Pods run on, as one text. */
function nodesOf(pods: readonly PodView[]): string {
  return [...new Set(pods.map(({ pod }) => pod.spec.nodeName ?? ''))].sort().join(' ');
}
