import type { WantedSurroundings } from '../../core/kubernetes/surroundings.js';
import type { LivePod } from '../../core/stresschaos/live/world.js';
import type { Interest, Lab, SurroundingsInterest } from '../../lab/types.js';

/** So many Pods at most have their memory read for the sake of live rules. */
const MOST_PODS = 50;
/** What is typed is asked for once it stays so long, and no longer asked for once it is gone so long, ms. */
const PATIENCE = { settleMs: 1000, forgetMs: 30_000 };

/** What live rules look at in one lab: follows typing at leisure, so that half a name is asked for nowhere. */
export class LiveAttention {
  readonly #lab: Pick<Lab, 'watchSurroundings' | 'interest'>;
  readonly #patience: typeof PATIENCE;
  #surroundings: SurroundingsInterest | null = null;
  #memory: Interest | null = null;
  /** What is asked for now; empty: nothing. */
  #looked = '';
  #timer: NodeJS.Timeout | null = null;

  constructor(lab: Pick<Lab, 'watchSurroundings' | 'interest'>, patience = PATIENCE) {
    this.#lab = lab;
    this.#patience = patience;
  }

  /** Asks for this from now on: at once where nothing was asked for, else once it has stayed so for a while. */
  look(wanted: WantedSurroundings, pods: readonly LivePod[]): void {
    const podKeys = pods.slice(0, MOST_PODS).map(({ key }) => key);
    const { namespaces, rights, nodes } = wanted;
    const isNothing = namespaces.size === 0;
    const looked = JSON.stringify([[...namespaces], rights, [...nodes], podKeys]);
    clearTimeout(this.#timer ?? undefined);
    this.#timer = null;
    if (looked === this.#looked || (isNothing && this.#looked === '')) return;
    if (this.#looked === '') {
      this.#ask(wanted, podKeys, looked);
      return;
    }
    const { settleMs, forgetMs } = this.#patience;
    this.#timer = setTimeout(
      () => (isNothing ? this.lookAway() : this.#ask(wanted, podKeys, looked)),
      isNothing ? forgetMs : settleMs,
    );
  }

  /** Nothing is asked for from now on. */
  lookAway(): void {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = null;
    this.#surroundings?.dispose();
    this.#memory?.dispose();
    this.#surroundings = null;
    this.#memory = null;
    this.#looked = '';
  }

  #ask(wanted: WantedSurroundings, podKeys: readonly string[], looked: string): void {
    this.#looked = looked;
    this.#surroundings ??= this.#lab.watchSurroundings();
    this.#surroundings.want(wanted);
    this.#memory ??= this.#lab.interest();
    this.#memory.show(podKeys);
  }
}
