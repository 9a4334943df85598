import type { Lab } from '../../lab/types.js';
import type { LensWorld } from './model.js';

/** Everything that a lens or a forecast depends on, as the lab's stores have it now. */
export function worldOf(lab: Lab | null): LensWorld {
  return {
    connection: lab?.connection.get() ?? null,
    pods: lab?.pods.get() ?? [],
    agents: lab?.agents.get() ?? [],
    experiments: lab?.experiments.get() ?? [],
    now: Date.now(),
  };
}
