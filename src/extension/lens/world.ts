import { selectionNodes } from '../../lab/selection-nodes.js';
import type { Session } from '../session.js';
import type { LensWorld } from './model.js';

const NO_BASELINES: LensWorld['baselines'] = { of: () => null };

/** Everything that a lens or a forecast depends on, as the lab's stores have it now. */
export function worldOf({ lab }: Session): LensWorld {
  return {
    connection: lab?.connection.get() ?? null,
    pods: lab?.pods.get() ?? [],
    nodes: selectionNodes(lab?.nodes.get() ?? []),
    agents: lab?.agents.get() ?? [],
    experiments: lab?.experiments.get() ?? [],
    engine: lab?.engine.get() ?? null,
    baselines: lab?.baselines ?? NO_BASELINES,
    now: Date.now(),
  };
}
