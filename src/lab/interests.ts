import type { Interest } from './types.js';

interface Shown {
  readonly pods: ReadonlySet<string>;
  readonly containers: ReadonlySet<string>;
}

/** What all views together look at. It outlives a session: a view goes on looking when the kubeconfig changes. */
export class Interests {
  readonly #shown = new Map<symbol, Shown>();
  #listeners: (() => void)[] = [];
  /** Keys of Pods whose memory somebody looks at. */
  pods: ReadonlySet<string> = new Set();
  /** Ids of containers whose processes somebody looks at. */
  containers: ReadonlySet<string> = new Set();

  open(): Interest {
    const own = Symbol('interest');
    return {
      show: (pods, containers = []) => {
        this.#shown.set(own, { pods: new Set(pods), containers: new Set(containers) });
        this.#changed();
      },
      dispose: () => {
        this.#shown.delete(own);
        this.#changed();
      },
    };
  }

  /** Calls the listener after each change; returns the way to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.push(listener);
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  #changed(): void {
    const all = [...this.#shown.values()];
    this.pods = union(all.map(({ pods }) => pods));
    this.containers = union(all.map(({ containers }) => containers));
    for (const listener of this.#listeners) {
      listener();
    }
  }
}

function union(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const [only, ...others] = sets;
  return only !== undefined && others.length === 0 ? only : new Set(sets.flatMap((set) => [...set]));
}
