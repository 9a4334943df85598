import { numberAt } from '../api/json.js';
import type { Registry } from '../api/registry.js';
import type { ChaosFaults } from './faults.js';
import { CHAOS_MESH_NAMESPACE } from './settings.js';

export const DAEMON_SET = 'chaos-daemon';

/** What the controller finds of the chaos-daemons; the node agent does their work. */
export interface Daemons {
  /** Throws Error in Chaos Mesh's words where the daemon of a node is not there, or fails. */
  check(operation: 'Apply' | 'Recover', nodeName: string): void;
  /** Whether what is started now ends at once, unseen. */
  losesStressors(): boolean;
}

/** Daemons that are always there and never fail. */
export const SOUND_DAEMONS: Daemons = { check: () => {}, losesStressors: () => false };

/** The daemons of the installation: ready where the DaemonSet says so, and with the faults that were asked for. */
export function installedDaemons(registry: Registry, faults: ChaosFaults): Daemons {
  const sets = registry.definition('daemonsets', 'apps');
  return {
    check: (operation, nodeName) => {
      const set = registry.find(sets, CHAOS_MESH_NAMESPACE, DAEMON_SET);
      if (set === undefined || (numberAt(set, 'status', 'numberReady') ?? 0) === 0) {
        faults.strikes('daemon-missing');
        throw new Error(`cannot find daemonIP on node ${nodeName}`);
      }
      if (operation === 'Recover' && faults.strikes('hung-finalizer')) {
        throw new Error('rpc error: code = DeadlineExceeded desc = context deadline exceeded');
      }
    },
    losesStressors: () => faults.strikes('stressor-dies'),
  };
}
