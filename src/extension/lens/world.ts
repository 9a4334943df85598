import { selectionNodes } from '../present/targets.js';
import type { Session } from '../session.js';
import type { LensWorld } from './model.js';

/** Everything that a lens or a forecast depends on, as the lab's stores have it now. */
export function worldOf({ lab, baselines }: Session): LensWorld {
  return {
    connection: lab?.connection.get() ?? null,
    pods: lab?.pods.get() ?? [],
    nodes: selectionNodes(lab?.nodes.get() ?? []),
    agents: lab?.agents.get() ?? [],
    experiments: lab?.experiments.get() ?? [],
    baselines,
    now: Date.now(),
  };
}
