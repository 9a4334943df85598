import type { KillLog } from '../../lab/types.js';
import { type HostMessage, PANEL_PROTOCOL_VERSION } from '../../protocol/panel/messages.js';
import type { PanelStatus } from '../../protocol/panel/status.js';
import type { PanelTexts } from '../../protocol/panel/texts.js';
import { KillFeed } from './kill-feed.js';
import { MemoryFeed, type MemoryState } from './memory-feed.js';

/** At most one message a frame, ms. */
const FRAME_MS = 33;

export interface FeedOptions {
  readonly locale: string;
  readonly texts: PanelTexts;
  readonly isEditor: boolean;
  post(message: HostMessage): void;
  /** Runs the callback after so many ms; returns the way to call it off. */
  later(callback: () => void, milliseconds: number): () => void;
}

/** What one page is told: a snapshot when it starts to listen, then only what is new, at most once a frame. */
export class PanelFeed {
  readonly kills = new KillFeed();
  readonly #memory = new MemoryFeed();
  readonly #options: FeedOptions;
  #status: PanelStatus = NOT_CONNECTED;
  #memoryState: MemoryState = NO_MEMORY;
  #listening = false;
  #statusChanged = false;
  #killsChanged = false;
  #memoryChanged = false;
  #callOff: (() => void) | null = null;
  /** When the last message was posted, ms of the process's clock. */
  #postedAt = Number.NEGATIVE_INFINITY;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  get isListening(): boolean {
    return this.#listening;
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
    this.kills.take(log);
    this.#killsChanged = true;
    this.#schedule();
  }

  takeStatus(status: PanelStatus): void {
    this.#status = status;
    this.#statusChanged = true;
    this.#schedule();
  }

  /** The charts have new points, or there are others. */
  takeMemory(state: MemoryState): void {
    this.#memoryState = state;
    this.#memoryChanged = true;
    this.#schedule();
  }

  /** Another cluster. */
  reset(): void {
    this.kills.reset();
    this.#memoryState = NO_MEMORY;
    if (this.#listening) this.#snapshot();
  }

  clear(): void {
    this.kills.clear();
    if (this.#listening) this.#snapshot();
  }

  #snapshot(): void {
    this.#callOff?.();
    this.#callOff = null;
    this.#settle();
    const { locale, texts, isEditor } = this.#options;
    this.#options.post({
      type: 'snapshot',
      version: PANEL_PROTOCOL_VERSION,
      locale,
      texts,
      isEditor,
      status: this.#status,
      kills: this.kills.snapshot(),
      memory: this.#memory.snapshot(this.#memoryState),
    });
  }

  #schedule(): void {
    if (!this.#listening || this.#callOff !== null) return;
    // What comes after a quiet time waits for nothing.
    const wait = Math.max(0, this.#postedAt + FRAME_MS - performance.now());
    this.#callOff = this.#options.later(() => {
      this.#callOff = null;
      this.#delta();
    }, wait);
  }

  #delta(): void {
    const kills = this.#killsChanged ? this.kills.delta() : null;
    const memory = this.#memoryChanged ? this.#memory.delta(this.#memoryState) : null;
    const status = this.#statusChanged ? this.#status : null;
    this.#settle();
    if (kills === null && memory === null && status === null) return;
    this.#postedAt = performance.now();
    this.#options.post({
      type: 'delta',
      ...(status === null ? {} : { status }),
      ...(kills === null ? {} : { kills }),
      ...(memory === null ? {} : { memory }),
    });
  }

  #settle(): void {
    this.#statusChanged = false;
    this.#killsChanged = false;
    this.#memoryChanged = false;
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

const NO_MEMORY: MemoryState = {
  heads: [],
  series: () => null,
  selected: null,
  processes: null,
  numbers: null,
};
