import type { Arrival, ExperimentView, LabLog, ReinjectPolicy } from './types.js';

export interface ReinjectorOptions {
  readonly policy: () => ReinjectPolicy;
  /** Whether this user has injected it: what others have is theirs to look after. */
  readonly isOurs: (view: ExperimentView) => boolean;
  /** Brings the experiment's stress back into containers that run again. Throws LabError. */
  readonly reinject: (key: string) => Promise<void>;
  /** What `of` says has changed. */
  readonly onChange: () => void;
  readonly log: LabLog;
  /** How long a container must have run again, ms. */
  readonly settleMs?: number;
  /** After how long what failed is tried again, ms. */
  readonly retryMs?: number;
}

/** So often a container's stress is brought back by itself: what kills it that often is not the stress' victim by chance. */
export const MAX_REINJECTIONS = 5;
const SETTLE_MS = 2_000;
const RETRY_MS = 10_000;

/** Injects again after a restart, since Chaos Mesh does not: by itself where that is wanted, and so often at most. */
export class Reinjector {
  readonly #options: ReinjectorOptions;
  readonly #counts = new Map<string, number>();
  readonly #told = new Set<string>();
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  readonly #busy = new Set<string>();
  #views: readonly ExperimentView[] = [];
  #disposed = false;

  constructor(options: ReinjectorOptions) {
    this.#options = options;
  }

  /** How often the stress of this experiment was brought back into this container; null: never. */
  of(key: string, target: string): Arrival['reinjection'] {
    const count = this.#counts.get(`${key} ${target}`) ?? 0;
    const exhausted = count >= MAX_REINJECTIONS && this.#options.policy() === 'always';
    return count === 0 ? null : { count, exhausted };
  }

  /** Takes in the experiments of now. */
  take(views: readonly ExperimentView[]): void {
    this.#views = views;
    this.#forgetEnded(views);
    for (const view of views) {
      if (this.#due(view.key).length > 0) this.#wait(view.key, this.#options.settleMs ?? SETTLE_MS);
    }
  }

  /** Injects again now, however often it was done before. Throws LabError. */
  async now(key: string): Promise<void> {
    for (const target of this.#restarted(key)) {
      const id = `${key} ${target}`;
      this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
    }
    this.#busy.add(key);
    try {
      await this.#options.reinject(key);
    } finally {
      this.#busy.delete(key);
      this.#options.onChange();
    }
  }

  dispose(): void {
    this.#disposed = true;
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  /** Containers of this experiment that were restarted and run. */
  #restarted(key: string): readonly string[] {
    const view = this.#views.find((one) => one.key === key);
    return (isAtWork(view) ? view.arrivals : [])
      .filter(({ state, reason }) => state === 'restarted' && reason !== 'down')
      .map(({ target }) => target);
  }

  /** Those of them that are brought back by themselves now. */
  #due(key: string): readonly string[] {
    const view = this.#views.find((one) => one.key === key);
    const isWanted = this.#options.policy() === 'always' && view !== undefined && this.#options.isOurs(view);
    if (!isWanted || this.#busy.has(key)) return [];
    return this.#restarted(key).filter((target) => {
      const id = `${key} ${target}`;
      if ((this.#counts.get(id) ?? 0) < MAX_REINJECTIONS) return true;
      if (!this.#told.has(id)) {
        this.#told.add(id);
        this.#options.log.warn(
          `${key}: ${target} was restarted again after ${MAX_REINJECTIONS} injections: it is not injected again by itself`,
        );
      }
      return false;
    });
  }

  #wait(key: string, ms: number): void {
    if (this.#disposed || this.#waiting.has(key)) return;
    const timer = setTimeout(() => {
      this.#waiting.delete(key);
      void this.#again(key);
    }, ms);
    this.#waiting.set(key, timer);
  }

  async #again(key: string): Promise<void> {
    const due = this.#due(key);
    if (due.length === 0) return;
    const { log } = this.#options;
    log.info(`${key}: ${due.join(', ')} restarted: injecting again`);
    try {
      await this.now(key);
    } catch (error) {
      log.warn(`${key}: injecting again failed: ${error instanceof Error ? error.message : String(error)}`);
      this.#wait(key, this.#options.retryMs ?? RETRY_MS);
    }
  }

  #forgetEnded(views: readonly ExperimentView[]): void {
    const keys = new Set(views.map(({ key }) => key));
    const isOver = (id: string): boolean => !keys.has(id.slice(0, id.indexOf(' ')));
    for (const id of this.#counts.keys()) if (isOver(id)) this.#counts.delete(id);
    for (const id of this.#told) if (isOver(id)) this.#told.delete(id);
  }
}

/** The agents call an experiment failed that was lost in one of its containers. */
function isAtWork(view: ExperimentView | undefined): view is ExperimentView {
  return view?.phase === 'running' || view?.phase === 'failed';
}
