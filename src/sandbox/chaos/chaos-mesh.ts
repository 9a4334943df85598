import type { Registry } from '../api/registry.js';
import type { ResourceDefinition } from '../api/resource.js';
import { type Denial, isDenied } from '../api/resources/access-reviews.js';
import { SCHEDULES } from '../api/resources/schedules.js';
import { STRESS_CHAOS } from '../api/resources/stress-chaos.js';
import { WORKFLOWS } from '../api/resources/workflows.js';
import { ChaosController, type ChaosControllerOptions } from './controller.js';
import { installedDaemons } from './daemons.js';
import { ChaosFaults } from './faults.js';
import { installChaosMesh } from './installation.js';
import { ScheduleController } from './schedule/controller.js';
import { withScheduleWebhooks } from './schedule/webhook.js';
import type { ChaosMeshSettings } from './settings.js';
import { withWebhooks } from './webhook.js';
import { withWorkflowWebhooks } from './workflow/webhook.js';

export interface ChaosMeshOptions {
  readonly chaosMesh?: boolean;
  readonly filterNamespaces?: boolean;
  readonly chaosMeshTargetNamespace?: string;
  /** What an access review answers with no, and so the auth webhook, too. */
  readonly denials?: readonly Denial[];
  readonly log: (message: string) => void;
}

/** Starts the controllers; returns the way to stop them. */
export type StartChaosMesh = (
  options: Pick<ChaosControllerOptions, 'registry' | 'agent' | 'nodeMemoryBytes' | 'log'>,
) => () => void;

/** Chaos Mesh in a sandbox, from the kinds that it adds to the API to the controllers that act on them. */
export interface ChaosMesh {
  readonly resources: readonly ResourceDefinition[];
  /** Writes its objects. @param nodes on how many nodes its daemon would be */
  readonly install: (registry: Registry, nodes: number) => void;
  readonly start: StartChaosMesh;
}

/** Null where it is not wanted. Throws Error where something is asked of it all the same. */
export function prepareChaosMesh(options: ChaosMeshOptions, faultNames: readonly string[]): ChaosMesh | null {
  const { chaosMesh = true, filterNamespaces = false, chaosMeshTargetNamespace, denials = [], log } = options;
  if (!chaosMesh) {
    const asked = [
      ...faultNames.map((name) => `the fault ${name}`),
      ...(filterNamespaces ? ['the filter of namespaces'] : []),
      ...(chaosMeshTargetNamespace === undefined ? [] : ['a target namespace']),
    ];
    if (asked.length > 0) throw new Error(`${asked.join(' and ')} would be Chaos Mesh's, which is left out`);
    return null;
  }
  const settings: ChaosMeshSettings = { filterNamespaces, targetNamespace: chaosMeshTargetNamespace ?? null };
  const faults = new ChaosFaults(faultNames, log);
  const mayCreate = (resource: string, namespace: string): boolean =>
    !isDenied(denials, { verb: 'create', group: 'chaos-mesh.org', resource, subresource: '', namespace });
  return {
    resources: [
      withWebhooks(STRESS_CHAOS, { mayCreate, faults }),
      withScheduleWebhooks(SCHEDULES, { mayCreate, faults }),
      withWorkflowWebhooks(WORKFLOWS, { mayCreate, faults }),
    ],
    install: (registry, nodes) => installChaosMesh(registry, { settings, faults, nodes }),
    start: (needs) => {
      const daemons = installedDaemons(needs.registry, faults);
      const controller = new ChaosController({ ...needs, daemons, settings });
      const schedules = new ScheduleController({ ...needs, settings });
      controller.start();
      schedules.start();
      return () => {
        schedules.stop();
        controller.stop();
      };
    },
  };
}
